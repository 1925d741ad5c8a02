package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// alternatives are the schemas that a value may be one of.
func alternatives(schema document.Object) []document.Object {
	return append(objects(schema["oneOf"]), objects(schema["anyOf"])...)
}

// plain writes a union of one as what it is.
func plain(root, schema document.Object) document.Object {
	only := alternatives(schema)
	if len(only) != 1 {
		return schema
	}
	rest := maps.Clone(schema)
	delete(rest, "oneOf")
	delete(rest, "anyOf")
	rest["allOf"] = []any{only[0]}
	return flatten(root, rest)
}

// oneOrSeveral compares a schema with the several that stand in its place, or the reverse: what may be sent has to be
// taken, and what may come has to be as it was. Where all of the several have to fit the one they are compared with it;
// where the one has to fit one of them, that is all. It is false where the two are to be compared otherwise.
func (c *comparison) oneOrSeveral(p place, old, now document.Object) bool {
	before, after := alternatives(old), alternatives(now)
	switch {
	case p.direction == response && len(before) == 0 && len(after) > 1:
		variants := flattened(c.head, now, after)
		if !ofOneKind(kindOf(old), variants) {
			return false
		}
		c.note(p, None, "union-introduced", fmt.Sprintf("is now one of %d schemas", len(after)), nil, nil)
		c.breaks(p, together(variants), func(variant document.Object) { c.flat(p, old, variant) })
	case p.direction == request && len(before) > 1 && len(after) == 0:
		variants := flattened(c.base, old, before)
		if !ofOneKind(kindOf(now), variants) {
			return false
		}
		c.note(p, Adds, "union-removed", fmt.Sprintf("was one of %d schemas", len(before)), nil, nil)
		c.breaks(p, together(variants), func(variant document.Object) { c.flat(p, variant, now) })
	case p.direction == response && len(before) > 1 && len(after) == 0:
		if !slices.ContainsFunc(flattened(c.base, old, before), func(variant document.Object) bool { return c.harmless(p, variant, now) }) {
			return false
		}
		c.note(p, None, "union-removed", fmt.Sprintf("was one of %d schemas", len(before)), nil, nil)
	case p.direction == request && len(before) == 0 && len(after) > 1:
		variants := flattened(c.head, now, after)
		at := slices.IndexFunc(variants, func(variant document.Object) bool { return c.harmless(p, old, variant) })
		if at < 0 || now["oneOf"] != nil && slices.ContainsFunc(slices.Delete(slices.Clone(variants), at, at+1), func(other document.Object) bool {
			return kindOf(other).base == kindOf(old).base // what fits two of them is refused
		}) {
			return false
		}
		c.note(p, Adds, "union-introduced", fmt.Sprintf("is now one of %d schemas", len(after)), nil, nil)
	default:
		return false
	}
	return true
}

// harmless says that nothing of a change from one schema to another breaks the wire.
func (c *comparison) harmless(p place, old, now document.Object) bool {
	probe := newComparison(c.base, c.head)
	probe.probing = true
	probe.flat(place{operation: "probe", direction: p.direction}, old, now)
	for _, change := range probe.changes {
		if change.Class == Wire {
			return false
		}
	}
	return true
}

// apart writes a union with what it demands of all in each of its variants.
func apart(root, schema document.Object) document.Object {
	var variants []any
	for _, variant := range flattened(root, schema, alternatives(schema)) {
		variants = append(variants, variant)
	}
	return document.Object{"anyOf": variants}
}

// breaks compares each variant, and tells of the place only what breaks the wire.
func (c *comparison) breaks(p place, variants []document.Object, compare func(document.Object)) {
	outer := c.breaksOnly
	defer func() { c.breaksOnly = outer }()
	c.breaksOnly = &p.subject
	for _, variant := range variants {
		compare(variant)
	}
}

// flattened are the variants of a union, each with what the union demands of all.
func flattened(root, schema document.Object, variants []document.Object) []document.Object {
	common := maps.Clone(schema)
	for _, key := range []string{"oneOf", "anyOf", "discriminator"} {
		delete(common, key)
	}
	whole := make([]document.Object, len(variants))
	for i, variant := range variants {
		whole[i] = flatten(root, document.Object{"allOf": []any{common, variant}})
	}
	return whole
}

// ofOneKind says that a kind is no union, and that all variants are of it.
func ofOneKind(one kind, variants []document.Object) bool {
	return one.base != "" && !slices.ContainsFunc(variants, func(variant document.Object) bool { return kindOf(variant).base != one.base })
}

// together writes variants that are objects as the one object that takes all that they take; others stay apart.
func together(variants []document.Object) []document.Object {
	if kindOf(variants[0]).base != "object" {
		return variants
	}
	fields, required, closed := map[string][]any{}, list(variants[0]["required"]), any(false)
	for _, variant := range variants {
		described, _ := variant["properties"].(document.Object)
		for name, schema := range described {
			if !slices.ContainsFunc(fields[name], func(other any) bool { return equal(other, schema) }) {
				fields[name] = append(fields[name], schema)
			}
		}
		required = without(required, without(required, list(variant["required"])))
		if variant["additionalProperties"] != false {
			closed = nil
		}
	}
	properties := document.Object{}
	for name, schemas := range fields {
		properties[name] = document.Object{"anyOf": schemas}
	}
	whole := document.Object{"type": "object", "properties": properties, "required": required}
	if closed != nil {
		whole["additionalProperties"] = closed
	}
	return []document.Object{whole}
}
