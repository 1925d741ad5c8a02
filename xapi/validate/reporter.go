package validate

import (
	"sync"
	"time"
)

// DefaultInterval is how long a drift that was reported is only counted, unless NewReporter is told otherwise.
const DefaultInterval = time.Hour

// maxRemembered bounds how many distinct drifts a Reporter tells apart at a time.
const maxRemembered = 1024

// Reporter passes drifts on, each distinct one once per interval with the number of times that it was seen since it was
// last passed on. Drifts are the same where operation, status, kind, rule and place are the same, items of one list
// being one place, and for enum values the value. It is safe for concurrent use.
//
// What a Reporter remembers is bounded: while 1024 distinct drifts are remembered, further ones are passed over until
// one of those has expired.
type Reporter struct {
	interval time.Duration
	now      func() time.Time
	report   func(Drift)

	mu   sync.Mutex
	seen map[driftKey]*sighting
}

// driftKey tells distinct drifts apart.
type driftKey struct {
	operation, place, rule, value string
	kind                          Kind
	status                        int
}

// sighting is a drift that was reported: until when it is only counted, and the count since.
type sighting struct {
	until time.Time
	count int
}

// NewReporter returns a Reporter that calls report, within the call of Report that saw the drift. now is the clock. An
// interval of 0 stands for DefaultInterval.
func NewReporter(interval time.Duration, now func() time.Time, report func(Drift)) *Reporter {
	if interval == 0 {
		interval = DefaultInterval
	}
	return &Reporter{interval: interval, now: now, report: report, seen: make(map[driftKey]*sighting)}
}

// Report passes on those drifts that are due.
func (r *Reporter) Report(drifts ...Drift) {
	for _, d := range r.due(drifts) {
		r.report(d)
	}
}

// due returns those drifts that are to be passed on now.
func (r *Reporter) due(drifts []Drift) []Drift {
	if len(drifts) == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	var due []Drift
	for _, d := range drifts {
		if count := r.sight(d, now); count > 0 {
			d.Count = count
			due = append(due, d)
		}
	}
	return due
}

// sight returns how often d was seen since it was last reported, or 0 where it is not due.
func (r *Reporter) sight(d Drift, now time.Time) int {
	key := driftKey{
		operation: d.Operation, status: d.Status, kind: d.Kind, rule: d.Rule, place: d.In + anyItem(d.Pointer),
	}
	if d.Kind == UnknownEnumValue {
		key.value = d.Value
	}
	known := r.seen[key]
	if known == nil {
		if len(r.seen) >= maxRemembered && !r.forget(now) {
			return 0
		}
		known = &sighting{until: now}
		r.seen[key] = known
	}
	known.count += d.Count
	if now.Before(known.until) {
		return 0
	}
	count := known.count
	known.until, known.count = now.Add(r.interval), 0
	return count
}

// forget drops what has expired, and reports whether that made room.
func (r *Reporter) forget(now time.Time) bool {
	for key, s := range r.seen {
		if !now.Before(s.until) {
			delete(r.seen, key)
		}
	}
	return len(r.seen) < maxRemembered
}
