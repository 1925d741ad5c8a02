package validate

import (
	"errors"
	"fmt"
)

// maxDepth bounds how deeply arrays and objects may nest. The document's deepest schema nests about ten levels.
const maxDepth = 512

var errDepth = fmt.Errorf("nested more than %d levels deep", maxDepth)

// A tree is a JSON text decoded into the values that kin-openapi visits: nil, bool, float64 or, for long numbers,
// json.Number, string, []any and map[string]any. Its strings share the text.
type tree struct {
	text  string
	at    int
	depth int

	// declared says that every field was found in the shape that the text was parsed against. Where it is not so, or
	// where the shape alone cannot tell, a walk must look for what is not declared.
	declared bool
	walk     walk
}

// parse decodes text, which must be one JSON value as of RFC 8259, and looks up its fields in of on the way.
func parse(text string, of *shape) (*tree, any, error) {
	t := &tree{text: text, declared: true}
	value, err := t.value(of)
	if err == nil {
		if t.space(); t.at < len(t.text) {
			err = t.unexpected("after the value")
		}
	}
	if err != nil {
		return nil, nil, err
	}
	return t, value, nil
}

func (t *tree) value(of *shape) (any, error) {
	t.space()
	if t.at >= len(t.text) {
		return nil, errors.New("the JSON ends early")
	}
	switch c := t.text[t.at]; c {
	case '{':
		return t.object(of)
	case '[':
		return t.array(of)
	case '"':
		return t.string()
	case 't':
		return true, t.literal("true")
	case 'f':
		return false, t.literal("false")
	case 'n':
		return nil, t.literal("null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return t.number()
		}
		return nil, t.unexpected("where a value should start")
	}
}

func (t *tree) object(of *shape) (any, error) {
	if t.depth++; t.depth > maxDepth {
		return nil, errDepth
	}
	t.at++
	m := make(map[string]any)
	if of != nil && !of.plain {
		t.declared, of = false, nil
	}
	if t.space(); t.take('}') {
		t.depth--
		return m, nil
	}
	for {
		if t.space(); t.at >= len(t.text) || t.text[t.at] != '"' {
			return nil, t.unexpected("where a field's name should start")
		}
		key, err := t.string()
		if err != nil {
			return nil, err
		}
		if t.space(); !t.take(':') {
			return nil, t.unexpected("after a field's name")
		}
		if m[key], err = t.value(t.field(of, key)); err != nil {
			return nil, err
		}
		if t.space(); t.take(',') {
			continue
		}
		if t.take('}') {
			t.depth--
			return m, nil
		}
		return nil, t.unexpected("after a field")
	}
}

// field returns the shape of a field, nil where nothing is to be looked up in it.
func (t *tree) field(of *shape, name string) *shape {
	if of == nil {
		return nil
	}
	field, ok := of.fields[name]
	if !ok {
		t.declared = t.declared && (of.open || of.fields == nil) && of.extra == nil
	}
	return field
}

func (t *tree) array(of *shape) (any, error) {
	if t.depth++; t.depth > maxDepth {
		return nil, errDepth
	}
	t.at++
	list := []any{}
	var items *shape
	if of != nil {
		items = of.items
		t.declared = t.declared && (of.plain || of.leaf)
	}
	if t.space(); t.take(']') {
		t.depth--
		return list, nil
	}
	for {
		item, err := t.value(items)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		if t.space(); t.take(',') {
			continue
		}
		if t.take(']') {
			t.depth--
			return list, nil
		}
		return nil, t.unexpected("after an item")
	}
}

func (t *tree) space() {
	for t.at < len(t.text) {
		switch t.text[t.at] {
		case ' ', '\n', '\t', '\r':
			t.at++
		default:
			return
		}
	}
}

func (t *tree) take(c byte) bool {
	if t.at < len(t.text) && t.text[t.at] == c {
		t.at++
		return true
	}
	return false
}

// unexpected names the byte where the tree stands, never more of the text: it may hold what must not be printed.
func (t *tree) unexpected(where string) error {
	if t.at >= len(t.text) {
		return errors.New("the JSON ends early")
	}
	return fmt.Errorf("byte %d: unexpected %q %s", t.at, t.text[t.at], where)
}
