package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// shape is what the schemas at one place allow, all variants taken together.
type shape struct {
	// kinds are those of its scalars, and "object" and "array".
	kinds map[string]bool
	// enum are its values, where it is a string with known values in every variant.
	enum   []string
	open   bool // some variant is a string with any value
	fields map[string][]document.Object
	// required are the fields that every variant requires.
	required map[string]bool
	items    []document.Object
	// values are the schemas of a map's values.
	values []document.Object
	// refs are the component schemas that were passed through.
	refs []string
	// described is the innermost schema that was passed through, for its description.
	described document.Object
}

func newShape() shape {
	return shape{kinds: map[string]bool{}, fields: map[string][]document.Object{}, required: map[string]bool{}}
}

// flatten returns the shape of the schemas, variants of one place.
func flatten(root document.Object, schemas []document.Object) shape {
	var parts []shape
	for _, schema := range schemas {
		parts = append(parts, collect(root, schema, nil))
	}
	return alternatives(parts)
}

func collect(root, schema document.Object, within []string) shape {
	s := newShape()
	if ref, ok := schema["$ref"].(string); ok {
		name := ref[strings.LastIndex(ref, "/")+1:]
		target, isObject := document.Resolve(root, ref).(document.Object)
		if slices.Contains(within, name) || !isObject {
			return s
		}
		s = collect(root, target, append(slices.Clip(within), name))
		s.refs = append([]string{name}, s.refs...)
		return s
	}
	s.described = schema
	s.own(schema)
	if all := objects(schema["allOf"]); len(all) > 0 {
		for _, part := range all {
			s.join(collect(root, part, within))
		}
	}
	var variants []shape
	for _, key := range []string{"oneOf", "anyOf"} {
		for _, variant := range objects(schema[key]) {
			variants = append(variants, collect(root, variant, within))
		}
	}
	if len(variants) == 0 {
		variants = mapped(root, schema, within)
	}
	if len(variants) > 0 {
		either := alternatives(variants)
		if len(s.fields) > 0 {
			either.required = map[string]bool{} // the variants of an object with fields of its own only say what goes together
		}
		refs := s.refs
		s.join(either)
		s.refs = refs
		if len(variants) == 1 {
			s.refs = append(s.refs, either.refs...)
		}
	}
	return s
}

// mapped are the variants that only a discriminator names.
func mapped(root, schema document.Object, within []string) []shape {
	discriminator, _ := schema["discriminator"].(document.Object)
	mapping, _ := discriminator["mapping"].(document.Object)
	var variants []shape
	seen := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(mapping)) {
		ref, _ := mapping[key].(string)
		if ref == "" || seen[ref] {
			continue
		}
		seen[ref] = true
		variants = append(variants, collect(root, document.Object{"$ref": ref}, within))
	}
	return variants
}

// own takes what the schema says without its variants.
func (s *shape) own(schema document.Object) {
	properties, _ := schema["properties"].(document.Object)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if property, ok := properties[name].(document.Object); ok {
			s.fields[name] = append(s.fields[name], property)
		}
	}
	for _, name := range texts(schema["required"]) {
		s.required[name] = true
	}
	switch typ, _ := schema["type"].(string); typ {
	case "object":
		s.kinds["object"] = true
		if values, ok := schema["additionalProperties"].(document.Object); ok && len(values) > 0 {
			s.values = append(s.values, values)
		}
	case "array":
		s.kinds["array"] = true
		if items, ok := schema["items"].(document.Object); ok {
			s.items = append(s.items, items)
		}
	case "string":
		values := texts(schema["enum"])
		switch format, _ := schema["format"].(string); {
		case format == "date-time":
			s.kinds[Time] = true
		case len(values) > 0:
			s.kinds[String] = true
			s.enum = values
		default:
			s.kinds[String] = true
			s.open = true
		}
	case "integer":
		s.kinds[Int] = true
	case "number":
		s.kinds[Number] = true
	case "boolean":
		s.kinds[Bool] = true
	default:
		if len(properties) > 0 {
			s.kinds["object"] = true
		}
	}
}

// join adds what holds besides.
func (s *shape) join(other shape) {
	s.add(other)
	maps.Copy(s.required, other.required)
}

func (s *shape) add(other shape) {
	maps.Copy(s.kinds, other.kinds)
	s.open = s.open || other.open
	for _, value := range other.enum {
		if !slices.Contains(s.enum, value) {
			s.enum = append(s.enum, value)
		}
	}
	for name, schemas := range other.fields {
		s.fields[name] = append(s.fields[name], schemas...)
	}
	s.items = append(s.items, other.items...)
	s.values = append(s.values, other.values...)
	s.refs = append(s.refs, other.refs...)
}

// alternatives is the shape of which one of the parts holds.
func alternatives(parts []shape) shape {
	whole := newShape()
	counts := map[string]int{}
	objects := 0
	for _, part := range parts {
		whole.add(part)
		if !part.kinds["object"] && len(part.fields) == 0 {
			continue
		}
		objects++
		for name := range part.required {
			counts[name]++
		}
	}
	for name, count := range counts {
		if count == objects {
			whole.required[name] = true
		}
	}
	if len(parts) > 0 {
		whole.described = parts[0].described
	}
	if len(parts) > 1 {
		whole.refs = nil
	}
	if len(parts) > 1 && same(parts) {
		whole.refs = parts[0].refs
	}
	return whole
}

// same reports whether all parts passed through the same schemas.
func same(parts []shape) bool {
	for _, part := range parts[1:] {
		if !slices.Equal(part.refs, parts[0].refs) {
			return false
		}
	}
	return true
}

func objects(value any) []document.Object {
	list, _ := value.([]any)
	var all []document.Object
	for _, item := range list {
		if object, ok := item.(document.Object); ok {
			all = append(all, object)
		}
	}
	return all
}

func texts(value any) []string {
	list, _ := value.([]any)
	var all []string
	for _, item := range list {
		if text, ok := item.(string); ok && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// Values are the values that a parameter's schema declares, nil where it declares none.
func Values(root document.Object, schema any) []string {
	object, _ := schema.(document.Object)
	s := flatten(root, []document.Object{object})
	if s.kinds["array"] {
		s = flatten(root, s.items)
	}
	if s.open {
		return nil
	}
	return s.enum
}
