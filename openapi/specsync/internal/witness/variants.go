package witness

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

type object = map[string]any

// maxDepth bounds how deep optional fields are made up; maxVariants how many values are made of one schema.
const (
	maxDepth    = 7
	maxVariants = 600
)

// maker makes up values.
type maker struct {
	// wanted are the names of the fields that are of interest; nil where all are. What does not lead to one is left out
	// where it may be.
	wanted map[string]bool
	leads  map[*openapi3.Schema]bool
}

func newMaker(wanted map[string]bool) *maker {
	return &maker{wanted: wanted, leads: map[*openapi3.Schema]bool{}}
}

// wants reports whether a field is of interest, or has such a field in it.
func (m *maker) wants(name string, schema *openapi3.Schema) bool {
	return m.wanted == nil || m.wanted[name] || m.leadsOn(schema)
}

func (m *maker) leadsOn(schema *openapi3.Schema) bool {
	if known, ok := m.leads[schema]; ok {
		return known
	}
	m.leads[schema] = false
	found := false
	for name, ref := range schema.Properties {
		found = m.wanted[name] || m.leadsOn(ref.Value) || found
	}
	if schema.Items != nil {
		found = m.leadsOn(schema.Items.Value) || found
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		found = m.leadsOn(part.Value) || found
	}
	m.leads[schema] = found
	return found
}

// sample makes up a value of the schema: with all of its fields, or with those that it requires.
func (m *maker) sample(schema *openapi3.Schema, full bool, depth int) any {
	if choices := scalars(schema); len(choices) > 0 {
		return choices[0]
	}
	if alternatives := slices.Concat(schema.OneOf, schema.AnyOf); len(alternatives) > 0 && len(schema.Properties) == 0 && len(schema.AllOf) == 0 {
		return m.sample(alternatives[0].Value, full, depth)
	}
	if schema.Type.Is(openapi3.TypeArray) || schema.Items != nil {
		list := []any{}
		if schema.Items != nil && (schema.MinItems > 0 || full && depth < maxDepth) {
			for range max(1, schema.MinItems) {
				list = append(list, m.sample(schema.Items.Value, full, depth+1))
			}
		}
		return list
	}
	made := object{}
	m.fill(made, schema, full, depth)
	return made
}

func (m *maker) fill(made object, schema *openapi3.Schema, full bool, depth int) {
	if depth > 2*maxDepth {
		return
	}
	required := schema.Required
	for _, part := range schema.AllOf {
		m.fill(made, part.Value, full, depth)
	}
	for _, alternatives := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(alternatives) > 0 {
			m.fill(made, alternatives[0].Value, full, depth)
			required = slices.Concat(required, alternatives[0].Value.Required)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if _, has := made[name]; !has && (slices.Contains(required, name) || full && depth < maxDepth && m.wants(name, schema.Properties[name].Value)) {
			made[name] = m.sample(schema.Properties[name].Value, full, depth+1)
		}
	}
	for _, name := range required {
		if _, has := made[name]; !has && len(declared(schema)[name]) == 0 {
			made[name] = object{} // required, and described nowhere
		}
	}
	if schema.Discriminator != nil {
		for _, name := range slices.Sorted(maps.Keys(schema.Discriminator.Mapping)) {
			made[schema.Discriminator.PropertyName] = name
			return
		}
	}
}

// scalars are values that a schema may allow, where it is of no object or list: all of an enum, and what stands at the
// edges of its limits.
func scalars(schema *openapi3.Schema) []any {
	if len(schema.Enum) > 0 {
		return schema.Enum
	}
	switch {
	case schema.Type.Is(openapi3.TypeString):
		return texts(schema)
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		numbers := []any{float64(1)}
		if schema.Min != nil {
			numbers = []any{*schema.Min, *schema.Min + 1}
		}
		if schema.Max != nil {
			numbers = append(numbers, *schema.Max, *schema.Max-1)
		} else {
			numbers = append(numbers, float64(1<<31), float64(1<<53))
		}
		numbers = append(numbers, float64(0), float64(-1))
		if schema.Type.Is(openapi3.TypeNumber) {
			numbers = append(numbers, 1.5)
		}
		return numbers
	case schema.Type.Is(openapi3.TypeBoolean):
		return []any{true, false}
	}
	return nil
}

