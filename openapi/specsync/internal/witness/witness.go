// Package witness proves what a diff says of the wire: one request that was valid and is refused, or one answer that is
// given now and that the document before did not allow, made up and held against both documents.
package witness

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// NotProven is the witness of a change for which none was found.
const NotProven = "not proven"

// Prove gives every change of the report that breaks the wire its witness.
func Prove(report *diff.Report, base, head document.Object) error {
	before, err := corrected.Load(base)
	if err != nil {
		return fmt.Errorf("the base: %w", err)
	}
	after, err := corrected.Load(head)
	if err != nil {
		return fmt.Errorf("the head: %w", err)
	}
	pairs := plainFirst(base, head, before, after)
	aim := aimOf(report, before, after)
	for i := range report.Changes {
		if change := &report.Changes[i]; change.Class == diff.Wire {
			change.Witness = cmp.Or(evident(*change), aim.at(*change, pairs))
		}
	}
	tries := make([]int, len(report.Changes))
	for _, pair := range pairs {
		open, wanted := unproven(report, pair.id, tries)
		if len(open) == 0 {
			continue
		}
		found := prove(pair.was, pair.is, newMaker(wanted))
		for _, i := range open {
			tries[i]++
			report.Changes[i].Witness = found.of(report.Changes[i], pair.id)
		}
	}
	for i := range report.Changes {
		if change := &report.Changes[i]; change.Class == diff.Wire {
			change.Witness = cmp.Or(change.Witness, NotProven)
		}
	}
	return nil
}

// pair is an operation as it was and as it is.
type pair struct {
	id      string
	was, is *openapi3.Operation
	size    int
}

// plainFirst pairs the operations, those with the plainest answers first: what they share with others is told best by
// them.
func plainFirst(base, head document.Object, before, after *openapi3.T) []pair {
	found, _, _ := document.Pair(base, head)
	var pairs []pair
	for _, both := range found {
		was, is := operationOf(before, both[0]), operationOf(after, both[1])
		if was == nil || is == nil {
			continue
		}
		seen := map[*openapi3.Schema]bool{}
		reach(answerOf(was), seen)
		reach(answerOf(is), seen)
		pairs = append(pairs, pair{both[1].ID, was, is, len(seen)})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.size, b.size) })
	return pairs
}

func reach(schema *openapi3.Schema, seen map[*openapi3.Schema]bool) {
	if schema == nil || seen[schema] {
		return
	}
	seen[schema] = true
	for _, ref := range schema.Properties {
		reach(ref.Value, seen)
	}
	if schema.Items != nil {
		reach(schema.Items.Value, seen)
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		reach(part.Value, seen)
	}
}

// mostTries is in how many operations a witness of one change is looked for.
const mostTries = 4

// unproven are the changes that break the wire for the operation and have no witness yet, and the names of the fields
// that they are about.
func unproven(report *diff.Report, operation string, tries []int) (open []int, wanted map[string]bool) {
	wanted = map[string]bool{}
	for i, change := range report.Changes {
		if change.Class != diff.Wire || change.Witness != "" || tries[i] == mostTries || !slices.Contains(change.Operations, operation) {
			continue
		}
		open = append(open, i)
		wanted[lastOf(change.At)] = true
		if other, ok := change.To.(string); ok && change.Kind == "field-respelled" {
			wanted[other] = true
		}
	}
	return open, wanted
}

// lastOf is the name of the field that a place ends in.
func lastOf(at string) string {
	at = at[strings.LastIndexAny(at, ".: ")+1:]
	at, _, _ = strings.Cut(at, "(")
	return strings.ReplaceAll(at, "[]", "")
}

func operationOf(loaded *openapi3.T, at document.Operation) *openapi3.Operation {
	item := loaded.Paths.Value(at.Path)
	if item == nil {
		return nil
	}
	return item.GetOperation(at.Method)
}

