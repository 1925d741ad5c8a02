package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// parametersOf lists the parameters of an operation and its path item by place and name. Path parameters go by their
// position, since their names are not sent.
func parametersOf(root document.Object, operation document.Operation) map[string]document.Object {
	found := map[string]document.Object{}
	item, _ := document.Resolve(root, "#/paths/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(operation.Path)).(document.Object)
	positions := placeholder.FindAllString(operation.Path, -1)
	for _, list := range []any{item["parameters"], operation.Object["parameters"]} {
		list, _ := list.([]any)
		for _, entry := range list {
			object, _ := entry.(document.Object)
			parameter := resolved(root, object)
			in, _ := parameter["in"].(string)
			name, _ := parameter["name"].(string)
			if in == "path" {
				name = fmt.Sprintf("%d", 1+slices.Index(positions, "{"+name+"}"))
			}
			found[in+" parameter "+name] = object
		}
	}
	return found
}

func (c *comparison) parameters(p place, was, is document.Operation) {
	before, after := parametersOf(c.base, was), parametersOf(c.head, is)
	for _, name := range union(before, after) {
		here := p
		here.at = name
		old, had := before[name]
		now, has := after[name]
		if other := counterpart(name, before, after); had && !has && other != "" {
			c.note(here, Wire, "parameter-respelled", "is now spelled "+other, name, other)
			now, has = after[other], true
		}
		switch {
		case !had && counterpart(name, after, before) != "": // told of the one that it was
		case !has && strings.HasPrefix(name, "path "), !had && strings.HasPrefix(name, "path "):
			// The move of the path says it.
		case !has:
			c.note(here, Wire, "parameter-removed", "removed", nil, nil)
		case !had:
			class, kind, message := Adds, "parameter-added", "added"
			if truth(resolved(c.head, now)["required"]) {
				class, kind, message = Wire, "required-parameter-added", "added, and required"
			}
			c.note(here, class, kind, message, nil, nil)
		default:
			c.parameter(here, old, now)
		}
	}
}

func (c *comparison) parameter(p place, old, now document.Object) {
	p, enter := c.enter(p, "parameters", "parameter", old, now)
	if !enter {
		return
	}
	before, after := resolved(c.base, old), resolved(c.head, now)
	switch was, is := truth(before["required"]), truth(after["required"]); {
	case !was && is:
		c.note(p, Wire, "parameter-now-required", "is now required", was, is)
	case was && !is:
		c.note(p, Adds, "parameter-now-optional", "is now optional", was, is)
	}
	for _, key := range []string{"style", "explode", "allowReserved"} {
		if was, is := serialization(before, key), serialization(after, key); was != is {
			c.note(p, Wire, "parameter-"+key, fmt.Sprintf("%s is now %v, was %v", key, is, was), was, is)
		}
	}
	c.schema(p, before["schema"], after["schema"])
	c.content(p, before["content"], after["content"])
}

// serialization is how a parameter is written, with the defaults of the standard.
func serialization(parameter document.Object, key string) any {
	if value, ok := parameter[key]; ok {
		return value
	}
	style, _ := parameter["style"].(string)
	if style == "" {
		style = "simple"
		if parameter["in"] == "query" || parameter["in"] == "cookie" {
			style = "form"
		}
	}
	switch key {
	case "style":
		return style
	case "explode":
		return style == "form"
	default:
		return false
	}
}