func texts(schema *openapi3.Schema) []any {
	var likely []string
	switch schema.Format {
	case "date-time":
		return []any{"2026-01-31T12:00:00Z"}
	case "byte":
		likely = []string{"YQ=="}
	case "uri", "url":
		likely = []string{"https://example.com/a"}
	}
	if schema.MinLength > 0 {
		likely = append(likely, strings.Repeat("a", int(min(schema.MinLength, 10_000))))
	}
	if _, err := regexp.Compile(schema.Pattern); err != nil {
		likely = append(likely, "https://example.com/a") // X has such a pattern for texts with an address
	} else if schema.Pattern != "" {
		likely = append(likely, matching(schema.Pattern)...)
	}
	likely = append(likely, "a", "1", "", "a b", "1146654567674912769", "not one of them")
	if schema.MaxLength != nil {
		likely = append(likely, strings.Repeat("a", int(min(*schema.MaxLength, 10_000))))
	} else {
		likely = append(likely, strings.Repeat("a", 5000))
	}
	var all []any
	for _, text := range likely {
		if !slices.Contains(all, any(text)) && len(refusals(schema, text)) == 0 {
			all = append(all, text)
		}
	}
	return all
}

// variants yields values of the schema: the full and the least sample, and the full one with each place in it changed to
// every other thing that the schema may allow there.
func (m *maker) variants(schema *openapi3.Schema, yield func(any) bool) {
	full := m.sample(schema, true, 0)
	n := 0
	each := func(value any) bool {
		n++
		return n <= maxVariants && yield(value)
	}
	if each(full) && each(m.sample(schema, false, 0)) {
		m.change(schema, full, 0, each)
	}
}

// change yields the value with one place in it changed.
func (m *maker) change(schema *openapi3.Schema, value any, depth int, yield func(any) bool) bool {
	if depth > maxDepth {
		return true
	}
	if schema.Nullable && !yield(nil) {
		return false
	}
	for _, choice := range scalars(schema) {
		if !yield(choice) {
			return false
		}
	}
	for _, alternatives := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		for _, alternative := range alternatives {
			for _, full := range []bool{true, false} {
				other := m.sample(alternative.Value, full, depth)
				if around, isObject := value.(object); isObject && len(schema.Properties) > 0 {
					if made, alsoObject := other.(object); alsoObject {
						whole := object{}
						maps.Copy(whole, around)
						maps.Copy(whole, made)
						other = whole
					}
				}
				if !yield(other) {
					return false
				}
			}
		}
	}
	switch value := value.(type) {
	case object:
		properties := declared(schema)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if m.wanted == nil || m.wanted[name] {
				without := maps.Clone(value)
				delete(without, name)
				if !yield(without) || !yield(object{name: value[name]}) {
					return false
				}
			} else if !slices.ContainsFunc(properties[name], m.leadsOn) {
				continue
			}
			for _, field := range properties[name] {
				if !m.change(field, value[name], depth+1, func(changed any) bool {
					with := maps.Clone(value)
					with[name] = changed
					return yield(with)
				}) {
					return false
				}
			}
		}
	case []any:
		if schema.Items == nil {
			return true
		}
		if !yield([]any{}) {
			return false
		}
		if schema.MaxItems != nil && *schema.MaxItems < 2000 && len(value) > 0 {
			if !yield(slices.Repeat(value[:1], int(*schema.MaxItems))) {
				return false
			}
		} else if len(value) > 0 && !yield(slices.Repeat(value[:1], 101)) {
			return false
		}
		if len(value) > 0 {
			return m.change(schema.Items.Value, value[0], depth+1, func(changed any) bool { return yield([]any{changed}) })
		}
	}
	return true
}

// declared are the schemas of the fields that a schema describes, in any of its parts.
func declared(schema *openapi3.Schema) map[string][]*openapi3.Schema {
	found := map[string][]*openapi3.Schema{}
	for name, ref := range schema.Properties {
		found[name] = append(found[name], ref.Value)
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		for name, schemas := range declared(part.Value) {
			found[name] = append(found[name], schemas...)
		}
	}
	return found
}
