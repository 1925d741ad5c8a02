package xapi

import (
	"context"
	"sync"
	"time"
)

// MemoryRateStore is a RateStore for the clients of one process: a service that calls for many users of one app, with a
// client for each, keeps to the app's windows with it. The zero value is empty and ready to use.
type MemoryRateStore struct {
	// Now is the clock. Nil means time.Now.
	Now func() time.Time

	mu     sync.Mutex
	states map[RateKey]*RateState
	swept  time.Time
}

// Reserve implements RateStore.
func (s *MemoryRateStore) Reserve(ctx context.Context, request RateRequest) (RateGrant, error) {
	if err := ctx.Err(); err != nil {
		return RateGrant{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.Now != nil {
		now = s.Now()
	}
	s.sweep(now)
	if s.states == nil {
		s.states = map[RateKey]*RateState{}
	}
	return request.Reserve(s.states, now), nil
}

// sweep forgets, once an hour, the windows that ended long ago.
func (s *MemoryRateStore) sweep(now time.Time) {
	if now.Sub(s.swept) < time.Hour {
		return
	}
	s.swept = now
	for key, state := range s.states {
		if forget := state.Forgettable(); !forget.IsZero() && !now.Before(forget) {
			delete(s.states, key)
		}
	}
}
