package streaming

import "strconv"

// window remembers the latest keys, so many at the most.
type window struct {
	most int
	ring []uint64
	at   int // where the next goes, once the ring is full
	keys map[uint64]struct{}
}

func newWindow(most int) *window { return &window{most: most, keys: map[uint64]struct{}{}} }

// add remembers a key, and reports whether it is a new one.
func (w *window) add(key uint64) bool {
	if w.most == 0 {
		return false
	}
	before := len(w.keys)
	if w.keys[key] = struct{}{}; len(w.keys) == before {
		return false
	}
	if len(w.ring) < w.most {
		w.ring = append(w.ring, key)
		return true
	}
	delete(w.keys, w.ring[w.at])
	w.ring[w.at] = key
	w.at = (w.at + 1) % w.most
	return true
}

// latest returns the latest keys, at most n, oldest first.
func (w *window) latest(n int) []uint64 {
	n = min(n, len(w.ring))
	out := make([]uint64, n)
	for i := range n {
		out[i] = w.ring[(w.at+len(w.ring)-n+i)%len(w.ring)]
	}
	return out
}

// keyOf makes a key of an id, which X makes of digits, or of any other bytes that tell documents apart. It is the same
// in every process, as positions are stored with it.
func keyOf(id []byte) uint64 {
	if len(id) <= 19 {
		if n, err := strconv.ParseUint(string(id), 10, 64); err == nil {
			return n
		}
	}
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	hash := uint64(offset)
	for _, c := range id {
		hash = (hash ^ uint64(c)) * prime
	}
	return hash | 1<<63
}
