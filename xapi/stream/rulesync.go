package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

// syncing is one call of SyncRules.
type syncing struct {
	client *xapi.Client
	report *RulesReport
	// replaced are the ids and values of rules that a dry run leaves where they are.
	replaced map[string]bool
}

// plan is what is to be done.
type plan struct {
	remove []xapi.Rule
	add    []Rule
	// retag are rules whose tag differs, and retagged the same as they are to be.
	retag    []xapi.Rule
	retagged []Rule
}

// check refuses a set of which X could not take all.
func check(wanted []Rule) error {
	seen := make(map[string]bool, len(wanted))
	for i, rule := range wanted {
		switch {
		case rule.Value == "":
			return fmt.Errorf("rules: number %d is empty: give it a value, or leave it out", i+1)
		case seen[rule.Value]:
			return fmt.Errorf("rules: %q stands twice: X takes each value once, with one tag", rule.Value)
		}
		seen[rule.Value] = true
	}
	return nil
}

// read returns all rules that there are.
func (s *syncing) read(ctx context.Context) ([]xapi.Rule, error) {
	var all []xapi.Rule
	for rule, err := range s.client.GetRulesPages(nil).Each(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, rule)
	}
	return all, nil
}

// compare plans the changes by which the rules that are there become the wanted ones.
func (s *syncing) compare(wanted []Rule, there []xapi.Rule) plan {
	var p plan
	tags := make(map[string]string, len(wanted))
	for _, rule := range wanted {
		tags[rule.Value] = rule.Tag
	}
	found := make(map[string]bool, len(there))
	for _, rule := range there {
		tag, ok := tags[rule.Value]
		switch {
		case !ok || found[rule.Value]:
			p.remove = append(p.remove, rule)
			continue
		case tag == rule.Tag:
			s.note(Rule{rule.Value, rule.Tag}, rule.ID, Kept, "")
		default:
			p.retag = append(p.retag, rule)
			p.retagged = append(p.retagged, Rule{rule.Value, tag})
		}
		found[rule.Value] = true
	}
	for _, rule := range wanted {
		if !found[rule.Value] {
			p.add = append(p.add, rule)
		}
	}
	return p
}

