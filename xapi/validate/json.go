package validate

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// maxDepth bounds how deeply arrays and objects may nest. The document's deepest schema nests about ten levels.
const maxDepth = 512

var errDepth = fmt.Errorf("nested more than %d levels deep", maxDepth)

// A tree is a JSON text decoded into the values that kin-openapi visits: nil, bool, float64 or, for long numbers,
// json.Number, string, []any and map[string]any. Its strings share the text, its maps and slices belong to the tree and
// serve the next text after release: nothing of it may be kept.
type tree struct {
	text  string
	at    int
	depth int

	maps  []map[string]any // the first used of them hold objects of this text
	used  int
	items []any // a stack of the items of the arrays that are still open
	slab  []any // what the finished arrays are cut from

	// declared says that every field was found in the shape that the text was parsed against. Where it is not so, or
	// where the shape alone cannot tell, a walk must look for what is not declared.
	declared bool
	walk     walk
}

// Limits of what is kept for the next text: a large answer must not hold its memory for ever.
const (
	keptMaps  = 512
	keptItems = 4096
	keptKeys  = 64
)

var trees sync.Pool

// parse decodes text, which must be one JSON value as of RFC 8259, and looks up its fields in of on the way. The caller
// releases the tree when done with it and all its values.
func parse(text string, of *shape) (*tree, any, error) {
	t, ok := trees.Get().(*tree)
	if !ok {
		t = new(tree)
	}
	t.text, t.at, t.depth, t.declared = text, 0, 0, true
	value, err := t.value(of)
	if err == nil {
		if t.space(); t.at < len(t.text) {
			err = t.unexpected("after the value")
		}
	}
	if err != nil {
		t.release()
		return nil, nil, err
	}
	return t, value, nil
}

// release gives the tree's memory back.
func (t *tree) release() {
	if t == nil {
		return
	}
	for i, m := range t.maps[:min(t.used, keptMaps)] {
		if len(m) > keptKeys {
			t.maps[i] = make(map[string]any)
			continue
		}
		clear(m)
	}
	if len(t.maps) > keptMaps {
		t.maps = slices.Clone(t.maps[:keptMaps])
	}
	t.used = 0
	if cap(t.items) > keptItems {
		t.items = nil
	}
	if cap(t.slab) > keptItems {
		t.slab = nil
	}
	clear(t.items)
	clear(t.slab)
	t.items, t.slab, t.text = t.items[:0], t.slab[:0], ""
	trees.Put(t)
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
	m := t.newMap()
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

func (t *tree) newMap() map[string]any {
	if t.used == len(t.maps) {
		t.maps = append(t.maps, make(map[string]any))
	}
	t.used++
	return t.maps[t.used-1]
}

func (t *tree) array(of *shape) (any, error) {
	if t.depth++; t.depth > maxDepth {
		return nil, errDepth
	}
	t.at++
	start := len(t.items)
	var items *shape
	if of != nil {
		items = of.items
		t.declared = t.declared && (of.plain || of.leaf)
	}
	if t.space(); t.take(']') {
		t.depth--
		return t.cut(start), nil
	}
	for {
		item, err := t.value(items)
		if err != nil {
			return nil, err
		}
		t.items = append(t.items, item)
		if t.space(); t.take(',') {
			continue
		}
		if t.take(']') {
			t.depth--
			return t.cut(start), nil
		}
		return nil, t.unexpected("after an item")
	}
}

// cut moves the items from start on into a slice of their own.
func (t *tree) cut(start int) []any {
	n := len(t.items) - start
	if n == 0 {
		return []any{}
	}
	if cap(t.slab)-len(t.slab) < n {
		t.slab = make([]any, 0, max(n, 2*cap(t.slab), 64))
	}
	from := len(t.slab)
	t.slab = append(t.slab, t.items[start:]...)
	clear(t.items[start:])
	t.items = t.items[:start]
	return t.slab[from : from+n : from+n]
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