// evident is the witness of what any call shows.
func evident(change diff.Change) string {
	switch change.Kind {
	case "operation-removed", "operation-moved":
		return fmt.Sprintf("%v: no operation is at this route now", change.From)
	case "scope-added":
		return fmt.Sprintf("a token with the scopes of before lacks %v", change.To)
	case "security-added":
		return fmt.Sprintf("a call without authorization, which takes %v now", change.To)
	case "security-scheme-removed":
		return fmt.Sprintf("a call authorized by %v", change.From)
	case "status-removed":
		return fmt.Sprintf("an answer of another status than %s", strings.TrimPrefix(change.At, "response "))
	case "content-type-removed":
		return fmt.Sprintf("a body of %v", change.From)
	case "parameter-explode", "parameter-style":
		return fmt.Sprintf("%s with two values, written with %s %v", change.At, strings.TrimPrefix(change.Kind, "parameter-"), change.From)
	}
	return ""
}

// evidence is a value that one side takes and the other refuses at a place.
type evidence struct {
	refusal
	value any
	// from takes the value, to refuses it.
	from, to *openapi3.Schema
	// held writes the value as it is held against to, where that spells it otherwise.
	held func(any) any
}

// proof is what is known of one operation.
type proof struct {
	make              *maker
	requests, answers []evidence
}

func prove(was, is *openapi3.Operation, m *maker) *proof {
	p := &proof{make: m}
	p.body(was, is)
	p.parameters(was, is)
	p.answer(was, is)
	return p
}

func (p *proof) body(was, is *openapi3.Operation) {
	before, required := bodyOf(was)
	after, requiredNow := bodyOf(is)
	if !required && requiredNow {
		p.requests = append(p.requests, evidence{refusal: refusal{"request", "a body is required"}})
	}
	if before == nil || after == nil {
		return
	}
	p.requests = append(p.requests, p.make.compare(before, after, "")...)
	// A field that nobody declares is no request to compare by, but what a document that turns closed refuses.
	if more, isObject := p.make.sample(before, false, 0).(object); isObject {
		more["undeclared_field"] = true
		if before.VisitJSON(more, lenient...) == nil && after.VisitJSON(more, lenient...) != nil {
			p.requests = append(p.requests, evidence{refusal: refusal{"", "undeclared_field: is not declared, and nothing else may be sent"}, value: more})
		}
	}
}

func bodyOf(op *openapi3.Operation) (*openapi3.Schema, bool) {
	if op.RequestBody == nil || op.RequestBody.Value == nil {
		return nil, false
	}
	for _, contentType := range []string{"application/json", "multipart/form-data"} {
		if media := op.RequestBody.Value.Content.Get(contentType); media != nil && media.Schema != nil {
			return media.Schema.Value, op.RequestBody.Value.Required
		}
	}
	return nil, op.RequestBody.Value.Required
}

func (p *proof) parameters(was, is *openapi3.Operation) {
	before, after := parametersOf(was), parametersOf(is)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if now := after[name]; now == nil {
			p.requests = append(p.requests, evidence{refusal: refusal{name, "is not declared"}, value: p.make.sample(before[name].Schema.Value, true, 0)})
		} else if before[name].Schema != nil && now.Schema != nil {
			p.requests = append(p.requests, p.make.compare(before[name].Schema.Value, now.Schema.Value, name)...)
		}
	}
	for name, now := range after {
		if now.Required && (before[name] == nil || !before[name].Required) {
			p.requests = append(p.requests, evidence{refusal: refusal{name, "is missing"}})
		}
	}
}

// parametersOf are the parameters by the names that the diff has for them.
func parametersOf(op *openapi3.Operation) map[string]*openapi3.Parameter {
	found, position := map[string]*openapi3.Parameter{}, 0
	for _, ref := range op.Parameters {
		if ref.Value == nil {
			continue
		}
		name := ref.Value.In + " parameter " + ref.Value.Name
		if ref.Value.In == openapi3.ParameterInPath {
			position++
			name = fmt.Sprintf("path parameter %d", position)
		}
		found[name] = ref.Value
	}
	return found
}

// answer compares both ways: what is given now and was not, and what was given and is declared no more.
func (p *proof) answer(was, is *openapi3.Operation) {
	before, after := answerOf(was), answerOf(is)
	if before == nil || after == nil {
		return
	}
	p.answers = append(p.answers, p.make.compare(after, before, "")...)
	for _, found := range p.make.compare(before, after, "") {
		if found.reason == "is not declared" {
			p.answers = append(p.answers, found)
		}
	}
}

