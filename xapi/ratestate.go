package xapi

import "time"

// RateState is what a [RateStore] keeps of one window. The zero value is one of which nothing is known. It is for those
// who implement RateStore on a database: as JSON, it is what to keep.
type RateState struct {
	// Limit, Remaining and Reset are those of the last reading.
	Limit     int       `json:"limit,omitzero"`
	Remaining int       `json:"remaining,omitzero"`
	Reset     time.Time `json:"reset,omitzero"`
	// Taken is how many calls of the window were granted, less those given back.
	Taken int `json:"taken,omitzero"`
	// Others is how many calls it had from elsewhere, as far as readings show.
	Others int `json:"others,omitzero"`
	// End is when the window is renewed, by the store's clock; of one without a limit, when it may be forgotten.
	End time.Time `json:"end,omitzero"`
	// Renewed says that End has passed, and no reading has told of the next window.
	Renewed bool `json:"renewed,omitzero"`
	// Unlimited says that answers came and told no limit.
	Unlimited bool `json:"unlimited,omitzero"`
	// Leases are the calls granted and not settled, by holder.
	Leases map[string]RateLease `json:"leases,omitzero"`
}

// RateLease is what one holder was granted of a window.
type RateLease struct {
	Calls   int       `json:"calls"`
	RunsOut time.Time `json:"runs_out"`
	// Former says that it was granted of the window before.
	Former bool `json:"former,omitzero"`
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
	for _, key := range r.Windows {
		state(key).renew(now)
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
		w.settle(r)
		learned = learned || w.known()
		alone = alone && w.alone(r.Holder, now)
	}
	granted := r.Calls
	for _, key := range r.Windows {
		granted = min(granted, state(key).allows(granted))
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
		w.Taken += granted
		w.lease(r.Holder, r.Open+granted, now.Add(r.Lease))
		if w.known() && !w.Unlimited && !w.Renewed {
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

// renew begins the next window where this one has ended.
func (w *RateState) renew(now time.Time) {
	if !w.known() || w.Unlimited || w.Renewed || now.Before(w.End) {
		return
	}
	for holder, lease := range w.Leases {
		if lease.RunsOut.Before(w.End) {
			delete(w.Leases, holder)
		}
	}
	w.Renewed, w.Remaining = true, w.Limit
	w.begin()
}

// begin has the calls that are leased count against a window that begins, for as long as they may yet be sent.
func (w *RateState) begin() {
	w.Taken, w.Others = 0, 0
	for holder, lease := range w.Leases {
		w.Taken += lease.Calls
		lease.Former = true
		w.Leases[holder] = lease
	}
}

// takeIn takes in what an answer to a call of holder's told.
func (w *RateState) takeIn(told RateReading, holder string, now time.Time) {
	for other, lease := range w.Leases {
		if other != holder && lease.RunsOut.Before(now.Add(-told.Age)) {
			delete(w.Leases, other)
			w.Taken -= lease.Calls
		}
	}
	apart := told.Reset.Sub(w.Reset)
	next := !w.known() || w.Unlimited || apart > resetTolerance
	if next && !w.Renewed {
		w.begin()
	}
	switch {
	case next, w.Renewed, told.Refused:
		w.Limit, w.Remaining, w.Reset, w.End = told.Limit, told.Remaining, told.Reset, now.Add(told.RenewedIn)
		w.Unlimited, w.Renewed = false, false
	case apart >= -resetTolerance:
		w.Remaining = min(w.Remaining, told.Remaining)
	}
}

// settle has the holder's lease shrink to what is open of it. What was given back is no longer taken; nor is what is
// over of a lease of the window before, as readings show what of it was sent in this one.
func (w *RateState) settle(r RateRequest) {
	lease := w.Leases[r.Holder]
	over := lease.Calls - r.Open // less than zero where the store has lost the lease
	if !lease.Former {
		over = min(over, r.Unused)
	}
	w.Taken -= over
	w.lease(r.Holder, r.Open, lease.RunsOut)
	w.Others = max(w.Others, w.Limit-w.Remaining-w.Taken)
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
func (w *RateState) allows(wanted int) int {
	if !w.known() || w.Unlimited {
		return wanted
	}
	left := min(w.Remaining, w.Limit-w.Taken-w.Others)
	return max(0, min(left, max(1, w.Limit/shareOfLimit)))
}
