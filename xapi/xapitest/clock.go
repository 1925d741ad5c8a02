package xapitest

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// clock tells the sandbox's time: that of its base, moved by what was added, or that at which it was stopped.
type clock struct {
	base    func() time.Time
	offset  time.Duration
	stopped time.Time
}

func (c *clock) now() time.Time {
	if !c.stopped.IsZero() {
		return c.stopped
	}
	return c.base().Add(c.offset)
}

func (c *clock) advance(d time.Duration) {
	if !c.stopped.IsZero() {
		c.stopped = c.stopped.Add(d)
		return
	}
	c.offset += d
}

// stop has the time stand still, or go on from where it stood.
func (c *clock) stop(still bool) {
	switch {
	case still:
		c.stopped = c.now()
	case !c.stopped.IsZero():
		c.offset, c.stopped = c.stopped.Sub(c.base()), time.Time{}
	}
}

// Advance moves the sandbox's clock forward by d: processing goes on, uploads and tokens expire, webhooks are tried again.
// It returns the time that the sandbox has then.
func (s *Server) Advance(d time.Duration) time.Time {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.advance(d)
	now := s.clock.now()
	s.expire(now)
	for _, c := range s.couriers.byHook {
		c.hurry()
	}
	return now
}

// Now returns the time that the sandbox has.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.now()
}

// Freeze has the sandbox's clock stand still, where only Advance moves it, and returns the time at which it stands.
func (s *Server) Freeze() time.Time { return s.still(true) }

// Thaw has a frozen clock go on from the time at which it stands, and returns that.
func (s *Server) Thaw() time.Time { return s.still(false) }

func (s *Server) still(still bool) time.Time {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.stop(still)
	return s.clock.now()
}

// ids hands out ids of the API's form: 19 digits, rising. The same seed gives the same ids.
type ids struct {
	last   int64
	random *rand.Rand
}

func newIDs(seed uint64) ids {
	return ids{last: 1_900_000_000_000_000_000, random: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // ids are no secrets
}

func (i *ids) next() string {
	i.last += 1 + i.random.Int64N(1<<22)
	return strconv.FormatInt(i.last, 10)
}
