// Package impact tells what a change of the spec means for one program: which of its calls, fields and constants the
// change touches, by file and line.
package impact

import (
	"regexp"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Symbol is a name of package xapi: an operation, which is all methods and constants that stand for it; a field of a
// type; or a constant of one.
type Symbol struct {
	// Operation is the operation's name in Go.
	Operation string
	// Type and Field are a struct's and its field's, Constant that of a type of constants.
	Type, Field, Constant string
}

// resolver finds what a place of a document is in Go.
type resolver struct {
	m *model.Model
	// sides are the documents: that of after first, since places are told as they are there.
	sides []side
}

type side struct {
	root     document.Object
	names    map[string]string          // operations in Go by operationId
	at       map[string]document.Object // operations by operationId
	identity map[bool]map[string]string // things by component schema, of requests and of answers
}

func newResolver(m *model.Model, base, head document.Object) *resolver {
	r := &resolver{m: m}
	for _, root := range []document.Object{head, base} {
		s := side{root: root, names: map[string]string{}, at: map[string]document.Object{}, identity: m.Identity(root)}
		for _, operation := range document.Operations(root) {
			if name, known := m.Operation(operation); known != nil {
				s.names[operation.ID] = name
				s.at[operation.ID] = operation.Object
			}
		}
		r.sides = append(r.sides, s)
	}
	return r
}

// operation is the name in Go of an operationId of either document.
func (r *resolver) operation(id string) string {
	for _, s := range r.sides {
		if name := s.names[id]; name != "" {
			return name
		}
	}
	return ""
}

// asksForMore are the kinds of changes after which a request has to say what it need not have said before.
var asksForMore = map[string]bool{
	"field-now-required": true, "required-field-added": true, "parameter-now-required": true, "required-parameter-added": true,
	"request-body-now-required": true,
}

// symbols are what a change is about in Go. What is about no field or value in particular is about the operations that
// it reaches.
func (r *resolver) symbols(change diff.Change) []Symbol {
	var found []Symbol
	switch {
	case asksForMore[change.Kind] && change.Way != "answer": // whoever does not say it has to, so no field is looked for
	case change.Subject.Type == "operation":
		found = r.inOperation(change, change.Subject.Name, change.At)
	case change.Subject.Type == "parameter":
		for _, id := range change.Operations {
			found = append(found, r.ofParameter(change, id, r.parameterName(change.Subject), change.At)...)
		}
	case change.Subject.Type == "schema":
		for _, request := range []bool{true, false} {
			if request && change.Way == "answer" || !request && change.Way == "request" {
				continue
			}
			for i, s := range r.sides {
				name := change.Subject.Name
				if i > 0 && change.Subject.Was != "" {
					name = change.Subject.Was
				}
				if thing := s.identity[request][name]; thing != "" {
					found = append(found, r.below(change, thing, change.At)...)
				}
			}
		}
	}
	if len(found) == 0 {
		for _, id := range change.Operations {
			if name := r.operation(id); name != "" {
				found = append(found, Symbol{Operation: name})
			}
		}
	}
	slices.SortFunc(found, func(a, b Symbol) int {
		return strings.Compare(a.Operation+" "+a.Type+"."+a.Field+a.Constant, b.Operation+" "+b.Type+"."+b.Field+b.Constant)
	})
	return slices.Compact(found)
}

var statusPlace = regexp.MustCompile(`^response \S+`)

// inOperation finds what stands at a place of an operation.
func (r *resolver) inOperation(change diff.Change, id, at string) []Symbol {
	name := r.operation(id)
	operation := r.m.Operations[name]
	if operation == nil {
		return nil
	}
	_, path, inside := strings.Cut(at, ":")
	switch {
	case strings.HasPrefix(at, "query parameter "):
		wire, rest, _ := strings.Cut(strings.TrimPrefix(at, "query parameter "), "[]")
		return r.ofParameter(change, id, wire, rest)
	case strings.HasPrefix(at, "request") && inside:
		return r.below(change, operation.Body, path)
	case statusPlace.MatchString(at) && inside:
		return r.inAnswer(change, operation, path)
	}
	return []Symbol{{Operation: name}}
}

// inAnswer finds what stands at a place of an answer: in what all answers have, or in the data, which some answers have
// without a name around it.
func (r *resolver) inAnswer(change diff.Change, operation *model.Operation, path string) []Symbol {
	first, rest := step(path)
	switch first {
	case "":
		return nil
	case "data":
		return r.below(change, operation.Data, rest)
	case "includes":
		return r.below(change, "Includes", rest)
	case "meta":
		return r.below(change, "Meta", rest)
	case "errors":
		return r.below(change, "Problem", rest)
	case "matching_rules":
		return r.below(change, "MatchingRule", rest)
	}
	return r.below(change, operation.Data, path)
}

// step takes the first field off a place: what stands in brackets names a variant, and lists have their elements' fields.
func step(path string) (first, rest string) {
	path = strings.TrimLeft(strings.ReplaceAll(path, "[]", ""), ".")
	if open := strings.Index(path, "("); open >= 0 {
		if shut := strings.LastIndex(path, ")"); shut > open {
			path = strings.TrimLeft(path[:open]+path[shut+1:], ".")
		}
	}
	first, rest, _ = strings.Cut(path, ".")
	return strings.TrimSpace(first), rest
}

// below finds the field at a place within a type, or the constants that the change is about.
func (r *resolver) below(change diff.Change, typ, path string) []Symbol {
	element, _ := model.Element(typ)
	if element == model.Link {
		element = "URLEntity"
	}
	first, rest := step(path)
	thing := r.m.Things[element]
	if first == "" || first == "*" {
		found := r.constants(change, element)
		if thing != nil && change.Way == "answer" { // whoever reads any of it
			for name, field := range thing.Fields {
				found = append(found, Symbol{Type: element, Field: model.FieldName(name, field)})
			}
		}
		return found
	}
	if thing == nil {
		return nil
	}
	name, field := r.field(thing.Fields, first)
	if field == nil {
		return nil
	}
	if next, _ := step(rest); next != "" {
		return r.below(change, field.Type, rest)
	}
	inner, _ := model.Element(field.Type)
	if found := r.constants(change, inner); len(found) > 0 {
		return found
	}
	return []Symbol{{Type: element, Field: model.FieldName(name, field)}}
}

// field finds a field by its name in either spelling.
func (r *resolver) field(fields map[string]*model.Field, wire string) (string, *model.Field) {
	if field := fields[wire]; field != nil {
		return wire, field
	}
	for name, field := range fields {
		if field.Old == wire {
			return name, field
		}
	}
	return "", nil
}

// constants are those of a type that a change takes away.
func (r *resolver) constants(change diff.Change, typ string) []Symbol {
	enum := r.m.Enums[typ]
	values, _ := change.From.([]any)
	if enum == nil || len(values) == 0 {
		return nil
	}
	var found []Symbol
	for _, value := range values {
		for _, known := range enum.Values {
			if known.Name == value || known.Old != "" && known.Old == value {
				found = append(found, Symbol{Type: typ, Constant: model.Constant(known.Name)})
			}
		}
	}
	return found
}

// ofParameter finds a query parameter's field, or the constants of its values that the change is about.
func (r *resolver) ofParameter(change diff.Change, id, wire, rest string) []Symbol {
	name := r.operation(id)
	operation := r.m.Operations[name]
	if operation == nil {
		return nil
	}
	spelled, field := r.field(operation.Params, wire)
	if field == nil {
		return nil
	}
	if strings.Trim(rest, "[]. ") == "" {
		element, _ := model.Element(field.Type)
		if found := r.constants(change, element); len(found) > 0 {
			return found
		}
	}
	return []Symbol{{Type: name + "Params", Field: model.FieldName(spelled, field)}}
}

// parameterName is the name on the wire of a parameter that stands by itself.
func (r *resolver) parameterName(subject diff.Subject) string {
	for i, s := range r.sides {
		name := subject.Name
		if i > 0 && subject.Was != "" {
			name = subject.Was
		}
		parameter, _ := document.Resolve(s.root, "#/components/parameters/"+name).(document.Object)
		if wire, ok := parameter["name"].(string); ok {
			return wire
		}
	}
	return ""
}
