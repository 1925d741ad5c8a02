package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Report is what a merge did.
type Report struct {
	// Added are the operations, things, fields and values that the model did not know.
	Added []string
	// Contradictions are the places where the document is of another kind than the model; the model's kind stays.
	Contradictions []string
}

// Merge adds to the model what the document has and the model does not know. The document is a whole publication where
// whole is set: what it has no more is then marked with the last version that had it.
func (m *Model) Merge(root document.Object, whole, widen bool) Report {
	g := newMerger(m, root)
	before := m.lacks()
	g.widen, g.learning = widen, true
	g.operations()
	g.learning, g.done = false, map[string]bool{}
	g.operations()
	m.settle()
	m.markLate(before)
	if whole {
		g.markGone()
		if newer(g.version, m.Newest) {
			m.Newest = g.version
		}
	}
	slices.Sort(g.report.Added)
	slices.Sort(g.report.Contradictions)
	g.report.Contradictions = slices.Compact(g.report.Contradictions)
	return g.report
}

func newMerger(m *Model, root document.Object) *merger {
	return &merger{
		m: m, root: root, version: document.Version(root), visited: map[*Field]bool{}, done: map[string]bool{},
		identity: map[bool]map[string]string{true: {}, false: {}},
	}
}

// merger walks a document twice: first over the places that the model knows, which tells which thing each component
// schema is; then over all of it, so that a schema met in a new place is known from the old ones.
type merger struct {
	m        *Model
	root     document.Object
	version  string
	learning bool
	widen    bool
	// identity names the thing of a component schema, in requests (true) and in answers.
	identity map[bool]map[string]string
	visited  map[*Field]bool
	seen     []*Operation
	done     map[string]bool
	report   Report
	words    Words // nil where nobody asks
	// describe has the words written into the document; missing are the places seen, true where there are no words.
	describe bool
	missing  map[string]bool
}

func (g *merger) added(format string, args ...any) {
	g.report.Added = append(g.report.Added, fmt.Sprintf(format, args...))
}

func (g *merger) operations() {
	routes := g.m.Routes()
	for _, found := range document.Operations(g.root) {
		name, known := routes[Route(found.Method, found.Path)]
		if !known {
			name = g.moved(found)
			known = name != ""
		}
		if !known {
			if g.learning {
				continue
			}
			name = g.fresh(GoName(found.ID), "Operation")
			g.added("operation %s", name)
			g.m.Operations[name] = &Operation{Method: found.Method, Path: found.Path, Params: map[string]*Field{}}
		}
		g.operation(name, g.m.Operations[name], found)
	}
}

func (g *merger) operation(name string, operation *Operation, found document.Operation) {
	if operation.Params == nil {
		operation.Params = map[string]*Field{}
	}
	if !g.learning {
		g.seen = append(g.seen, operation)
		if operation.ID == "" {
			operation.ID = g.m.freshID(name, found.ID)
		}
		if operation.Args == nil {
			for _, placeholder := range Placeholders(found.Path) {
				operation.Args = append(operation.Args, argument(placeholder))
			}
		}
		if tags := texts(found.Object["tags"]); operation.Tag == "" && len(tags) > 0 {
			operation.Tag = tags[0]
		}
		if stream, _ := found.Object["x-twitter-streaming"].(bool); stream {
			operation.Stream = true
		}
	}
	g.answer(name, operation, found.Object)
	g.body(name, operation, found.Object)
	if !g.learning {
		g.parameters(name, operation, found)
	}
}

func (g *merger) resolve(value any) document.Object {
	object, _ := value.(document.Object)
	for range 10 {
		ref, ok := object["$ref"].(string)
		if !ok {
			break
		}
		object, _ = document.Resolve(g.root, ref).(document.Object)
	}
	return object
}

// answer merges the answers of success.
func (g *merger) answer(name string, operation *Operation, object document.Object) {
	responses, _ := object["responses"].(document.Object)
	var schemas []document.Object
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		content, _ := g.resolve(responses[status])["content"].(document.Object)
		if media, ok := content["application/json"].(document.Object); ok {
			if schema, ok := media["schema"].(document.Object); ok {
				schemas = append(schemas, schema)
			}
		} else if len(content) > 0 {
			operation.Bytes = true
		}
	}
	whole := flatten(g.root, schemas)
	if len(whole.fields) == 0 {
		return
	}
	operation.Answers = true
	bare := map[string][]document.Object{}
	for _, field := range slices.Sorted(maps.Keys(whole.fields)) {
		places := whole.fields[field]
		switch field {
		case "data":
			if g.decided(name+" data", operation.Data, places) {
				continue
			}
			operation.Data = g.place(places, operation.Data, name, name+"Data", false)
		case "includes":
			operation.Includes = true
			g.place(places, "Includes", name+" includes", "Includes", false)
		case "meta":
			g.place(places, "Meta", name+" meta", "Meta", false)
		case "errors":
			g.place(places, "[]Problem", name+" errors", "Problem", false)
		case "matching_rules":
			g.place(places, "[]MatchingRule", name+" matching_rules", "MatchingRule", false)
		default:
			bare[field] = places
		}
	}
	if len(bare) > 0 && whole.fields["data"] == nil {
		if !g.learning && operation.Data == "" {
			operation.Data = g.thing(g.fresh(name+"Data", ""))
		}
		if operation.Data != "" {
			operation.Bare = true
			g.fields(operation.Data, shape{fields: bare, required: whole.required}, false)
		}
	}
}

// body merges the JSON body of a request, or the form where it has no JSON.
func (g *merger) body(name string, operation *Operation, object document.Object) {
	content, _ := g.resolve(object["requestBody"])["content"].(document.Object)
	if _, form := content["multipart/form-data"]; form {
		operation.Form = true
	}
	var schemas []document.Object
	for _, kind := range []string{"application/json", "multipart/form-data"} {
		if media, ok := content[kind].(document.Object); ok {
			if schema, ok := media["schema"].(document.Object); ok && len(schemas) == 0 {
				schemas = append(schemas, schema)
			}
		}
	}
	if len(schemas) > 0 {
		operation.Body = g.place(schemas, operation.Body, name, name+"Request", true)
	}
}

// field returns the new name of a field, and its old one where it has one.
func (s Spelling) field(thing, wire string) (name, old string) {
	if slices.Contains(s.Except, thing+"."+wire) {
		return wire, ""
	}
	if renamed, ok := s.Fields[wire]; ok {
		return renamed, wire
	}
	for before, after := range s.Fields {
		if after == wire {
			return wire, before
		}
	}
	return wire, ""
}

func (s Spelling) value(parameter, wire string) (name, old string) {
	if parameter == "" {
		return wire, ""
	}
	for _, key := range []string{parameter, "*"} {
		if renamed, ok := s.Values[key][wire]; ok {
			return renamed, wire
		}
	}
	for _, key := range []string{parameter, "*"} {
		for before, after := range s.Values[key] {
			if after == wire {
				return wire, before
			}
		}
	}
	return wire, ""
}
