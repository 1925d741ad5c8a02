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

// note keeps the first description that there is for a place.
func (w Words) note(key string, schemas ...document.Object) {
	if w == nil || w[key] != "" {
		return
	}
	for _, schema := range schemas {
		for _, name := range []string{DescriptionBeside, "description"} {
			if text, ok := schema[name].(string); ok && text != "" {
				w[key] = text
				return
			}
		}
	}
}

// Words collects the descriptions that the document gives to what the model has. The document's operations and fields
// have to be in the model.
func (m *Model) Words(root document.Object) Words {
	g := newMerger(m, root)
	g.learning, g.words = true, Words{}
	g.operations()
	g.done = map[string]bool{}
	for _, found := range document.Operations(root) {
		name := m.Routes()[Route(found.Method, found.Path)]
		for _, key := range []string{"description", "summary"} {
			if text, ok := found.Object[key].(string); ok && g.words[name] == "" {
				g.words[name] = text
			}
		}
		if text, ok := found.Object["summary"].(string); ok {
			g.words[name+" summary"] = text
		}
		for _, item := range objects(found.Object["parameters"]) {
			parameter := g.resolve(item)
			wire, _ := parameter["name"].(string)
			if renamed, ok := m.Spelling.Parameters[wire]; ok {
				wire = renamed
			}
			g.words.note(name+" "+wire, parameter)
		}
	}
	return g.words
}

// Operation returns the operation at a route of the contract, and its name.
func (m *Model) Operation(found document.Operation) (string, *Operation) {
	name := m.Routes()[Route(found.Method, found.Path)]
	return name, m.Operations[name]
}

// Reached are the things that an operation's answers have, in order.
func (m *Model) Reached(operation *Operation) []string {
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
	if operation.Includes {
		follow("Includes")
	}
	for _, typ := range []string{operation.Data, "Meta", "Problem", "MatchingRule"} {
		follow(typ)
	}
	return slices.Sorted(maps.Keys(reached))
}
