package streaming

import (
	"sync"
	"time"
)

// delay is how much later than it was made an object may come: X names some 7 seconds for 99 of 100.
const delay = 10 * time.Second

// connection is one partition of a stream, however often it is connected.
type connection struct {
	partition int
	// replay says that it brings the past, and ends.
	replay bool
	// schedule and began, when it had its last success or its start, are for its own goroutine.
	schedule schedule
	began    time.Time

	mu sync.Mutex
	// heard is when the latest byte came. Once the connection was not read from for want of room, what comes may be as old
	// as that: heldUp says so, and heard stays until there is nothing left to read.
	heard  time.Time
	heldUp bool
	// behind counts the documents that are with the queue or the consumer. Of those that the consumer is done with, given is
	// when the latest came, and done when the newest was made.
	behind      int
	given, done time.Time
	// missing are the starts of the gaps that are being recovered, and filling that of the one whose backfill is under way
	// since filled; zero for none.
	missing         []time.Time
	filling, filled time.Time
	// made is when the newest object was made that came.
	made time.Time
	// seen are the documents that were given, the last of which the consumer is at where giving says so; known says that an
	// earlier run had all that were made before.
	seen   *window
	giving bool
	known  time.Time
}

// newConnection returns a connection that goes on at a position, the zero one for the beginning.
func newConnection(partition, most int, replay bool, from Position) *connection {
	c := &connection{partition: partition, replay: replay, seen: newWindow(most)}
	for _, key := range from.Seen {
		c.seen.add(key)
	}
	c.done, c.made = from.Made, from.Made
	if replay {
		return c
	}
	c.heard, c.given = from.At, from.At
	if !from.Made.IsZero() {
		c.known = from.Made.Add(-delay)
	}
	return c
}

// hear notes that bytes came. A read that waited for them shows that all that was sent before has been read.
func (c *connection) hear(now time.Time, waited bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if waited {
		c.heldUp = false
	}
	if !c.heldUp && c.heard.Before(now) {
		c.heard = now
	}
}

// holdUp notes that the connection was not read from.
func (c *connection) holdUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heldUp = true
}

// whole returns a time such that nothing is missing that was made before, but what is told of as a gap or is being
// recovered; zero where nothing has come yet.
func (c *connection) whole() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.filling.IsZero():
		return c.filling
	case c.heard.IsZero():
		return time.Time{}
	}
	return c.heard.Add(-delay)
}

// connected notes that the connection is open, and from when on a backfill brings what was missed, zero for none.
func (c *connection) connected(now, filling time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.filling, c.filled, c.heard, c.heldUp = filling, now, now, false
	if c.given.IsZero() {
		c.given = now
	}
}

// fillMost is how long a backfill takes at the most. X sends what is older first: it is over once something comes that
// was made when the connection was already open, or nothing comes.
const fillMost = time.Minute

// beat notes a heartbeat.
func (c *connection) beat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.behind == 0 {
		c.filling = time.Time{}
	}
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

// give notes that the consumer is given a document, and reports whether it was not before.
func (c *connection) give(made time.Time, key uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !made.IsZero() && made.Before(c.known) {
		return false
	}
	c.giving = c.seen.add(key)
	return c.giving || c.seen.most == 0
}

// took notes that the consumer is done with a document that came at a time.
func (c *connection) took(at, made time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.giving = false
	c.behind--
	if at.After(c.given) {
		c.given = at
	}
	if made.After(c.done) {
		c.done = made
	}
	if made.After(c.filled) || at.After(c.filled.Add(fillMost)) {
		c.filling = time.Time{}
	}
}

// newest notes when an object was made that came, and returns when the newest was.
func (c *connection) newest(made time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if made.After(c.made) {
		c.made = made
	}
	if c.heldUp && made.After(c.heard) {
		c.heard = made
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

// storedKeys bounds the keys that a position has: those of what came within delay, at the 250 posts a second that X
// sends over one connection, and within the time for which a position is not stored.
const storedKeys = 8192

// position returns how far the consumer has come.
func (c *connection) position() Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, made := c.given, c.done
	if c.behind == 0 {
		at = c.heard
	}
	for _, from := range append([]time.Time{c.filling}, c.missing...) {
		if !from.IsZero() && from.Before(at) {
			at, made = from, time.Time{}
		}
	}
	seen := c.seen.latest(storedKeys)
	if c.giving {
		seen = seen[:len(seen)-1]
	}
	return Position{At: at, Made: made, Seen: seen}
}