func answerOf(op *openapi3.Operation) *openapi3.Schema {
	for _, status := range slices.Sorted(maps.Keys(op.Responses.Map())) {
		response := op.Responses.Value(status)
		if !strings.HasPrefix(status, "2") || response.Value == nil {
			continue
		}
		if media := response.Value.Content.Get("application/json"); media != nil && media.Schema != nil {
			return media.Schema.Value
		}
	}
	return nil
}

// compare lists, once for each place and reason, what the one schema takes and the other refuses.
func (m *maker) compare(from, to *openapi3.Schema, under string) []evidence {
	var found []evidence
	known := map[refusal]bool{}
	m.variants(from, func(value any) bool {
		refused := refusals(to, value)
		if len(refused) == 0 || len(refusals(from, value)) > 0 {
			return true
		}
		for _, one := range refused {
			key := one
			one.at = strings.TrimSuffix(under+" "+one.at, " ")
			one.at = strings.TrimPrefix(strings.Replace(one.at, " []", "[]", 1), " ")
			if !known[key] {
				known[key] = true
				found = append(found, evidence{refusal: one, value: value, from: from, to: to})
			}
		}
		return true
	})
	return found
}

// reasons are words of the refusals that prove a kind of change.
var reasons = map[string][]string{
	"field-removed": {"not declared", "unsupported"}, "parameter-removed": {"not declared"}, "closed": {"not declared", "unsupported"},
	"field-respelled": {"not declared", "unsupported", "is missing"}, "parameter-respelled": {"not declared"},
	"field-now-required": {"is missing"}, "field-now-optional": {"is missing"}, "required-field-added": {"is missing"},
	"parameter-now-required": {"is missing"}, "required-parameter-added": {"is missing"},
	"now-nullable": {"not nullable", "allowed values"}, "not-nullable": {"not nullable"},
	"enum-value-removed": {"allowed values"}, "enum-introduced": {"allowed values"}, "enum-value-respelled": {"allowed values"},
	"request-body-now-required": {"body is required"},
}

// fits reports whether a refusal may be for what a change of the kind says.
func fits(reason, kind string) bool {
	words, known := reasons[kind]
	if !known {
		return !strings.Contains(reason, "not nullable") && !strings.Contains(reason, "is not declared")
	}
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(reason, word) })
}

// of is the witness of a change, empty where there is none.
func (p *proof) of(change diff.Change, operation string) string {
	all, said := p.requests, "takes"
	if change.Way == "answer" {
		all, said = p.answers, "answers"
	}
	for _, found := range all {
		if !fits(found.reason, change.Kind) || !within(found.at, change) {
			continue
		}
		return fmt.Sprintf("%s %s %s; %s", operation, said, found.shown(), found.refusal)
	}
	return ""
}

// within reports whether a refusal stands at the place of the change: a component's place is one below an operation's.
func within(at string, change diff.Change) bool {
	wanted := change.At
	if i := strings.LastIndex(wanted, ":"); i >= 0 {
		wanted = wanted[i+1:]
	}
	wanted = strings.TrimSpace(wanted)
	if change.Subject.Type == "parameter" {
		return strings.Contains(at, "parameter ") && strings.HasSuffix(at, wanted)
	}
	switch {
	case wanted == "":
		return at == "" && change.Subject.Type != "schema" // where a schema stands, a place alone does not tell
	case at == wanted, strings.HasSuffix(at, "."+wanted), strings.HasSuffix(at, "[]."+wanted):
		return true
	}
	return change.Subject.Type == "operation" && strings.HasPrefix(at, wanted)
}

// toldBelow reports whether a value is refused for what is in it where a change is of the whole.
func toldBelow(change diff.Change) bool {
	return change.Kind == "fields-freed" || change.Kind == "type-changed" && (change.From == "one of several" || change.To == "one of several") ||
		strings.HasPrefix(change.Kind, "union-") || strings.HasPrefix(change.Kind, "variant")
}
