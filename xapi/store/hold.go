package store

import (
	"context"
	"crypto/rand"
	"sync/atomic"
	"time"
)

// hold is a lease that is prolonged for as long as its holder lives and wants it.
type hold struct {
	engine Engine
	guard  Guard
	ttl    atomic.Int64 // a time.Duration
	stop   context.CancelFunc
	done   chan struct{}
}

// releaseTime bounds giving a lease back. One that is not given back runs out.
const releaseTime = 2 * time.Second

// hold takes the lease at key, and prolongs it until it is released or most has passed; 0 is no bound. It does not wait:
// it returns nil where somebody else has the lease.
func (s *Store) hold(ctx context.Context, key, owner string, ttl, most time.Duration) (*hold, error) {
	h := &hold{engine: s.engine, guard: Guard{Key: key, Value: []byte(owner)}, done: make(chan struct{})}
	h.ttl.Store(int64(ttl))
	held, err := s.engine.Swap(ctx, Change{Key: key, New: h.guard.Value, TTL: ttl})
	if err != nil || !held {
		return nil, err
	}
	// The lease outlives the call that took it, until release.
	ctx = context.WithoutCancel(ctx)
	if most > 0 {
		ctx, h.stop = context.WithTimeout(ctx, most)
	} else {
		ctx, h.stop = context.WithCancel(ctx)
	}
	go h.prolong(ctx, ttl/3)
	return h, nil
}

func (h *hold) prolong(ctx context.Context, every time.Duration) {
	defer close(h.done)
	again := time.NewTicker(max(every, time.Millisecond))
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		if held, err := h.renew(ctx); err == nil && !held {
			return
		}
	}
}

func (h *hold) renew(ctx context.Context) (bool, error) {
	return h.engine.Swap(ctx, Change{
		Key: h.guard.Key, Old: h.guard.Value, New: h.guard.Value, TTL: time.Duration(h.ttl.Load()),
	})
}

// stretch has the lease last for ttl without a word from its holder, from now on. It reports whether it is still held.
func (h *hold) stretch(ctx context.Context, ttl time.Duration) (bool, error) {
	h.ttl.Store(int64(ttl))
	return h.renew(ctx)
}

// release gives the lease back, and leaves it alone where it is another's by now. It does not heed the end of ctx.
func (h *hold) release(ctx context.Context) error {
	h.stop()
	<-h.done
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
	defer cancel()
	_, err := h.engine.Swap(ctx, Change{Key: h.guard.Key, Old: h.guard.Value})
	return err
}

// newOwner is a name that nobody else has.
func newOwner() string { return rand.Text() }
