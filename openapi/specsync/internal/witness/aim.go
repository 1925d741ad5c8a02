package witness

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
)

// aim is what a witness is looked for with.
type aim struct {
	before, after *openapi3.T
	// spelled are the fields that are called otherwise now, by what they were called.
	spelled map[string]string
}

func aimOf(report *diff.Report, before, after *openapi3.T) aim {
	a := aim{before, after, map[string]string{}}
	for _, change := range report.Changes {
		if other, ok := change.To.(string); ok && change.Kind == "field-respelled" {
			a.spelled[lastOf(change.At)] = other
		}
	}
	return a
}

// at is the witness of a change in the plainest operation that it reaches; empty where none is found.
func (a aim) at(change diff.Change, pairs []pair) string {
	left := mostTries
	for _, both := range pairs {
		if left == 0 || !slices.Contains(change.Operations, both.id) {
			continue
		}
		left--
		if found := a.operation(change, both); found != "" {
			return found
		}
	}
	return ""
}

// operation looks for the witness of one change by the shortest way from what the operation takes or answers to the place of
// the change, with nothing beside that way that need not be there.
func (a aim) operation(change diff.Change, both pair) string {
	for _, side := range a.sides(change, both) {
		if side.from == nil || side.to == nil {
			continue
		}
		route, missing := routeTo(side.from, side.subject), ""
		ways := a.follow(side.from, route, change.At)
		if strings.Contains(change.Kind, "required") && len(ways) == 0 { // the field was not there: whatever lacks it shows it
			missing = lastOf(change.At)
			ways = a.follow(side.from, route, strings.TrimSuffix(change.At, missing))
		}
		for _, way := range ways {
			place := func(names map[string]string) string {
				return strings.TrimPrefix(strings.TrimSuffix(placeOf(way, names)+"."+missing, "."), ".")
			}
			found := evidence{from: side.from, to: side.to}
			m := newMaker(nil)
			m.along(side.from, way, func(schema *openapi3.Schema, yield func(any) bool) bool {
				return m.edges(change, schema, yield)
			}, func(value any) bool {
				if one, ok := refusedAt(change, side, place(nil), value, asItIs); ok {
					found.refusal, found.value = one, value
				} else if one, ok := refusedAt(change, side, place(side.names), value, spelling(side.names)); ok {
					found.refusal, found.value, found.held = one, value, spelling(side.names)
				}
				return found.value == nil
			})
			if found.value != nil {
				shown, spelled := found.shown(), ""
				if found.held != nil {
					spelled = ", in the other spelling"
				}
				found.at = strings.TrimSpace(side.under + " " + found.at)
				return fmt.Sprintf("%s %s %s; %s%s", both.id, side.said, shown, found.refusal, spelled)
			}
		}
	}
	return ""
}

// side is what one document takes or gives and the other is held to.
type side struct {
	from, to *openapi3.Schema
	// subject is the component that the change stands in, on the side of from; nil where it stands in the operation.
	subject *openapi3.Schema
	// said is what the operation does with the value.
	said string
	// under is the parameter that the value is of.
	under string
	// names are the fields that to spells otherwise.
	names map[string]string
}

// sides are the comparisons in which a change may show: a request of before, an answer of now, an answer of before that
// is declared no more.
func (a aim) sides(change diff.Change, both pair) []side {
	name, was := change.Subject.Name, cmp.Or(change.Subject.Was, change.Subject.Name)
	subjectBefore, subjectAfter := schemaOf(a.before, change, was), schemaOf(a.after, change, name)
	back := map[string]string{}
	for from, to := range a.spelled {
		back[to] = from
	}
	answered, answers := answerOf(both.was), answerOf(both.is)
	answer := side{from: answers, to: answered, subject: subjectAfter, said: "answers", names: back}
	if change.Kind == "field-removed" {
		answer = side{from: answered, to: answers, subject: subjectBefore, said: "answers", names: a.spelled}
	}
	if change.Way == "answer" {
		return []side{answer}
	}
	old, _ := bodyOf(both.was)
	now, _ := bodyOf(both.is)
	all := []side{{from: old, to: now, subject: subjectBefore, said: "takes", names: a.spelled}}
	parameters, parametersNow := parametersOf(both.was), parametersOf(both.is)
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		was, is := parameters[name], parametersNow[name]
		if is == nil || was.Schema == nil || is.Schema == nil || subjectBefore == nil && change.At != name {
			continue
		}
		all = append(all, side{from: was.Schema.Value, to: is.Schema.Value, subject: subjectBefore, said: "takes", under: name})
	}
	if change.Way == "both" {
		all = append(all, answer)
	}
	return all
}

func schemaOf(loaded *openapi3.T, change diff.Change, name string) *openapi3.Schema {
	if change.Subject.Type != "schema" || loaded.Components == nil || loaded.Components.Schemas[name] == nil {
		return nil
	}
	return loaded.Components.Schemas[name].Value
}

