package streaming

import (
	"sync"
	"time"
)

// connection is one partition of a stream, however often it is connected.
type connection struct {
	partition int
	// schedule and began, when it had its last success or its start, are for its own goroutine.
	schedule schedule
	began    time.Time

	mu sync.Mutex
	// heard is when the latest byte came.
	heard time.Time
	// behind counts the documents that are with the queue or the consumer, and given is when the latest came that the
	// consumer is done with.
	behind int
	given  time.Time
	// missing are the starts of the gaps that are being recovered, and filling that of the one whose backfill is under way
	// since filled; zero for none.
	missing         []time.Time
	filling, filled time.Time
	// made is when the newest object was made.
	made time.Time
	// seen are the documents that came.
	seen *window
}

// resumed returns a connection that goes on at a position.
func resumed(partition, most int, from Position) *connection {
	c := &connection{partition: partition, heard: from.At, given: from.At, seen: newWindow(most)}
	for _, key := range from.Seen {
		c.seen.add(key)
	}
	return c
}

// hear notes that bytes came.
func (c *connection) hear(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.heard.Before(now) {
		c.heard = now
	}
}

// whole returns a time before which nothing is missing but what is told of as a gap or is being recovered, zero where
// nothing has come yet.
func (c *connection) whole() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.filling.IsZero() {
		return c.filling
	}
	return c.heard
}

// connected notes that the connection is open, and from when on a backfill brings what was missed, zero for none.
func (c *connection) connected(now, filling time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.filling, c.filled, c.heard = filling, now, now
	if c.given.IsZero() {
		c.given = now
	}
}

// A backfill is over once something comes that was made when the connection was already open, or nothing comes, and at
// the latest after a minute. X sends what is older first, and is some seconds behind.
const (
	fillSlack = 10 * time.Second
	fillMost  = time.Minute
)

// beat notes a heartbeat.
func (c *connection) beat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.filling = time.Time{}
}

func (c *connection) queued() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.behind++
}

// dropped notes that the consumer does not get a document.
func (c *connection) dropped() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.behind--
}

// took notes that the consumer is done with a document that came at a time.
func (c *connection) took(at, made time.Time, key uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.behind--
	c.seen.add(key)
	if at.After(c.given) {
		c.given = at
	}
	if made.After(c.filled.Add(-fillSlack)) || at.After(c.filled.Add(fillMost)) {
		c.filling = time.Time{}
	}
}

// isNew reports whether a document has not been given before.
func (c *connection) isNew(key uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.seen.has(key)
}

// newest notes when an object was made, and returns when the newest was.
func (c *connection) newest(made time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if made.After(c.made) {
		c.made = made
	}
	return c.made
}

// recovering notes that what came after from is being fetched, and recovered that it was.
func (c *connection) recovering(from time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missing = append(c.missing, from)
}

func (c *connection) recovered(from time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, each := range c.missing {
		if each.Equal(from) {
			c.missing = append(c.missing[:i], c.missing[i+1:]...)
			return
		}
	}
}

// storedKeys bounds the keys that a position has: those of the posts of the last seconds, which a backfill repeats.
const storedKeys = 4096

// position returns how far the consumer has come.
func (c *connection) position() Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.given
	if c.behind == 0 {
		at = c.heard
	}
	if !c.filling.IsZero() {
		at = c.filling
	}
	for _, from := range c.missing {
		if from.Before(at) {
			at = from
		}
	}
	return Position{At: at, Seen: c.seen.latest(storedKeys)}
}
