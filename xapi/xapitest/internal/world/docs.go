package world

import (
	"maps"
	"slices"
)

// Doc is a thing that has no more to it than its fields, as they stand in JSON: a space, a broadcast, a webhook.
type Doc struct {
	ID string
	// Fields are its fields by name, of the values that encoding/json reads into an any. Those that begin with an
	// underscore are never shown.
	Fields map[string]any

	seq int64
}

// Seq is the thing's place in the order in which they were made.
func (d *Doc) Seq() int64 { return d.seq }

// Text returns a field that is a text, empty where it is none.
func (d *Doc) Text(field string) string {
	text, _ := d.Fields[field].(string)
	return text
}

// Docs are the things of one family.
type Docs struct {
	byID map[string]*Doc
}

// Family returns the things of a family, which has none at first.
func (w *World) Family(name string) *Docs {
	if w.Docs[name] == nil {
		w.Docs[name] = &Docs{byID: map[string]*Doc{}}
	}
	return w.Docs[name]
}

// AddDoc adds a thing to a family, in the place of one with the same id.
func (w *World) AddDoc(family, id string, fields map[string]any) *Doc {
	d := &Doc{ID: id, Fields: fields, seq: w.next()}
	w.Family(family).byID[id] = d
	return d
}

// Doc returns the thing of that id, nil where the family has none.
func (w *World) Doc(family, id string) *Doc { return w.Family(family).byID[id] }

// DeleteDoc takes the thing away. It returns false where there is none.
func (w *World) DeleteDoc(family, id string) bool {
	_, had := w.Family(family).byID[id]
	delete(w.Family(family).byID, id)
	return had
}

// All returns the things of a family, oldest first.
func (w *World) All(family string) []*Doc {
	return slices.SortedFunc(maps.Values(w.Family(family).byID), func(a, b *Doc) int { return compare(a.seq, b.seq) })
}
