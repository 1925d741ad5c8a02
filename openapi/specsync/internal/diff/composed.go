package diff

import "github.com/xapi-go/xapi-go/openapi/specsync/internal/document"

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
			c.note(p.below(name), p.either(Wire, None), "field-now-required", "is now required", false, true)
		case requires(restBefore, name) && !requires(after, name):
			c.note(p.below(name), p.either(Adds, Wire), "field-now-optional", "is now optional", true, false)
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
