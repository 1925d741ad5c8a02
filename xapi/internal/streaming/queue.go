package streaming

import (
	"sync"
	"time"
)

const (
	// maxPooled bounds the buffers that are kept for later lines.
	maxPooled = 64 << 10
	// ahead is how many documents a decoder may be ahead of the consumer: values take several times the room of lines.
	ahead = 32
)

// item is one document on its way.
type item[R any] struct {
	raw  []byte
	from *connection
	at   time.Time

	value   *R
	err     error
	key     uint64
	made    time.Time
	decoded bool
}

// queue holds the documents between the connections and the consumer, in the order in which they came: first those that
// no decoder has begun, then those that the decoders are at or done with, of which the consumer takes the first.
type queue[R any] struct {
	size, bytes int
	full        Full

	mu                sync.Mutex
	room, work, ready sync.Cond
	waiting, begun    ring[R]
	window            int // how many may be begun
	held              int // bytes
	writers           int
	closed            bool
	free              []*item[R]
}

func newQueue[R any](config *Config) *queue[R] {
	q := &queue[R]{
		size: config.QueueSize, bytes: config.QueueBytes, full: config.Full,
		window: ahead * config.Decoders, writers: len(config.Partitions),
	}
	q.room.L, q.work.L, q.ready.L = &q.mu, &q.mu, &q.mu
	return q
}

func (q *queue[R]) depth() int { return q.waiting.len() + q.begun.len() }

// level is how full a queue is.
type level struct {
	depth int
	share float64 // of its documents or of its bytes, whichever is more
}

func (q *queue[R]) level() level {
	return level{q.depth(), max(float64(q.depth())/float64(q.size), float64(q.held)/float64(q.bytes))}
}

// put copies a line into the queue, and blocks while there is no room unless documents may be dropped. It returns how
// many were dropped, and how full the queue is. False says that the queue is closed.
func (q *queue[R]) put(line []byte, from *connection, at time.Time) (dropped int, now level, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed && !q.fits(len(line)) {
		switch {
		case q.full == Block:
			from.holdUp()
			q.room.Wait()
		case q.full == DropNewest || q.waiting.len() == 0: // what decoders have begun is not dropped
			return dropped + 1, q.level(), true
		default:
			it := q.waiting.pop()
			q.held -= len(it.raw)
			it.from.dropped()
			q.recycle(it)
			dropped++
		}
	}
	if q.closed {
		return dropped, level{}, false
	}
	it := q.fresh()
	it.raw, it.from, it.at = append(it.raw[:0], line...), from, at
	q.waiting.push(it)
	q.held += len(line)
	from.queued()
	q.work.Signal()
	return dropped, q.level(), true
}

func (q *queue[R]) fits(bytes int) bool {
	depth := q.depth()
	return depth == 0 || depth < q.size && q.held+bytes <= q.bytes
}

// take returns the next document to decode, and nil where there will be none.
func (q *queue[R]) take() *item[R] {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		if q.waiting.len() == 0 && q.writers == 0 {
			return nil
		}
		if q.waiting.len() > 0 && q.begun.len() < q.window {
			it := q.waiting.pop()
			q.begun.push(it)
			return it
		}
		q.work.Wait()
	}
	return nil
}

// done says that a document is decoded.
func (q *queue[R]) done(it *item[R]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it.decoded = true
	if q.begun.first() == it {
		q.ready.Signal()
	}
}

// pop takes back the document that the consumer had, and returns the first once it is decoded: nil where there will be
// none. It also returns how full the queue is then.
func (q *queue[R]) pop(had *item[R]) (it *item[R], left level) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if had != nil {
		q.recycle(had)
	}
	for !q.closed {
		if first := q.begun.first(); first != nil && first.decoded {
			q.begun.pop()
			q.held -= len(first.raw)
			q.room.Signal()
			if q.waiting.len() > 0 {
				q.work.Signal()
			}
			return first, q.level()
		}
		if q.depth() == 0 && q.writers == 0 {
			return nil, level{}
		}
		q.ready.Wait()
	}
	return nil, level{}
}

// recycle keeps an item for a later line, unless its buffer is large.
func (q *queue[R]) recycle(it *item[R]) {
	raw := it.raw[:0]
	if cap(raw) > maxPooled {
		raw = nil
	}
	*it = item[R]{raw: raw}
	if len(q.free) < q.size {
		q.free = append(q.free, it)
	}
}

func (q *queue[R]) fresh() *item[R] {
	last := len(q.free) - 1
	if last < 0 {
		return new(item[R])
	}
	it := q.free[last]
	q.free = q.free[:last]
	return it
}

// oldest returns when the first document came, zero where there is none.
func (q *queue[R]) oldest() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	if it := q.begun.first(); it != nil {
		return it.at
	}
	if it := q.waiting.first(); it != nil {
		return it.at
	}
	return time.Time{}
}

// enter and leave say that there is one more who puts documents, or one less.
func (q *queue[R]) enter() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.writers++
}

func (q *queue[R]) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.writers--
	q.work.Broadcast()
	q.ready.Broadcast()
}

// close ends all waiting.
func (q *queue[R]) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.room.Broadcast()
	q.work.Broadcast()
	q.ready.Broadcast()
}

// ring is a list that grows at its end and shrinks at its start, in the same memory.
type ring[R any] struct {
	items      []*item[R]
	start, end int // of those that are in it; they only grow, and count modulo the length of items, a power of two
}

func (r *ring[R]) len() int { return r.end - r.start }

func (r *ring[R]) push(it *item[R]) {
	if r.len() == len(r.items) {
		grown := make([]*item[R], max(64, 2*len(r.items)))
		for i := range r.len() {
			grown[i] = r.items[(r.start+i)&(len(r.items)-1)]
		}
		r.items, r.start, r.end = grown, 0, r.len()
	}
	r.items[r.end&(len(r.items)-1)] = it
	r.end++
}

func (r *ring[R]) first() *item[R] {
	if r.len() == 0 {
		return nil
	}
	return r.items[r.start&(len(r.items)-1)]
}

func (r *ring[R]) pop() *item[R] {
	at := r.start & (len(r.items) - 1)
	it := r.items[at]
	r.items[at] = nil
	r.start++
	return it
}