// fits reads the caps, and refuses more rules than the app may have. An app that may not read them finds out by adding.
func (s *syncing) fits(ctx context.Context, wanted int) error {
	counts, err := s.client.GetRuleCounts(ctx, &xapi.GetRuleCountsParams{})
	switch {
	case errors.Is(err, xapi.ErrForbidden), errors.Is(err, xapi.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	s.report.Cap = int(counts.Data.CapPerClientApp)
	if s.report.Cap > 0 && wanted > s.report.Cap {
		return fmt.Errorf("rules: %d are wanted and the app may have %d: nothing was changed", wanted, s.report.Cap)
	}
	others := int(counts.Data.ProjectRulesCount)
	if own := counts.Data.ClientAppRulesCount; own != nil {
		others -= int(own.RuleCount)
	}
	if project := int(counts.Data.CapPerProject); project > 0 && wanted+max(others, 0) > project {
		return fmt.Errorf("rules: %d are wanted and other apps of the project have %d, of %d that all may have together: nothing was changed",
			wanted, others, project)
	}
	return nil
}

// carryOut does what is planned. Rules are deleted before others are added, since the app may already have nearly as many
// as it is allowed; a rule whose tag changes is missing between the call that deletes it and the one that adds it.
func (s *syncing) carryOut(ctx context.Context, p plan) error {
	for batch := range slices.Chunk(p.remove, maxBatch) {
		if err := s.remove(ctx, batch); err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(p.add, maxBatch) {
		if err := s.add(ctx, batch); err != nil {
			return err
		}
	}
	for at := 0; at < len(p.retag); at += maxBatch {
		end := min(at+maxBatch, len(p.retag))
		if err := s.remove(ctx, p.retag[at:end]); err != nil {
			return err
		}
		if err := s.add(ctx, p.retagged[at:end]); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes rules. Where X answers with errors, the rules are read again to see which of them were deleted.
func (s *syncing) remove(ctx context.Context, rules []xapi.Rule) error {
	for _, rule := range rules {
		s.replaced[rule.ID], s.replaced[rule.Value] = s.report.DryRun, s.report.DryRun
	}
	for len(rules) > 0 {
		_, said, err := s.send(ctx, xapi.RulesUpdate{Delete: &xapi.RulesRemoval{IDs: ids(rules)}})
		if err != nil && !aboutRules(err) {
			return err
		}
		left := rules[:0:0]
		if err != nil || len(said) > 0 {
			there, err := s.read(ctx)
			if err != nil {
				return err
			}
			left = slices.DeleteFunc(slices.Clone(rules), func(rule xapi.Rule) bool { return !slices.Contains(ids(there), rule.ID) })
		}
		for _, rule := range rules {
			if !slices.Contains(ids(left), rule.ID) {
				s.note(Rule{rule.Value, rule.Tag}, rule.ID, Deleted, "")
			}
		}
		if len(left) == len(rules) {
			for _, rule := range left {
				s.note(Rule{rule.Value, rule.Tag}, rule.ID, Failed, reasonOf(said, err))
			}
			return nil
		}
		rules = left
	}
	return nil
}

func ids(rules []xapi.Rule) []string {
	out := make([]string, len(rules))
	for i, rule := range rules {
		out[i] = rule.ID
	}
	return out
}

// add adds rules. Where X refuses all for some of them, the others are sent again; where it does not say for which, they
// are sent in halves.
func (s *syncing) add(ctx context.Context, rules []Rule) error {
	for len(rules) > 0 {
		drafts := make([]xapi.RuleDraft, len(rules))
		for i, rule := range rules {
			drafts[i] = xapi.RuleDraft{Value: rule.Value, Tag: rule.Tag}
		}
		made, said, err := s.send(ctx, xapi.RulesUpdate{Add: drafts})
		if err != nil && !aboutRules(err) {
			return err
		}
		left := s.sort(rules, made, said)
		if half := len(left) / 2; len(left) == len(rules) && half > 0 {
			if err := s.add(ctx, left[:half]); err != nil {
				return err
			}
			left = left[half:]
		} else if len(left) == len(rules) {
			s.note(left[0], "", Failed, reasonOf(said, err))
			return nil
		}
		rules = left
	}
	return nil
}

// sort notes what became of rules that were sent, and returns those of which X said nothing.
func (s *syncing) sort(rules []Rule, made []xapi.Rule, said []complaint) (left []Rule) {
	for i, rule := range rules {
		at := slices.IndexFunc(made, func(m xapi.Rule) bool { return m.Value == rule.Value })
		if at < 0 && len(made) == len(rules) {
			at = i // X has put it in another form
		}
		about := slices.IndexFunc(said, func(c complaint) bool { return c.Value == rule.Value })
		switch {
		case at >= 0:
			s.note(rule, made[at].ID, Added, "")
		case about < 0:
			left = append(left, rule)
		case said[about].duplicate() && (s.replaced[said[about].ID] || s.replaced[rule.Value]):
			s.note(rule, "", Added, "")
		case said[about].duplicate():
			s.note(rule, said[about].ID, Duplicate, said[about].reason())
		default:
			s.note(rule, "", Invalid, said[about].reason())
		}
	}
	return left
}

func (s *syncing) note(rule Rule, id string, outcome Outcome, reason string) {
	if s.report.DryRun && outcome == Added {
		id = "" // that of a rule which is not there
	}
	s.report.Results = append(s.report.Results, RuleResult{Rule: rule, ID: id, Outcome: outcome, Reason: reason})
}

func (s *syncing) refused() error {
	refused := slices.DeleteFunc(slices.Clone(s.report.Results), func(r RuleResult) bool {
		return r.Outcome == Kept || r.Outcome == Added || r.Outcome == Deleted
	})
	if len(refused) == 0 {
		return nil
	}
	return &RulesError{Refused: refused}
}

// send sends a change, unless it is a deletion in a dry run, and returns the rules that were made and what X says
// against others.
func (s *syncing) send(ctx context.Context, change xapi.RulesUpdate) (made []xapi.Rule, said []complaint, err error) {
	if s.report.DryRun && change.Delete != nil {
		return nil, nil, nil
	}
	var raw []byte
	result, err := s.client.UpdateRules(ctx, &xapi.UpdateRulesParams{DryRun: s.report.DryRun}, change, xapi.WithRaw(&raw))
	var refused *xapi.Error
	if errors.As(err, &refused) && refused.Status/100 != 2 {
		raw = refused.Body
	}
	var body struct {
		Errors []complaint `json:"errors"`
	}
	_ = json.Unmarshal(raw, &body) // what X says beyond recognition is no complaint about a rule
	return result.Data, body.Errors, err
}

// aboutRules reports whether X may have refused the whole call because of single rules in it.
func aboutRules(err error) bool {
	var failed *xapi.Error
	if !errors.As(err, &failed) {
		return false
	}
	var full *xapi.RulesCapProblem
	return !errors.As(err, &full) && (failed.Status/100 == 2 || errors.Is(err, xapi.ErrInvalidRequest))
}

// complaint is what X says against a rule.
type complaint struct {
	Value   string
	ID      string
	Title   string
	Type    string
	Detail  string
	Details []string
}

func (c complaint) duplicate() bool {
	return c.Title == "DuplicateRule" || strings.HasSuffix(c.Type, "/duplicate-rules")
}

func (c complaint) reason() string {
	for _, text := range []string{strings.Join(c.Details, "; "), c.Detail, c.Title} {
		if text != "" {
			return text
		}
	}
	return "X gives no reason"
}

// reasonOf returns why rules failed of which X says nothing singly.
func reasonOf(said []complaint, err error) string {
	switch {
	case len(said) > 0:
		return said[0].reason()
	case err != nil:
		return err.Error()
	}
	return "X does not say what became of it"
}
