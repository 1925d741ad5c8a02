package model

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Reference is where a thing has ids of other things, which an expansion brings along.
type Reference struct {
	// To is the thing referred to.
	To string
	// At is the path of the field that has the ids, where that is not the expansion's own name. What ends in username has
	// the names of users.
	At string
	// As names what is referred to from there, where that does not follow from the expansion.
	As string
}

// Step is one field on the way to ids.
type Step struct {
	Name  string
	Field *Field
}

// Path returns the fields on the way from a thing to the ids, the last of which is a text or a list of texts.
func (r *Reference) Path(m *Model, thing, expansion string) ([]Step, error) {
	at := r.At
	if at == "" {
		at = expansion
	}
	var steps []Step
	for name := range strings.SplitSeq(at, ".") {
		var field *Field
		if of := m.Things[thing]; of != nil {
			name, field = of.field(name)
		}
		if field == nil {
			return nil, fmt.Errorf("the model: %s has no field %s, which a reference goes through", thing, name)
		}
		steps = append(steps, Step{Name: name, Field: field})
		thing, _ = Element(field.Type)
	}
	if thing != String {
		return nil, fmt.Errorf("the model: a reference ends at %s, which is no text", at)
	}
	return steps, nil
}

// field finds a field by the name it has, or had before it was spelled otherwise.
func (t *Thing) field(name string) (string, *Field) {
	if field := t.Fields[name]; field != nil {
		return name, field
	}
	for is, field := range t.Fields {
		if field.Old == name {
			return is, field
		}
	}
	return name, nil
}

// checkReferences makes sure that every reference leads from ids that are there to a thing that answers bring along.
func (m *Model) checkReferences() error {
	for thing, references := range m.References {
		for expansion, of := range references {
			if m.Included(of.To) == "" {
				return fmt.Errorf("the model: %s.%s refers to %s, which no answer includes", thing, expansion, of.To)
			}
			if _, err := of.Path(m, thing, expansion); err != nil {
				return err
			}
		}
	}
	return nil
}

// Included returns the field of Includes that lists a thing, empty where there is none.
func (m *Model) Included(thing string) string {
	includes := m.Things["Includes"]
	if includes == nil {
		return ""
	}
	for name, field := range includes.Fields {
		if field.Type == "[]"+thing {
			return name
		}
	}
	return ""
}

// UnmarshalYAML reads a reference: "Thing", "Thing at path", "Thing as Name" or "Thing at path as Name".
func (r *Reference) UnmarshalYAML(node *yaml.Node) error {
	words := strings.Fields(node.Value)
	if len(words)%2 == 0 {
		return fmt.Errorf("line %d: %q is no reference: write Thing at path as Name, of which the last two may be left out", node.Line, node.Value)
	}
	r.To = words[0]
	for i := 1; i < len(words); i += 2 {
		switch words[i] {
		case "at":
			r.At = words[i+1]
		case "as":
			r.As = words[i+1]
		default:
			return fmt.Errorf("line %d: a reference has no %s; it has at and as", node.Line, words[i])
		}
	}
	return nil
}

// MarshalYAML writes a reference as it is read.
func (r *Reference) MarshalYAML() (any, error) {
	text := r.To
	if r.At != "" {
		text += " at " + r.At
	}
	if r.As != "" {
		text += " as " + r.As
	}
	return scalarNode(text), nil
}
