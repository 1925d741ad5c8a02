package witness

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// step is one step into a schema: a field by its name, or an item.
type step struct {
	field string
	to    *openapi3.Schema
}

// routeTo is the shortest way from a schema to another; nil where there is none, empty where they are the same or none is
// asked for.
func routeTo(from, target *openapi3.Schema) []step {
	if target == nil || isPart(from, target, 0) {
		return []step{}
	}
	type at struct {
		schema *openapi3.Schema
		way    []step
	}
	seen, queue := map[*openapi3.Schema]bool{from: true}, []at{{from, nil}}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		for _, next := range onward(here.schema) {
			if seen[next.to] {
				continue
			}
			seen[next.to] = true
			way := append(slices.Clone(here.way), next)
			if isPart(next.to, target, 0) {
				return way
			}
			queue = append(queue, at{next.to, way})
		}
	}
	return nil
}

// isPart says that a schema is the target, or has it in its parts.
func isPart(schema, target *openapi3.Schema, depth int) bool {
	return schema == target || depth < maxDepth && slices.ContainsFunc(slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf), func(part *openapi3.SchemaRef) bool {
		return isPart(part.Value, target, depth+1)
	})
}

// onward are the steps from a schema.
func onward(schema *openapi3.Schema) []step {
	var steps []step
	fields := declared(schema)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, to := range fields[name] {
			steps = append(steps, step{name, to})
		}
	}
	for _, to := range items(schema) {
		steps = append(steps, step{to: to})
	}
	return steps
}

var variantNames = regexp.MustCompile(`\([^()]*\)`)

// follow goes on from where a route ends to the place of the change within its subject, in every way that leads there.
func (a aim) follow(from *openapi3.Schema, route []step, at string) [][]step {
	if route == nil {
		return nil
	}
	if i := strings.LastIndex(at, ":"); i >= 0 {
		at = strings.TrimSpace(at[i+1:])
	} else if strings.Contains(at, " parameter ") || strings.HasPrefix(at, "path parameter") || strings.HasPrefix(at, "query parameter") {
		at = ""
	}
	at = variantNames.ReplaceAllString(at, "")
	names := strings.FieldsFunc(strings.ReplaceAll(at, "[]", ".[]"), func(r rune) bool { return r == '.' })
	ways := [][]step{route}
	for _, name := range names {
		var longer [][]step
		for _, way := range ways {
			here := from
			if len(way) > 0 {
				here = way[len(way)-1].to
			}
			for _, next := range onward(here) {
				if next.field == name || next.field != "" && next.field == a.spelled[name] || name == "[]" && next.field == "" {
					longer = append(longer, append(slices.Clone(way), next))
				}
			}
		}
		ways = longer
	}
	return ways
}

// placeOf writes where a way ends, with other names of fields.
func placeOf(way []step, names map[string]string) string {
	pointer := make([]string, len(way))
	for i, step := range way {
		pointer[i] = cmp.Or(names[step.field], step.field, "0")
	}
	return place(pointer)
}
