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

	mu      sync.Mutex
	windows map[RateKey]*rateWindow
	swept   time.Time
}

// rateWindow is what is known of one window. One that nothing is known of has a zero end, one without a limit is
// unlimited.
type rateWindow struct {
	limit, remaining int
	reset            time.Time
	end              time.Time
	unlimited        bool
	leases           map[string]rateLease
}

type rateLease struct {
	calls   int
	runsOut time.Time
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
	for _, reading := range request.Readings {
		s.window(reading.RateKey).takeIn(reading, request.Holder, now)
	}
	windows := make([]*rateWindow, len(request.Windows))
	learned, alone := false, true
	for i, key := range request.Windows {
		w := s.window(key)
		windows[i] = w
		if request.Answered && !w.known() {
			w.unlimited, w.end = true, now.Add(key.Length)
		}
		w.lease(request.Holder, request.Open, now.Add(request.Lease))
		learned = learned || w.known()
		alone = alone && w.alone(request.Holder, now)
	}
	granted := request.Calls
	for _, w := range windows {
		granted = min(granted, w.allows(now, granted))
	}
	if !learned {
		granted = min(granted, 1)
		if !alone {
			granted = 0
		}
	}
	grant := RateGrant{Calls: granted}
	for i, w := range windows {
		w.lease(request.Holder, request.Open+granted, now.Add(request.Lease))
		if w.known() && !w.unlimited && now.Before(w.end) {
			grant.Known = append(grant.Known, RateReading{
				RateKey: request.Windows[i], Limit: w.limit, Remaining: w.remaining, Reset: w.reset, RenewedIn: w.end.Sub(now),
			})
		}
	}
	return grant, nil
}

func (s *MemoryRateStore) window(key RateKey) *rateWindow {
	w := s.windows[key]
	if w == nil {
		w = &rateWindow{leases: make(map[string]rateLease)}
		if s.windows == nil {
			s.windows = make(map[RateKey]*rateWindow)
		}
		s.windows[key] = w
	}
	return w
}

// sweep forgets, once an hour, the windows that ended an hour ago.
func (s *MemoryRateStore) sweep(now time.Time) {
	if now.Sub(s.swept) < time.Hour {
		return
	}
	s.swept = now
	for key, w := range s.windows {
		forget := w.end
		if !w.unlimited {
			forget = forget.Add(time.Hour)
		}
		if w.known() && !now.Before(forget) {
			delete(s.windows, key)
		}
	}
}

func (w *rateWindow) known() bool { return !w.end.IsZero() }

// resetTolerance is how far the resets of one window may lie apart, as servers round them each in its own way.
const resetTolerance = 2 * time.Second

// takeIn takes in what an answer to a call of holder's told.
func (w *rateWindow) takeIn(told RateReading, holder string, now time.Time) {
	switch apart := told.Reset.Sub(w.reset); {
	case !w.known() || w.unlimited || !now.Before(w.end) || apart > resetTolerance || told.Refused:
		w.limit, w.remaining, w.reset, w.end, w.unlimited = told.Limit, told.Remaining, told.Reset, now.Add(told.RenewedIn), false
	case apart >= -resetTolerance:
		w.remaining = min(w.remaining, told.Remaining)
	}
	w.endLeases(holder, now.Add(-told.Age))
}

// endLeases ends the leases of others that had run out at that time.
func (w *rateWindow) endLeases(holder string, at time.Time) {
	for other, lease := range w.leases {
		if other != holder && lease.runsOut.Before(at) {
			delete(w.leases, other)
		}
	}
}

func (w *rateWindow) lease(holder string, calls int, runsOut time.Time) {
	if calls <= 0 {
		delete(w.leases, holder)
		return
	}
	w.leases[holder] = rateLease{calls: calls, runsOut: runsOut}
}

// alone reports whether no other holder has a lease that has not run out.
func (w *rateWindow) alone(holder string, now time.Time) bool {
	for other, lease := range w.leases {
		if other != holder && now.Before(lease.runsOut) {
			return false
		}
	}
	return true
}

// shareOfLimit is the part of a window that one lease may hold, as a divisor: small enough that holders who stop leave
// little unused, large enough that a fleet of sixteen asks for each fifth call at the most.
const shareOfLimit = 20

// allows returns how many calls of those wanted the window is not against.
func (w *rateWindow) allows(now time.Time, wanted int) int {
	if !w.known() || w.unlimited {
		return wanted
	}
	left := w.remaining
	if !now.Before(w.end) {
		left = w.limit
		w.endLeases("", w.end)
	}
	for _, lease := range w.leases {
		left -= lease.calls
	}
	return max(0, min(left, max(1, w.limit/shareOfLimit)))
}
