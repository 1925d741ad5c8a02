package world

import (
	"slices"
	"time"
)

// Edge is one end of a relation as it is seen from the other: who or what it leads to, and when it was made.
type Edge[T any] struct {
	To T
	// Seq grows with each edge of the world: what was made later has a higher one.
	Seq int64
	At  time.Time
}

// Relation is a relation of many to many that can be read from both ends, as likes are: what somebody likes, and who
// likes it. Both ends always agree. The zero Relation is empty and ready for use.
type Relation[A, B comparable] struct {
	out map[A][]Edge[B]
	in  map[B][]Edge[A]
}

// add makes the edge. It returns false where it is there already.
func (r *Relation[A, B]) add(a A, b B, seq int64, at time.Time) bool {
	if r.Has(a, b) {
		return false
	}
	if r.out == nil {
		r.out, r.in = map[A][]Edge[B]{}, map[B][]Edge[A]{}
	}
	r.out[a] = append(r.out[a], Edge[B]{b, seq, at})
	r.in[b] = append(r.in[b], Edge[A]{a, seq, at})
	return true
}

// Remove takes the edge away. It returns false where there is none.
func (r *Relation[A, B]) Remove(a A, b B) bool {
	if !r.Has(a, b) {
		return false
	}
	r.out[a] = slices.DeleteFunc(r.out[a], func(e Edge[B]) bool { return e.To == b })
	r.in[b] = slices.DeleteFunc(r.in[b], func(e Edge[A]) bool { return e.To == a })
	return true
}

// Has says whether the edge is there. It looks from the end that has fewer.
func (r *Relation[A, B]) Has(a A, b B) bool {
	from, to := r.out[a], r.in[b]
	if len(from) < len(to) {
		return slices.ContainsFunc(from, func(e Edge[B]) bool { return e.To == b })
	}
	return slices.ContainsFunc(to, func(e Edge[A]) bool { return e.To == a })
}

// From returns what a leads to, oldest first. The caller must not change it.
func (r *Relation[A, B]) From(a A) []Edge[B] { return r.out[a] }

// To returns what leads to b, oldest first. The caller must not change it.
func (r *Relation[A, B]) To(b B) []Edge[A] { return r.in[b] }

// drop takes away all that leads from a.
func (r *Relation[A, B]) drop(a A) {
	for _, e := range slices.Clone(r.out[a]) {
		r.Remove(a, e.To)
	}
	delete(r.out, a)
}

// dropTo takes away all that leads to b.
func (r *Relation[A, B]) dropTo(b B) {
	for _, e := range slices.Clone(r.in[b]) {
		r.Remove(e.To, b)
	}
	delete(r.in, b)
}

// move has what leads to old lead to b instead, in the same order.
func (r *Relation[A, B]) move(old, b B) {
	for _, e := range r.in[old] {
		for i := range r.out[e.To] {
			if r.out[e.To][i].To == old {
				r.out[e.To][i].To = b
			}
		}
	}
	if r.in != nil {
		r.in[b] = append(r.in[b], r.in[old]...)
		delete(r.in, old)
	}
}
