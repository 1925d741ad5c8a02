package validate

import (
	"hash/maphash"
	"slices"
	"strconv"
)

// walk looks for the fields that no schema declares, and for what a discriminator's schema refuses.
type walk struct {
	found  *findings
	shapes []*shape // a stack: the shapes that apply to each value on the way down
	path   []step
}

// step is one step down from the root: into a field, or where name is empty and index is not negative, an item.
type step struct {
	name  string
	index int
}

// fields reports to found every undeclared field of value, whose schema has that shape.
func (w *walk) fields(found *findings, value any, of *shape) {
	w.found, w.shapes, w.path = found, append(w.shapes[:0], of), w.path[:0]
	w.value(value, 0)
	w.found = nil
}

// value looks at a value to which all shapes from low on apply, and drops them.
func (w *walk) value(value any, low int) {
	switch value := value.(type) {
	case map[string]any:
		open := w.expand(value, low)
		w.object(value, low, len(w.shapes), open)
	case []any:
		w.expand(nil, low)
		w.list(value, low, len(w.shapes))
	}
	w.shapes = w.shapes[:low]
}

func (w *walk) object(value map[string]any, low, high int, open bool) {
	for name, field := range value {
		declared := false
		for _, s := range w.shapes[low:high] {
			if child := s.fields[name]; child != nil {
				declared = true
				w.direction(name, field, child)
				w.push(child)
			}
		}
		if !declared {
			for _, s := range w.shapes[low:high] {
				w.push(s.extra)
			}
			if !open {
				w.undeclared(name, field)
			}
		}
		if len(w.shapes) > high {
			w.path = append(w.path, step{name: name, index: -1})
			w.value(field, high)
			w.path = w.path[:len(w.path)-1]
		}
	}
}

// direction reports a field that stands where only the other side may say it. kin-openapi tells that there is one, and
// in some versions not where.
func (w *walk) direction(name string, value any, of *shape) {
	switch {
	case w.found.request && of.answer:
		w.found.addAt(append(w.names(), name), "readOnly", "must not be sent: it is the server's to say", value)
	case !w.found.request && of.asked:
		w.found.addAt(append(w.names(), name), "writeOnly", "must not be answered: it is the caller's to say", value)
	}
}

func (w *walk) list(value []any, low, high int) {
	for i, item := range value {
		for _, s := range w.shapes[low:high] {
			w.push(s.items)
		}
		if len(w.shapes) == high {
			return
		}
		w.path = append(w.path, step{index: i})
		w.value(item, high)
		w.path = w.path[:len(w.path)-1]
	}
}

func (w *walk) push(s *shape) {
	if s != nil && !s.leaf {
		w.shapes = append(w.shapes, s)
	}
}

// expand adds to the shapes from low on all that apply with them, and reports whether undeclared fields are allowed.
// object is nil where the value is a list.
func (w *walk) expand(object map[string]any, low int) (open bool) {
	declares := false
	for i := low; i < len(w.shapes); i++ {
		s := w.shapes[i]
		open = open || s.open
		declares = declares || s.fields != nil
		for _, other := range s.all {
			w.join(other, low)
		}
		if s.pick != nil && object != nil {
			open = w.follow(s.pick, object, low) || open
		}
		w.choose(s, object, low)
	}
	return open || !declares
}

// join adds s to the shapes from low on, unless it is among them: a discriminator's schema holds its base again.
func (w *walk) join(s *shape, low int) {
	if !slices.Contains(w.shapes[low:], s) {
		w.shapes = append(w.shapes, s)
	}
}

// choose adds those alternatives of s that hold. Where none does, kin-openapi has said so, and all are added.
func (w *walk) choose(s *shape, object map[string]any, low int) {
	held := false
	for _, other := range s.alternatives {
		if object == nil || s.uniform || other.schema.VisitJSON(object, w.found.fast()...) == nil {
			w.join(other.shape, low)
			held = true
		}
	}
	if held {
		return
	}
	for _, other := range s.alternatives {
		w.join(other.shape, low)
	}
}

// follow adds the shape that the discriminator names, and reports whether the fields are out of its hands: it is
// missing or unknown, which is reported, or stands in a problem.
func (w *walk) follow(p *pick, object map[string]any, low int) (open bool) {
	if p.targets == nil {
		return true
	}
	value, ok := object[p.property].(string)
	if !ok {
		return true
	}
	target, ok := p.targets[value]
	if !ok {
		if !p.visited {
			w.found.addAt(append(w.names(), p.property), "discriminator", "is none of the kinds that the spec knows", value)
		}
		return true
	}
	w.join(target.shape, low)
	if p.visited {
		return false
	}
	for _, schema := range target.schemas {
		if !w.found.thorough && schema.VisitJSON(object, w.found.fast()...) == nil {
			continue
		}
		if err := schema.VisitJSON(object, w.found.options()...); err != nil {
			w.found.explain(err, w.names())
		}
	}
	return false
}

func (w *walk) undeclared(name string, value any) {
	if w.counted(name) {
		return
	}
	w.found.addAt(append(w.names(), name), "undeclared", "is not declared", value)
}

// counted reports whether the field is one that is only counted, and counts it. Nothing is allocated for that.
func (w *walk) counted(name string) bool {
	if w.found.known == nil {
		return false
	}
	var h maphash.Hash
	begin(&h, w.found.known.status, "undeclared", w.found.in)
	for _, base := range w.found.base {
		if !hashSegment(&h, base) {
			return false
		}
	}
	for _, s := range w.path {
		if s.index >= 0 {
			_, _ = h.WriteString("/*")
		} else if !hashSegment(&h, s.name) {
			return false
		}
	}
	return hashSegment(&h, name) && w.found.known.counts(identity(h.Sum64()))
}

// names returns the way down from the root as the segments of a JSON pointer.
func (w *walk) names() []string {
	names := make([]string, 0, len(w.path)+len(w.found.base)+1)
	names = append(names, w.found.base...)
	for _, s := range w.path {
		if s.index >= 0 {
			names = append(names, strconv.Itoa(s.index))
			continue
		}
		names = append(names, s.name)
	}
	return names
}
