package xapi

import "time"

// RateState is what a [RateStore] keeps of one window. The zero value is one of which nothing is known. It is for those
// who implement RateStore on a database: as JSON, it is what to keep.
type RateState struct {
	// Limit, Remaining and Reset are those of the last reading.
	Limit     int       `json:"limit,omitzero"`
	Remaining int       `json:"remaining,omitzero"`
	Reset     time.Time `json:"reset,omitzero"`
	// End is when the window is renewed, by the store's clock; of one without a limit, when it may be forgotten.
	End time.Time `json:"end,omitzero"`
	// Unlimited says that answers came and told no limit.
	Unlimited bool `json:"unlimited,omitzero"`
	// Leases are the calls granted and not settled, by holder.
	Leases map[string]RateLease `json:"leases,omitzero"`
}

// RateLease is what one holder was granted of a window.
type RateLease struct {
	Calls   int       `json:"calls"`
	RunsOut time.Time `json:"runs_out"`
}

// Reserve is the step that [RateStore] describes, on the states of the request's windows, at the time now of the store.
// It changes states, in which missing ones are added. The caller sees to it that nobody else reads or writes any of them
// meanwhile, and keeps them all or none.
func (r RateRequest) Reserve(states map[RateKey]*RateState, now time.Time) RateGrant {
	state := func(key RateKey) *RateState {
		if states[key] == nil {
			states[key] = new(RateState)
		}
		return states[key]
	}
	for _, reading := range r.Readings {
		state(reading.RateKey).takeIn(reading, r.Holder, now)
	}
	learned, alone := false, true
	for _, key := range r.Windows {
		w := state(key)
		if r.Answered && !w.known() {
			w.Unlimited, w.End = true, now.Add(key.Length)
		}
		w.lease(r.Holder, r.Open, now.Add(r.Lease))
		learned = learned || w.known()
		alone = alone && w.alone(r.Holder, now)
	}
	granted := r.Calls
	for _, key := range r.Windows {
		granted = min(granted, state(key).allows(now, granted))
	}
	if !learned {
		granted = min(granted, 1)
		if !alone {
			granted = 0
		}
	}
	grant := RateGrant{Calls: granted}
	for _, key := range r.Windows {
		w := state(key)
		w.lease(r.Holder, r.Open+granted, now.Add(r.Lease))
		if w.known() && !w.Unlimited && now.Before(w.End) {
			grant.Known = append(grant.Known, RateReading{
				RateKey: key, Limit: w.Limit, Remaining: w.Remaining, Reset: w.Reset, RenewedIn: w.End.Sub(now),
			})
		}
	}
	return grant
}

// Forgettable returns when the state may be forgotten, zero where nothing is known.
func (w *RateState) Forgettable() time.Time {
	if !w.known() || w.Unlimited {
		return w.End
	}
	return w.End.Add(time.Hour)
}

func (w *RateState) known() bool { return !w.End.IsZero() }

// resetTolerance is how far the resets of one window may lie apart, as servers round them each in its own way.
const resetTolerance = 2 * time.Second

// takeIn takes in what an answer to a call of holder's told.
func (w *RateState) takeIn(told RateReading, holder string, now time.Time) {
	switch apart := told.Reset.Sub(w.Reset); {
	case !w.known() || w.Unlimited || !now.Before(w.End) || apart > resetTolerance || told.Refused:
		w.Limit, w.Remaining, w.Reset, w.End, w.Unlimited = told.Limit, told.Remaining, told.Reset, now.Add(told.RenewedIn), false
	case apart >= -resetTolerance:
		w.Remaining = min(w.Remaining, told.Remaining)
	}
	w.endLeases(holder, now.Add(-told.Age))
}

// endLeases ends the leases of others that had run out at that time.
func (w *RateState) endLeases(holder string, at time.Time) {
	for other, lease := range w.Leases {
		if other != holder && lease.RunsOut.Before(at) {
			delete(w.Leases, other)
		}
	}
}

func (w *RateState) lease(holder string, calls int, runsOut time.Time) {
	if calls <= 0 {
		delete(w.Leases, holder)
		return
	}
	if w.Leases == nil {
		w.Leases = map[string]RateLease{}
	}
	w.Leases[holder] = RateLease{Calls: calls, RunsOut: runsOut}
}

// alone reports whether no other holder has a lease that has not run out.
func (w *RateState) alone(holder string, now time.Time) bool {
	for other, lease := range w.Leases {
		if other != holder && now.Before(lease.RunsOut) {
			return false
		}
	}
	return true
}

// shareOfLimit is the part of a window that one lease may hold, as a divisor: small enough that holders who stop leave
// little unused, large enough that a fleet of sixteen asks for each fifth call at the most.
const shareOfLimit = 20

// allows returns how many calls of those wanted the window is not against.
func (w *RateState) allows(now time.Time, wanted int) int {
	if !w.known() || w.Unlimited {
		return wanted
	}
	left := w.Remaining
	if !now.Before(w.End) {
		left = w.Limit
		w.endLeases("", w.End)
	}
	for _, lease := range w.Leases {
		left -= lease.Calls
	}
	return max(0, min(left, max(1, w.Limit/shareOfLimit)))
}
