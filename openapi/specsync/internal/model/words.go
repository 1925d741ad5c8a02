package model

import (
	"maps"
	"slices"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Words are descriptions by what they describe: "Thing", "Thing.field", "Operation", "Operation parameter".
type Words map[string]string

// DescriptionBeside is where a description beside a $ref stands in a corrected document: OpenAPI has no place for it.
const DescriptionBeside = "x-description"

// note keeps the first description that there is for a place; or writes the one that there is into the place.
func (g *merger) note(key string, schemas ...document.Object) {
	if g.describe {
		g.missing[key] = g.missing[key] || g.words[key] == ""
		for _, schema := range schemas {
			if schema != nil && schema["description"] == nil && g.words[key] != "" {
				schema["description"] = g.words[key]
			}
		}
		return
	}
	if g.words == nil || g.words[key] != "" {
		return
	}
	for _, schema := range schemas {
		for _, name := range []string{DescriptionBeside, "description"} {
			if text, ok := schema[name].(string); ok && text != "" {
				g.words[key] = text
				return
			}
		}
	}
}

// Words collects the descriptions that the document gives to what the model has. The document's operations and fields
// have to be in the model.
func (m *Model) Words(root document.Object) Words {
	g := newMerger(m, root)
	g.words = Words{}
	g.places(func(name string, operation document.Object) {
		for _, key := range []string{"description", "summary"} {
			if text, ok := operation[key].(string); ok && g.words[name] == "" {
				g.words[name] = text
			}
		}
		if text, ok := operation["summary"].(string); ok {
			g.words[name+" summary"] = text
		}
	})
	return g.words
}

// Describe writes the words into the document, each where what it describes stands, whatever the schemas there are
// called. What has a description keeps it. It returns the places that the words have nothing for, in order. The document
// has to be in the model.
func (m *Model) Describe(root document.Object, words Words) []string {
	g := newMerger(m, root)
	g.words, g.describe, g.missing = words, true, map[string]bool{}
	g.places(func(name string, operation document.Object) {
		g.missing[name] = words[name] == "" && words[name+" summary"] == ""
		summary, about := words[name+" summary"], words[name]
		if summary != "" && operation["summary"] == nil {
			operation["summary"] = summary
		}
		if about != "" && about != summary && operation["description"] == nil {
			operation["description"] = about
		}
	})
	maps.DeleteFunc(g.missing, func(_ string, missing bool) bool { return !missing })
	return slices.Sorted(maps.Keys(g.missing))
}

// Identity names the thing that each component schema of the document is, in requests (true) and in answers. The
// document's operations have to be in the model.
func (m *Model) Identity(root document.Object) map[bool]map[string]string {
	g := newMerger(m, root)
	g.learning = true
	g.operations()
	return g.identity
}

// places notes all that has words, but for the operations themselves, which it hands over.
func (g *merger) places(operation func(name string, object document.Object)) {
	g.learning = true
	g.operations()
	routes := g.m.Routes()
	for _, found := range document.Operations(g.root) {
		name := routes[Route(found.Method, found.Path)]
		operation(name, found.Object)
		for _, item := range objects(found.Object["parameters"]) {
			parameter := g.resolve(item)
			wire, _ := parameter["name"].(string)
			if renamed, ok := g.m.Spelling.Parameters[wire]; ok {
				wire = renamed
			}
			g.note(name+" "+wire, parameter)
		}
	}
}

// Operation returns the operation at a route of the contract, and its name.
func (m *Model) Operation(found document.Operation) (string, *Operation) {
	name := m.Routes()[Route(found.Method, found.Path)]
	return name, m.Operations[name]
}

// Reached are the things that an operation's answers have, in order.
func (m *Model) Reached(operation *Operation) []string {
	types := []string{operation.Data, "Meta", "Problem", "MatchingRule"}
	if operation.Includes {
		types = append(types, "Includes")
	}
	return m.Reaches(types...)
}

// Reaches are the things that values of the types have in them, in order.
func (m *Model) Reaches(types ...string) []string {
	reached := map[string]bool{}
	var follow func(typ string)
	follow = func(typ string) {
		element, _ := Element(typ)
		if element == Link {
			element = "URLEntity"
		}
		thing := m.Things[element]
		if thing == nil || reached[element] {
			return
		}
		reached[element] = true
		for _, field := range thing.Fields {
			follow(field.Type)
		}
	}
	for _, typ := range types {
		follow(typ)
	}
	return slices.Sorted(maps.Keys(reached))
}
