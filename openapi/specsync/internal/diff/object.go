package diff

import (
	"slices"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// properties compares the fields that schemas name, and then what they say of others.
func (c *comparison) properties(p place, old, now document.Object) {
	before, _ := old["properties"].(document.Object)
	after, _ := now["properties"].(document.Object)
	if len(before) > 0 && freed(now) {
		c.note(p, p.either(Adds, Wire), "fields-freed", "may hold anything, had "+join(names(before)), names(before), nil)
		return
	}
	spelled := map[string]bool{}
	for _, name := range union(before, after) {
		here := p.below(name)
		was, had := before[name]
		is, has := after[name]
		neededBefore, needed := requires(old, name), requires(now, name)
		if other := counterpart(name, before, after); had && !has && other != "" {
			c.note(here, Wire, "field-respelled", "is now spelled "+other, name, other)
			spelled[other] = true
			is, has, needed = after[other], true, requires(now, other)
		}
		if !had && counterpart(name, after, before) != "" {
			continue // told of the one that it was
		}
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
			c.note(here, p.either(Wire, None), "field-now-required", "is now required", false, true)
		case neededBefore && !needed:
			c.note(here, p.either(Adds, Wire), "field-now-optional", "is now optional", true, false)
		}
		c.schema(here, was, is)
	}
	// A request that lacks a required field is refused whether or not the schema goes on to describe that field.
	for _, name := range texts(list(now["required"])) {
		if _, described := after[name]; !described && !spelled[name] && before[name] == nil && !requires(old, name) {
			c.note(p.below(name), p.either(Wire, None), "field-now-required", "is now required", false, true)
		}
	}
	c.others(p, old, now)
}

// freed says that an object may hold anything.
func freed(schema document.Object) bool {
	fields, _ := schema["properties"].(document.Object)
	others, bound := schema["additionalProperties"].(document.Object)
	return len(fields) == 0 && len(list(schema["required"])) == 0 && schema["additionalProperties"] != false && (!bound || len(others) == 0) &&
		len(alternatives(schema)) == 0
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
		c.note(p, p.either(Adds, Wire), "field-values-freed", "other fields may hold any value", nil, nil)
	case len(after) > 0:
		c.note(p, p.either(Wire, None), "field-values-bound", "other fields are bound to a schema", nil, nil)
	}
}
