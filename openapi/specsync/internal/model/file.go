package model

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// heading stands at the top of model.yaml.
const heading = `# The things that the API speaks of, by the place where they stand; openapi/README.md tells how this file is read and
# grown. A sync adds to it. Names, references and old spellings may be edited; nothing may be taken away.
`

// Read reads a model.
func Read(data []byte) (*Model, error) {
	m := New()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(m); err != nil {
		return nil, fmt.Errorf("the model is not readable: %w", err)
	}
	for name, thing := range m.Things {
		if thing == nil {
			thing = &Thing{}
			m.Things[name] = thing
		}
		if thing.Fields == nil {
			thing.Fields = map[string]*Field{}
		}
	}
	return m, m.check()
}

// check makes sure that every type is a kind or has a name that is there.
func (m *Model) check() error {
	known := func(where string, field *Field) error {
		element, _ := Element(field.Type)
		switch element {
		case String, Int, Number, Bool, Time, Loose, Raw, Link:
			return nil
		}
		if m.Things[element] == nil && m.Enums[element] == nil {
			return fmt.Errorf("the model: %s is of type %s, which is neither a kind nor a thing nor an enum", where, field.Type)
		}
		return nil
	}
	for name, thing := range m.Things {
		for field, of := range thing.Fields {
			if err := known(name+"."+field, of); err != nil {
				return err
			}
		}
	}
	for name, operation := range m.Operations {
		for parameter, of := range operation.Params {
			if err := known(name+" "+parameter, of); err != nil {
				return err
			}
		}
		for _, typ := range []string{operation.Body, operation.Data} {
			if typ != "" {
				if err := known(name, &Field{Type: typ}); err != nil {
					return err
				}
			}
		}
	}
	return m.checkReferences()
}

// Bytes is the model as a file.
func (m *Model) Bytes() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(heading)
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(m); err != nil {
		return nil, fmt.Errorf("writing the model: %w", err)
	}
	return out.Bytes(), encoder.Close()
}

// UnmarshalYAML reads a field: its type alone, with ! where it is required and + where it is always written, or an
// object.
func (f *Field) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		f.setType(node.Value)
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		value := node.Content[i+1].Value
		switch key := node.Content[i].Value; key {
		case "type":
			f.setType(value)
		case "old":
			f.Old = value
		case "go":
			f.Go = value
		case "last":
			f.Last = value
		default:
			return fmt.Errorf("line %d: a field has no %s; it has type, old, go and last", node.Content[i].Line, key)
		}
	}
	return nil
}

func (f *Field) setType(text string) {
	text, f.Always = strings.CutSuffix(text, "+")
	f.Type, f.Required = strings.CutSuffix(text, "!")
}

// MarshalYAML writes a field on one line.
func (f *Field) MarshalYAML() (any, error) {
	typ := f.Type
	if f.Required {
		typ += "!"
	}
	if f.Always {
		typ += "+"
	}
	if f.Old == "" && f.Go == "" && f.Last == "" {
		return scalarNode(typ), nil
	}
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
	for _, pair := range [][2]string{{"type", typ}, {"old", f.Old}, {"go", f.Go}, {"last", f.Last}} {
		if pair[1] != "" {
			node.Content = append(node.Content, scalarNode(pair[0]), scalarNode(pair[1]))
		}
	}
	return node, nil
}

// UnmarshalYAML reads an enum: a list of values, with their old spellings as "new < old".
func (e *Enum) UnmarshalYAML(node *yaml.Node) error {
	var values []string
	if err := node.Decode(&values); err != nil {
		return err
	}
	for _, value := range values {
		name, old, _ := strings.Cut(value, " < ")
		e.Values = append(e.Values, Value{Name: name, Old: old})
	}
	return nil
}

// MarshalYAML writes an enum on one line.
func (e *Enum) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, value := range slices.SortedFunc(slices.Values(e.Values), func(a, b Value) int { return strings.Compare(a.Name, b.Name) }) {
		text := value.Name
		if value.Old != "" {
			text += " < " + value.Old
		}
		node.Content = append(node.Content, scalarNode(text))
	}
	return node, nil
}

// MarshalYAML writes a thing as its fields.
func (t *Thing) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		value := &yaml.Node{}
		if err := value.Encode(t.Fields[name]); err != nil {
			return nil, err
		}
		node.Content = append(node.Content, scalarNode(name), value)
	}
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle
	}
	return node, nil
}

// UnmarshalYAML reads a thing: its fields by name.
func (t *Thing) UnmarshalYAML(node *yaml.Node) error { return node.Decode(&t.Fields) }

func scalarNode(text string) *yaml.Node {
	node := &yaml.Node{}
	node.SetString(text)
	return node
}
