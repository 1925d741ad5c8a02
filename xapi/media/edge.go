package media

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// edge is what a Client has learned about the servers in front of the API, which differ from the documents and change
// without notice. So each lesson is forgotten after a while, and learned again where it still holds.
type edge struct {
	// base64 says that multipart was refused.
	base64 lesson
	// ordered says that segments must arrive one after the other.
	ordered lesson
	// noOneShot says that there is no one-shot upload: it has come and gone in the spec.
	noOneShot lesson

	mu sync.Mutex
	// limit is the size of the largest segment that may be tried before until.
	limit int64
	until time.Time
}

// memory is how long a lesson holds.
const memory = 10 * time.Minute

// lesson is something that was learned.
type lesson struct{ until atomic.Int64 }

// learn has the lesson hold for a while, and reports whether it did not yet.
func (l *lesson) learn() bool {
	now := time.Now()
	return l.until.Swap(now.Add(memory).UnixNano()) < now.UnixNano()
}

func (l *lesson) holds() bool { return time.Now().UnixNano() <= l.until.Load() }

// shrink remembers that a segment of size bytes was refused.
func (e *edge) shrink(size int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	next, now := max(size/2, smallestSegment), time.Now()
	if now.After(e.until) || next < e.limit {
		e.limit, e.until = next, now.Add(memory)
	}
}

// largest returns the size of the largest segment that may be tried.
func (e *edge) largest() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.limit == 0 || time.Now().After(e.until) {
		return math.MaxInt64
	}
	return e.limit
}
