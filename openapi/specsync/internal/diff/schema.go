package diff

import (
	"fmt"
	"maps"
	"slices"

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
	if (before == "") == (after == "") || !hasGoType(resolved(c.base, old)) && !hasGoType(resolved(c.head, now)) {
		return
	}
	p.at = ""
	if before != "" {
		p.subject = Subject{Type: "schema", Name: before}
		c.note(p, Go, "schema-inlined", "written in place where it stood by name", nil, nil)
	} else {
		p.subject = Subject{Type: "schema", Name: after}
		c.note(p, Go, "schema-extracted", "stands by name where it was written in place", nil, nil)
	}
}

// hasGoType says whether the generator declares a type for such a schema, rather than an alias of a basic one.
func hasGoType(schema document.Object) bool {
	for _, key := range []string{"properties", "enum", "oneOf", "anyOf", "allOf"} {
		if _, ok := schema[key]; ok {
			return true
		}
	}
	return schema["type"] == "object"
}

// composed compares two schemas that are each put together with allOf from the same named parts: the parts by
// themselves, so that their changes are told of them, and then the rest. It is false where they are not.
func (c *comparison) composed(p place, old, now document.Object) bool {
	before, after := referred(old), referred(now)
	if len(before) == 0 || len(before) != len(after) {
		return false
	}
	pairs := c.match(before, after)
	if len(pairs) != len(before) {
		return false
	}
	for _, both := range pairs {
		c.schema(p, both[0], both[1])
	}
	restBefore, restAfter := flatten(c.base, unreferred(old)), flatten(c.head, unreferred(now))
	c.flat(p, restBefore, restAfter)
	c.laidOnParts(p, restBefore, restAfter, flatten(c.base, old), flatten(c.head, now))
	return true
}

// laidOnParts compares which fields of its parts a composed schema requires itself.
func (c *comparison) laidOnParts(p place, restBefore, restAfter, before, after document.Object) {
	own, _ := restBefore["properties"].(document.Object)
	described, _ := before["properties"].(document.Object)
	for name := range described {
		if own[name] != nil {
			continue
		}
		switch {
		case requires(restAfter, name) && !requires(before, name):
			c.note(p.below(name), p.either(Wire, Go), "field-now-required", "is now required", false, true)
		case requires(restBefore, name) && !requires(after, name):
			c.note(p.below(name), p.either(Go, Wire), "field-now-optional", "is now optional", true, false)
		}
	}
}

// referred lists the parts of an allOf that are named schemas.
func referred(schema document.Object) []document.Object {
	var found []document.Object
	for _, part := range objects(schema["allOf"]) {
		if _, ok := part["$ref"]; ok {
			found = append(found, part)
		}
	}
	return found
}

// unreferred is the schema without those.
func unreferred(schema document.Object) document.Object {
	rest := document.Object{}
	for key, value := range schema {
		rest[key] = value
	}
	parts := []any{}
	for _, part := range objects(schema["allOf"]) {
		if _, ok := part["$ref"]; !ok {
			parts = append(parts, part)
		}
	}
	rest["allOf"] = parts
	return rest
}

// flat compares two schemas without allOf, keyword by keyword.
func (c *comparison) flat(p place, old, now document.Object) {
	if !c.kinds(p, old, now) {
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
		class = Go
	case contains(after, before): // more than before
		class = p.either(Go, Wire)
	case contains(before, after): // less
		class = p.either(Wire, Go)
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
func sameWire(a, b kind) bool { return isLong(a) && isLong(b) }

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
		c.set(p, "enum-value", before, after, p.either(Wire, Go), p.widened())
	case hadEnum:
		c.note(p, p.either(Go, Go), "enum-removed", "may be any value, was one of "+join(before), before, nil)
	case hasEnum:
		c.note(p, p.either(Wire, Go), "enum-introduced", "must be one of "+join(after)+", was any value", nil, after)
	}
}

func (c *comparison) nullable(p place, old, now document.Object) {
	switch was, is := truth(old["nullable"]), truth(now["nullable"]); {
	case !was && is:
		c.note(p, p.either(Go, Wire), "now-nullable", "may be null now", was, is)
	case was && !is:
		c.note(p, p.either(Wire, Go), "not-nullable", "may be null no more", was, is)
	}
}

func (c *comparison) properties(p place, old, now document.Object) {
	before, _ := old["properties"].(document.Object)
	after, _ := now["properties"].(document.Object)
	for _, name := range union(before, after) {
		here := p.below(name)
		was, had := before[name]
		is, has := after[name]
		neededBefore, needed := requires(old, name), requires(now, name)
		switch {
		case !has:
			c.note(here, p.lost(), "field-removed", "removed", nil, nil)
			continue
		case !had && needed:
			c.note(here, p.either(Wire, Adds), "required-field-added", "added, and required", nil, nil)
			continue
		case !had:
			c.note(here, Adds, "field-added", "added", nil, nil)
			continue
		case !neededBefore && needed:
			c.note(here, p.either(Wire, Go), "field-now-required", "is now required", false, true)
		case neededBefore && !needed:
			c.note(here, p.either(Go, Wire), "field-now-optional", "is now optional", true, false)
		}
		c.schema(here, was, is)
	}
	// A request that lacks a required field is refused whether or not the schema goes on to describe that field.
	for _, name := range texts(list(now["required"])) {
		if _, described := after[name]; !described && before[name] == nil && !requires(old, name) {
			c.note(p.below(name), p.either(Wire, None), "field-now-required", "is now required", false, true)
		}
	}
	c.others(p, old, now)
}

func requires(schema document.Object, name string) bool {
	return slices.Contains(texts(list(schema["required"])), name)
}

// others compares what a schema says of fields that it does not name.
func (c *comparison) others(p place, old, now document.Object) {
	was, is := old["additionalProperties"], now["additionalProperties"]
	wasClosed, isClosed := was == false, is == false
	before, _ := was.(document.Object)
	after, _ := is.(document.Object)
	switch {
	case !wasClosed && isClosed:
		c.note(p, p.narrowed(), "closed", "takes no fields but those named", nil, false)
	case wasClosed && !isClosed:
		c.note(p, p.widened(), "opened", "takes fields beside those named", false, nil)
	case len(before) > 0 && len(after) > 0:
		c.schema(p.below("*"), before, after)
	case len(before) > 0:
		c.note(p, p.either(Go, Wire), "field-values-freed", "other fields may hold any value", nil, nil)
	case len(after) > 0:
		c.note(p, p.either(Wire, Go), "field-values-bound", "other fields are bound to a schema", nil, nil)
	}
}

func list(value any) []any {
	found, _ := value.([]any)
	return found
}

func objects(value any) []document.Object {
	var found []document.Object
	for _, item := range list(value) {
		if object, ok := item.(document.Object); ok {
			found = append(found, object)
		}
	}
	return found
}

func shown(value any) string {
	if value == nil {
		return "none"
	}
	return string(document.JSON(value))
}