// along yields values of the schema that have, at the end of the way, what ends yields, and are without the last field.
func (m *maker) along(schema *openapi3.Schema, way []step, ends func(*openapi3.Schema, func(any) bool) bool, yield func(any) bool) bool {
	if len(way) == 0 {
		return ends(schema, yield)
	}
	next := way[0]
	inner := func(wrap func(any) any) bool {
		return m.along(next.to, way[1:], ends, func(value any) bool { return yield(wrap(value)) })
	}
	if next.field == "" {
		return inner(func(value any) any {
			least := max(1, schema.MinItems)
			return slices.Repeat([]any{value}, int(min(least, 1000)))
		})
	}
	for _, suited := range having(schema, next.field, 0) {
		around, isObject := m.sample(suited, false, 0).(object)
		if !isObject {
			continue
		}
		if len(way) == 1 {
			without := maps.Clone(around)
			delete(without, next.field)
			if !yield(without) {
				return false
			}
		}
		if !inner(func(value any) any {
			with := maps.Clone(around)
			with[next.field] = value
			return with
		}) {
			return false
		}
	}
	return true
}

// having are the schema with, of each union in it, one alternative that describes the field.
func having(schema *openapi3.Schema, field string, depth int) []*openapi3.Schema {
	union := slices.Concat(schema.OneOf, schema.AnyOf)
	if len(union) == 0 || depth > maxDepth {
		return []*openapi3.Schema{schema}
	}
	var all []*openapi3.Schema
	for _, alternative := range union {
		if len(declared(alternative.Value)[field]) == 0 && schema.Properties[field] == nil {
			continue
		}
		for _, inner := range having(alternative.Value, field, depth+1) {
			suited := *schema
			suited.OneOf, suited.AnyOf = openapi3.SchemaRefs{{Ref: alternative.Ref, Value: inner}}, nil
			suited.Discriminator = onlyOf(schema.Discriminator, alternative.Ref)
			all = append(all, &suited)
		}
	}
	return all
}

// onlyOf is a discriminator with the values of one variant.
func onlyOf(discriminator *openapi3.Discriminator, ref string) *openapi3.Discriminator {
	if discriminator == nil {
		return nil
	}
	only := *discriminator
	only.Mapping = maps.Clone(discriminator.Mapping)
	maps.DeleteFunc(only.Mapping, func(_ string, target openapi3.MappingRef) bool { return target.Ref != ref })
	if len(only.Mapping) == 0 {
		return nil
	}
	return &only
}

// edges yields what may show a change of a schema: what it allows itself, and what stands at the edge of the change.
func (m *maker) edges(change diff.Change, schema *openapi3.Schema, yield func(any) bool) bool {
	switch change.Kind {
	case "fields-freed":
		names, _ := change.From.([]any)
		for _, name := range names {
			name, _ := name.(string)
			for _, value := range []any{true, "a", float64(1)} {
				if !yield(object{name: value}) {
					return false
				}
			}
		}
	case "closed":
		more, isObject := m.sample(schema, false, 0).(object)
		if isObject {
			more["undeclared_field"] = true
			if !yield(more) {
				return false
			}
		}
	case "limit-narrowed":
		number, _ := change.To.(json.Number)
		edge, err := number.Float64()
		const most = 100_000
		if err == nil && edge >= 0 && edge < most {
			if schema.Items != nil {
				item := m.sample(schema.Items.Value, false, 0)
				if !yield(slices.Repeat([]any{item}, int(edge)+1)) || !yield(slices.Repeat([]any{item}, max(int(edge)-1, 0))) {
					return false
				}
			}
			if !yield(strings.Repeat("a", int(edge)+1)) || !yield(strings.Repeat("a", max(int(edge)-1, 0))) || !yield(edge+1) || !yield(edge-1) {
				return false
			}
		}
	}
	ended := false
	m.variants(schema, func(value any) bool {
		ended = !yield(value)
		return !ended
	})
	return !ended
}

// refusedAt is why the one side refuses a value that the other takes, where that is what the change says.
func refusedAt(change diff.Change, of side, at string, value any, held func(any) any) (refusal, bool) {
	if change.Kind == "closed" {
		// A field that nobody declares is what a document that turns closed refuses.
		if of.from.VisitJSON(value, lenient...) == nil && of.to.VisitJSON(held(value), lenient...) != nil {
			return refusal{"", "undeclared_field: is not declared, and nothing else may be sent"}, true
		}
		return refusal{}, false
	}
	refused := refusals(of.to, held(value))
	if len(refused) == 0 || len(refusals(of.from, value)) > 0 {
		return refusal{}, false
	}
	for _, one := range refused {
		// Of several variants none fits: the library says so of the whole, and the value differs at the place alone.
		if strings.Contains(one.reason, "match any schema") && strings.HasPrefix(at, one.at) {
			return one, true
		}
		if fits(one.reason, change.Kind) && (one.at == at || toldBelow(change) && strings.HasPrefix(one.at, strings.TrimPrefix(at+".", "."))) {
			return one, true
		}
	}
	return refusal{}, false
}
