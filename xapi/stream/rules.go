package stream

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

// Rule is a rule of the filtered stream: posts that match Value are sent, with Tag beside them.
type Rule struct {
	Value string `json:"value"`
	Tag   string `json:"tag,omitempty"`
}

// Outcome is what became of a rule.
type Outcome string

// The outcomes. In a dry run they are what would become of it.
const (
	// Kept is a rule that was there already.
	Kept Outcome = "kept"
	// Added and Deleted are rules that were, and are, added and deleted. X needs some 20 seconds to go by them.
	Added   Outcome = "added"
	Deleted Outcome = "deleted"
	// Duplicate is a rule that X has in another form, Invalid one that it cannot read, and Failed one that it did not add or
	// delete for another reason.
	Duplicate Outcome = "duplicate"
	Invalid   Outcome = "invalid"
	Failed    Outcome = "failed"
)

// RuleResult is what became of one rule.
type RuleResult struct {
	Rule
	// ID is the id by which X knows the rule, empty where it has none: of a Duplicate, that of the rule that is there.
	ID      string
	Outcome Outcome
	// Reason is what X says of a rule that it did not take.
	Reason string
}

// RulesReport is what [SyncRules] did.
type RulesReport struct {
	// Results has every rule that is wanted or was there. Where a tag changes, the rule is deleted and added: X cannot change
	// one.
	Results []RuleResult
	// Cap is how many rules the app may have, 0 where X does not say.
	Cap int
	// DryRun says that nothing was changed.
	DryRun bool
}

// Count returns how many rules had the outcome.
func (r *RulesReport) Count(outcome Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Outcome == outcome {
			n++
		}
	}
	return n
}

// RulesError is a set of rules of which X did not take all. The rest of it is done.
type RulesError struct {
	// Refused are the rules at fault.
	Refused []RuleResult
}

// Error names the first rules at fault.
func (e *RulesError) Error() string {
	first := e.Refused[0]
	text := fmt.Sprintf("rules: %q is %s", first.Value, first.Outcome)
	if first.Reason != "" {
		text += ": " + first.Reason
	}
	if more := len(e.Refused) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text + "; correct what is wrong and call again: what is done is kept"
}

// SyncOption changes how SyncRules works. A nil one is ignored.
type SyncOption func(*syncing)

// WithDryRun changes nothing, and has X check the rules that would be added.
func WithDryRun() SyncOption { return func(s *syncing) { s.report.DryRun = true } }

// maxBatch is how many rules go into one call: at 100 calls in 15 minutes, the 25,000 rules that an app may have take two
// windows of them at the most, and no answer is long.
const maxBatch = 250

// SyncRules makes the rules of the app those that are wanted, and no others. It reads the rules that there are, and adds
// and deletes what differs; a rule whose tag alone differs is deleted and added, since X cannot change a tag. It does
// nothing where there are more rules wanted than X says that the app may have.
//
// The report has every rule, also beside an error. The error is a *RulesError where X did not take all rules; every other
// error ended the work where it stood, and calling again goes on from there.
func SyncRules(ctx context.Context, client *xapi.Client, wanted []Rule, opts ...SyncOption) (*RulesReport, error) {
	s := &syncing{client: client, report: new(RulesReport), replaced: map[string]bool{}}
	for _, opt := range opts {
		if opt != nil {
			opt(s)
		}
	}
	wanted = slices.Clone(wanted)
	for i := range wanted {
		wanted[i].Value = strings.TrimSpace(wanted[i].Value)
	}
	if err := check(wanted); err != nil {
		return s.report, err
	}
	there, err := s.read(ctx)
	if err != nil {
		return s.report, err
	}
	planned := s.compare(wanted, there)
	if err := s.fits(ctx, len(wanted)); err != nil {
		return s.report, err
	}
	if err := s.carryOut(ctx, planned); err != nil {
		return s.report, err
	}
	return s.report, s.refused()
}
