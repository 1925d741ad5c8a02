package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// schema compares what stands at a place: two schemas, each written in place or referred to.
func (c *comparison) schema(p place, was, is any) {
	old, _ := was.(document.Object)
	now, _ := is.(document.Object)
	if old == nil && now == nil {
		return
	}
	c.naming(p, old, now)
	old, now = c.nullableReferences(p, old, now)
	p, enter := c.enter(p, "schemas", "schema", old, now)
	if !enter {
		return
	}
	old, now = resolved(c.base, old), resolved(c.head, now)
	if c.composed(p, old, now) {
		return
	}
	c.flat(p, flatten(c.base, old), flatten(c.head, now))
}

// nullableReferences compares what X writes beside a $ref: that the place may be null, whatever is referred to. OpenAPI
// 3.0 has no such thing, but the answers do.
func (c *comparison) nullableReferences(p place, old, now document.Object) (document.Object, document.Object) {
	_, oldIsRef := old["$ref"]
	_, nowIsRef := now["$ref"]
	if oldIsRef && nowIsRef {
		c.nullable(p, old, now)
		return old, now
	}
	return meant(c.base, old), meant(c.head, now)
}

// meant writes {$ref, nullable: true} as the schema that it means.
func meant(root, schema document.Object) document.Object {
	if _, isRef := schema["$ref"]; !isRef || !truth(schema["nullable"]) {
		return schema
	}
	target := maps.Clone(resolved(root, schema))
	target["nullable"] = true
	return target
}

// naming notes that a schema which stood by name is written in place, or the other way round. It is told once of the
// schema, however many places refer to it.
func (c *comparison) naming(p place, old, now document.Object) {
	before, after := refName(old, "schemas"), refName(now, "schemas")
	if (before == "") == (after == "") || !isStructured(resolved(c.base, old)) && !isStructured(resolved(c.head, now)) {
		return
	}
	if isPartOf(before, now) || isPartOf(after, old) {
		return // it stands by name, beside something
	}
	p.at = ""
	if before != "" {
		p.subject = Subject{Type: "schema", Name: before}
		c.note(p, None, "schema-inlined", "written in place where it stood by name", nil, nil)
	} else {
		p.subject = Subject{Type: "schema", Name: after}
		c.note(p, None, "schema-extracted", "stands by name where it was written in place", nil, nil)
	}
}

// isPartOf says that a schema is put together with a named one as one of its parts.
func isPartOf(name string, schema document.Object) bool {
	return name != "" && slices.ContainsFunc(referred(schema), func(part document.Object) bool { return refName(part, "schemas") == name })
}

// isStructured says whether a schema is more than a basic type.
func isStructured(schema document.Object) bool {
	for _, key := range []string{"properties", "enum", "oneOf", "anyOf", "allOf"} {
		if _, ok := schema[key]; ok {
			return true
		}
	}
	return schema["type"] == "object"
}

// flat compares two schemas without allOf, keyword by keyword.
func (c *comparison) flat(p place, old, now document.Object) {
	if len(alternatives(old))+len(alternatives(now)) == 1 {
		old, now = plain(c.base, old), plain(c.head, now)
	}
	if len(alternatives(old)) > 1 && len(alternatives(now)) > 1 && kindOf(old) != kindOf(now) {
		old, now = apart(c.base, old), apart(c.head, now)
	}
	if c.oneOrSeveral(p, old, now) || !c.kinds(p, old, now) {
		return
	}
	c.enums(p, old, now)
	c.limits(p, old, now)
	c.nullable(p, old, now)
	if !equal(old["default"], now["default"]) {
		c.note(p, None, "default-changed", fmt.Sprintf("default is now %s, was %s", shown(now["default"]), shown(old["default"])), old["default"], now["default"])
	}
	c.properties(p, old, now)
	if items, ok := old["items"]; ok {
		c.schema(p.below("[]"), items, now["items"])
	}
	c.unions(p, old, now)
	if !equal(old["not"], now["not"]) {
		c.note(p, p.either(Wire, None), "not-changed", "what is ruled out (not) changed", old["not"], now["not"])
	}
}

// kinds compares type and format. It is false where the two have nothing left to compare.
func (c *comparison) kinds(p place, old, now document.Object) bool {
	before, after := kindOf(old), kindOf(now)
	if before == after {
		return true
	}
	class := p.lost()
	switch {
	case sameWire(before, after):
		class = None
	case contains(after, before): // more than before
		class = p.either(Adds, Wire)
	case contains(before, after): // less
		class = p.either(Wire, None)
	}
	c.note(p, class, "type-changed", fmt.Sprintf("is now %s, was %s", after, before), before.String(), after.String())
	return before.base == after.base
}

// kind is a schema's type and format.
type kind struct{ base, format string }

func (k kind) String() string {
	switch {
	case k.base == "":
		return "of any type"
	case k.format == "":
		return k.base
	default:
		return k.base + "/" + k.format
	}
}

func kindOf(schema document.Object) kind {
	base, _ := schema["type"].(string)
	format, _ := schema["format"].(string)
	if strings.Trim(format, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		format = "" // no name of one: X has a pattern for one
	}
	if base == "" {
		switch {
		case schema["properties"] != nil || schema["additionalProperties"] != nil:
			base = "object"
		case schema["items"] != nil:
			base = "array"
		case len(objects(schema["oneOf"]))+len(objects(schema["anyOf"])) > 0:
			base = "one of several"
		}
	}
	return kind{base, format}
}

// sameWire says that two kinds write the same values. X writes integers as number with format long.
func sameWire(a, b kind) bool { return isLong(a) && isLong(b) || isAnyNumber(a) && isAnyNumber(b) }

// isAnyNumber says that a kind takes all numbers: how precisely they are kept is on no wire.
func isAnyNumber(k kind) bool {
	return k.base == "number" && (k.format == "" || k.format == "double" || k.format == "float")
}

func isLong(k kind) bool {
	return k.base == "integer" && (k.format == "" || k.format == "int64" || k.format == "long") ||
		k.base == "number" && (k.format == "long" || k.format == "int64")
}

// contains says that every value of the kind b is one of the kind a.
func contains(a, b kind) bool {
	switch {
	case a.base == "":
		return true
	case a.base == "number" && !isLong(a) && b.base == "integer":
		return true
	case a.base == "number" && !isLong(a) && isLong(b):
		return true
	case isLong(a) && b.base == "integer":
		return true
	case a.base == b.base:
		return a.format == "" && b.format != ""
	}
	return false
}

func (c *comparison) enums(p place, old, now document.Object) {
	before, hadEnum := old["enum"].([]any)
	after, hasEnum := now["enum"].([]any)
	switch {
	case hadEnum && hasEnum:
		c.set(p, "enum-value", before, after, p.either(Wire, None), p.widened())
	case hadEnum:
		c.note(p, p.widened(), "enum-removed", "may be any value, was one of "+join(before), before, nil)
	case hasEnum:
		c.note(p, p.either(Wire, None), "enum-introduced", "must be one of "+join(after)+", was any value", nil, after)
	}
}

func (c *comparison) nullable(p place, old, now document.Object) {
	switch was, is := truth(old["nullable"]), truth(now["nullable"]); {
	case !was && is:
		c.note(p, p.either(Adds, Wire), "now-nullable", "may be null now", was, is)
	case was && !is:
		c.note(p, p.either(Wire, None), "not-nullable", "may be null no more", was, is)
	}
}
