package validate

import (
	"net/http"
	"sync"
	"time"
)

// DefaultInterval is how long a drift that was reported is only counted, unless NewReporter is told otherwise.
const DefaultInterval = time.Hour

const (
	// maxRemembered bounds how many distinct drifts of one operation a Reporter tells apart at a time.
	maxRemembered = 1024
	// maxValues bounds how many values of one place it tells apart.
	maxValues = 64
)

// Reporter passes drifts on, each distinct one once per interval with the number of times that it was seen since it was
// last passed on. Drifts are the same where operation, status, kind, rule and place are the same, items of one list
// being one place, and for enum values the value. It is safe for concurrent use.
//
// What a Reporter remembers is bounded: while 1024 distinct drifts of an operation are remembered, or 64 values of one
// place, further ones are passed over until one of those has expired. No operation takes room from another, and no place
// more than its values from the others of its operation.
type Reporter struct {
	interval time.Duration
	now      func() time.Time
	report   func(Drift)

	mu         sync.Mutex
	operations map[string]*remembered
}

// remembered are the drifts of one operation.
type remembered struct {
	seen map[identity]*sighting
	// values counts the distinct values that are remembered of each place.
	values map[identity]int
	// expires is when the first of those that are remembered does, for when there is no room.
	expires time.Time
}

// sighting is a drift that was reported: until when it is only counted, and the count since.
type sighting struct {
	place identity
	until time.Time
	count int
}

// NewReporter returns a Reporter that calls report, within the call of Report that saw the drift. now is the clock. An
// interval of 0 stands for DefaultInterval.
func NewReporter(interval time.Duration, now func() time.Time, report func(Drift)) *Reporter {
	if interval == 0 {
		interval = DefaultInterval
	}
	return &Reporter{interval: interval, now: now, report: report, operations: make(map[string]*remembered)}
}

// Report passes on those drifts that are due.
func (r *Reporter) Report(drifts ...Drift) {
	for _, d := range r.due(drifts) {
		r.report(d)
	}
}

// Response is v.Response followed by Report, but for what it costs: a drift that is only counted is no more than a
// counter.
func (r *Reporter) Response(v *Validator, operationID string, status int, header http.Header, body []byte) {
	r.Report(v.response(operationID, status, header, body, &known{reporter: r, operation: operationID, status: status, now: r.now()})...)
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
	op := r.operations[d.Operation]
	if op == nil {
		op = &remembered{seen: make(map[identity]*sighting), values: make(map[identity]int)}
		r.operations[d.Operation] = op
	}
	place, value := d.identities()
	seen := op.seen[value]
	if seen == nil {
		if !op.room(place, now) {
			return 0
		}
		seen = &sighting{place: place, until: now}
		op.seen[value] = seen
		op.values[place]++
	}
	seen.count += d.Count
	if now.Before(seen.until) {
		return 0
	}
	count := seen.count
	seen.until, seen.count = now.Add(r.interval), 0
	if op.expires.IsZero() || seen.until.Before(op.expires) {
		op.expires = seen.until
	}
	return count
}

// room reports whether one more drift of that place can be remembered, and forgets what has expired where it must.
func (o *remembered) room(place identity, now time.Time) bool {
	if len(o.seen) < maxRemembered && o.values[place] < maxValues {
		return true
	}
	if now.Before(o.expires) {
		return false
	}
	o.expires = time.Time{}
	for value, s := range o.seen {
		if !now.Before(s.until) {
			delete(o.seen, value)
			if o.values[s.place]--; o.values[s.place] == 0 {
				delete(o.values, s.place)
			}
		} else if o.expires.IsZero() || s.until.Before(o.expires) {
			o.expires = s.until
		}
	}
	return len(o.seen) < maxRemembered && o.values[place] < maxValues
}

// known is what a Reporter knows of one answer's drifts.
type known struct {
	reporter  *Reporter
	operation string
	status    int
	now       time.Time
}

// has reports whether the drift is one that is only counted.
func (k *known) has(value identity) bool {
	k.reporter.mu.Lock()
	defer k.reporter.mu.Unlock()
	return k.sighting(value) != nil
}

// counts reports whether the drift is one that is only counted, and counts it.
func (k *known) counts(value identity) bool {
	k.reporter.mu.Lock()
	defer k.reporter.mu.Unlock()
	seen := k.sighting(value)
	if seen != nil {
		seen.count++
	}
	return seen != nil
}

// sighting returns what is remembered of a drift that is only counted, nil of any other; the Reporter's mu is held.
func (k *known) sighting(value identity) *sighting {
	op := k.reporter.operations[k.operation]
	if op == nil {
		return nil
	}
	if seen := op.seen[value]; seen != nil && k.now.Before(seen.until) {
		return seen
	}
	return nil
}
