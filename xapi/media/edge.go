package media

import "sync/atomic"

// edge is what a Client has learned about the servers in front of the API, which differ from the documents and change
// without notice. It only ever gets more careful.
type edge struct {
	// limit is the size of the largest body that may still be tried, 0 where none was refused.
	limit atomic.Int64
	// base64 says that multipart was refused.
	base64 atomic.Bool
	// ordered says that segments must arrive one after the other.
	ordered atomic.Bool
	// noOneShot says that there is no one-shot upload: it has come and gone in the spec.
	noOneShot atomic.Bool
}

// shrink remembers that a body of size bytes was refused, and returns the size to try next.
func (e *edge) shrink(size int64) int64 {
	for next := max(size/2, smallestSegment); ; {
		known := e.limit.Load()
		if known != 0 && known <= next {
			return known
		}
		if e.limit.CompareAndSwap(known, next) {
			return next
		}
	}
}
