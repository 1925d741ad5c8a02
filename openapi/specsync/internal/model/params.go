package model

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// parameters merges the query parameters of an operation.
func (g *merger) parameters(name string, operation *Operation, found document.Operation) {
	for _, item := range objects(found.Object["parameters"]) {
		parameter := g.resolve(item)
		if in, _ := parameter["in"].(string); in != "query" {
			continue
		}
		wire, _ := parameter["name"].(string)
		spelled, old := wire, ""
		if renamed, ok := g.m.Spelling.Parameters[wire]; ok {
			spelled, old = renamed, wire
		}
		for before, after := range g.m.Spelling.Parameters {
			if after == wire {
				old = before
			}
		}
		required, _ := parameter["required"].(bool)
		field := operation.Params[spelled]
		if field == nil {
			if is, before, respelled := known(operation.Params, wire, false); respelled {
				spelled, old, field = is, cmp.Or(before, old), operation.Params[is]
			}
		}
		if field == nil {
			field = &Field{Required: required, Go: freshName(operation.Params, spelled)}
			operation.Params[spelled] = field
			g.added("parameter %s of %s", spelled, name)
		}
		g.visited[field] = true
		field.Required = field.Required && required
		if field.Old == "" {
			field.Old = old
		}
		schema, _ := parameter["schema"].(document.Object)
		s := flatten(g.root, []document.Object{schema})
		if s.kinds["array"] {
			s = flatten(g.root, s.items)
			s.kinds["array"] = true
		}
		if field.Type == "" {
			field.Type = g.parameterType(name, operation, spelled, s)
		}
		if element, _ := Element(field.Type); g.m.Enums[element] != nil {
			g.values(element, s.enum, spelled)
		}
	}
}

// parameterType is the type of a parameter that the model does not know: the same one for every operation that lists
// the same fields, or expands the same thing.
func (g *merger) parameterType(operation string, of *Operation, name string, s shape) string {
	array := s.kinds["array"]
	delete(s.kinds, "array")
	prefix := ""
	if array {
		prefix = "[]"
	}
	if len(s.enum) == 0 || s.open {
		return prefix + scalar(s)
	}
	var enum string
	subject, isFields := strings.CutSuffix(name, ".fields")
	switch {
	case isFields:
		enum = GoName(subject) + "Field"
	case name == "expansions":
		thing, _ := Element(of.Data)
		enum = thing + "Expansion"
	case len(s.enum) == 1:
		return prefix + String
	default:
		enum = g.shared(operation, GoName(singular(name)), s.enum)
	}
	if g.m.Enums[enum] == nil {
		g.m.Enums[enum] = &Enum{}
		g.added("enum %s", enum)
	}
	return prefix + enum
}

// shared returns the enum of the name, if it has any of the values, or a name of the operation's own.
func (g *merger) shared(operation, name string, values []string) string {
	known := g.m.Enums[name]
	if known == nil && !g.m.Named(name) {
		return name
	}
	if known != nil {
		for _, value := range known.Values {
			if slices.Contains(values, value.Name) {
				return name
			}
		}
	}
	return operation + name
}
