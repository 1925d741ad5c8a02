package transport

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	"net/http"
	"time"
)

// Fleet is what Limits share their windows through.
type Fleet struct {
	// Reserve settles and reserves calls at the store, in one round trip.
	Reserve func(context.Context, *Reservation) (Grant, error)
	// Workers is how many share the windows: while the store is away, each takes that part of what is left.
	Workers int
}

// Reservation is what is said to the store, and asked of it.
type Reservation struct {
	Operation string
	// AppOnly says that the calls count against the app's windows alone.
	AppOnly bool
	// Holder names these Limits and the operation.
	Holder string
	// Readings are what answers told since the last reservation, and Answered says that some came.
	Readings [families]Reading
	Answered bool
	// Open is how many calls of the lease are under way or may still be sent, Unused how many of the others were not, and
	// Calls how many more are wanted.
	Open, Unused, Calls int
	Lease               time.Duration
}

// Reading is what is known of a window, from an answer or from the store.
type Reading struct {
	Window
	// RenewedIn is how long it takes until the window is renewed, with all that the server's rounding asks for.
	RenewedIn time.Duration
	// Age is how long ago the call that was answered was sent.
	Age     time.Duration
	Refused bool

	sent time.Time
}

// Grant is what the store grants.
type Grant struct {
	Calls int
	Known [families]Reading
}

const (
	// leaseTime is how long the calls of a lease may be sent. They are, up to leaseMargin before it runs out.
	leaseTime   = 30 * time.Second
	leaseMargin = 2 * time.Second
	// storeTimeout bounds one round trip to the store, and storePause is how long it is left alone after one that failed.
	storeTimeout = time.Second
	storePause   = 5 * time.Second
	// mostWanted bounds what is asked for at once; the store grants a part of the window at the most.
	mostWanted = 100
	// tail is the part of what is left, as a divisor, beyond which nobody asks while others use the window as well: its
	// last calls are taken in small leases, so that few of them lie unused with somebody who stops.
	tail = 8
	// idleReturn is how long calls lie unused before they are given back.
	idleReturn = time.Second
	// firstPause and leasedPause are how long a client waits before it asks again, where the first call of the fleet is
	// under way, and where all that is left is leased to others. Both double up to mostPause.
	firstPause  = 500 * time.Millisecond
	leasedPause = time.Second
	mostPause   = time.Minute
)

// lease is what an operation holds of the windows that it shares.
type lease struct {
	holder string
	// permits are the calls that may still be sent, up to until.
	permits int
	until   time.Time
	// unused counts the calls that were not sent and will not be, since the store was last told.
	unused int
	// asking says that a round trip to the store is under way.
	asking bool

	// readings and answered are what the store has not been told yet.
	readings [families]Reading
	answered bool
	// learned says that the store has been told of an answer, and alone that the call under way is the fleet's first.
	learned, alone bool

	// want is how many calls the pace of the latest asks for; got is how many the latest lease had, and granted when.
	want, got int
	granted   time.Time
	// left is how many calls the window with the fewest had left when the latest lease was granted.
	left int

	// paused is until when the store is not asked again, since it granted nothing; pauses counts how often in a row that
	// was, and denied is when it first was.
	paused time.Time
	pauses int
	denied time.Time

	// away is until when the store is left alone after a failure, and shares are what may be used meanwhile.
	away   time.Time
	shares [families]share

	idle *time.Timer
}

// share is a worker's part of a window while the store is away.
type share struct {
	of      Window
	left    int
	renewed bool
}

// enterFleet is enter where windows are shared.
func (l *Limits) enterFleet(op *operationLimit, small bool, now time.Time) *hindrance {
	le := &op.lease
	if !now.Before(le.until) {
		le.unused, le.permits = le.unused+le.permits, 0
	}
	switch {
	case le.permits > 0:
		le.permits--
	case le.asking:
		return op.awaitChange(0)
	case le.alone && small && op.inFlight > 0 && now.Before(le.granted.Add(firstWait)):
		return op.awaitChange(le.granted.Add(firstWait).Sub(now))
	case now.Before(le.away):
		return l.enterAway(op, small, now)
	case !now.Before(le.paused):
		le.asking = true
		return &hindrance{ask: true}
	case op.Known() || le.learned:
		return op.leasedToOthers(now)
	case small && now.Before(le.denied.Add(firstWait)):
		return op.awaitChange(min(le.paused.Sub(now), le.denied.Add(firstWait).Sub(now)))
	}
	op.inFlight++
	return nil
}

// leasedToOthers is the hindrance where a window has calls left, and others hold them. They may give some back; what is
// certain is the reset.
func (o *operationLimit) leasedToOthers(now time.Time) *hindrance {
	h := &hindrance{family: NoFamily, until: o.lease.paused, wait: o.lease.paused.Sub(now), nap: o.lease.paused.Sub(now)}
	least := 0
	for i, w := range o.RateLimit {
		if w.Known() && !w.renewed(now) && (h.family == NoFamily || w.Remaining < least) {
			h.family, h.until, h.wait, least = i, w.Reset, w.Reset.Add(rounding).Sub(now), w.Remaining
		}
	}
	return h
}

// enterAway is enterFleet while the store is away.
func (l *Limits) enterAway(op *operationLimit, small bool, now time.Time) *hindrance {
	if h := op.shareUsedUp(l.fleet.Workers, now); h != nil {
		return h
	}
	if h := l.enterAlone(op, small, now); h != nil {
		return h
	}
	for i := range op.lease.shares {
		op.lease.shares[i].left--
	}
	return nil
}

// shareUsedUp returns until when the worker's own part of a window is used up, nil where it has some left. Its part is
// taken of what the window had left when the store went away, and of the limit once the window is renewed.
func (o *operationLimit) shareUsedUp(workers int, now time.Time) *hindrance {
	for i := range o.RateLimit {
		w, s := o.RateLimit[i], &o.lease.shares[i]
		if !w.Known() {
			continue
		}
		left := w.Remaining
		if w.renewed(now) {
			left = w.Limit
		}
		if !s.of.Known() || w.Told.Sub(s.of.Told).Abs() > sameWindow || w.renewed(now) && !s.renewed {
			*s = share{of: w, left: left / workers, renewed: w.renewed(now)}
		}
		if s.left <= 0 {
			until := later(w.Reset, now)
			return &hindrance{family: i, until: until, wait: until.Add(rounding).Sub(now), nap: o.lease.away.Sub(now)}
		}
	}
	return nil
}

// reserve has the store settle what is over and grant what is wanted, or nothing with settle. The caller has set asking.
func (l *Limits) reserve(ctx context.Context, call *Call, settle bool) {
	l.mu.Lock()
	op := l.operation(call)
	r, le := op.reservation(call, settle, l.clock.Now()), &op.lease
	readings, answered := le.readings, le.answered
	le.readings, le.answered, le.unused = [families]Reading{}, false, 0
	l.mu.Unlock()

	asked := l.clock.Now()
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	grant, err := l.fleet.Reserve(ctx, r)
	cancel()

	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	le.asking = false
	defer op.wake()
	if err != nil {
		for i, told := range readings {
			if !le.readings[i].Known() {
				le.readings[i] = told
			}
		}
		le.answered = le.answered || answered
		op.storeAway(now)
		return
	}
	le.away = time.Time{}
	le.learned = le.learned || r.Answered
	known := op.know(&grant, now)
	le.permits += grant.Calls
	le.until = asked.Add(leaseTime - leaseMargin)
	switch {
	case settle:
	case grant.Calls > 0:
		le.got, le.granted, le.left, le.pauses, le.paused = grant.Calls, now, op.left(now), 0, time.Time{}
		le.alone = !known && !le.learned
	default:
		pause := firstPause
		if known || le.learned {
			pause = leasedPause
		}
		if le.pauses == 0 || now.Sub(le.paused) > mostPause {
			le.pauses, le.denied = 0, now
		}
		le.paused = now.Add(min(pause<<min(le.pauses, 10), mostPause))
		le.pauses++
	}
	l.giveBackWhenIdle(op, call)
}

// reservation is what to say to the store, and to ask of it.
func (o *operationLimit) reservation(call *Call, settle bool, now time.Time) *Reservation {
	le := &o.lease
	if le.holder == "" {
		le.holder = rand.Text()
	}
	r := &Reservation{
		Operation: call.Operation.ID, AppOnly: call.AppOnly, Holder: le.holder, Readings: le.readings, Answered: le.answered,
		Open: o.inFlight + le.permits, Unused: le.unused, Lease: leaseTime,
	}
	for i := range r.Readings {
		if told := &r.Readings[i]; told.Known() {
			told.Age = max(0, now.Sub(told.sent))
			told.RenewedIn = min(max(told.Reset.Add(rounding).Sub(now), rounding), lengths[i]+rounding)
		}
	}
	if settle {
		return r
	}
	switch {
	case le.want == 0:
		le.want = mostWanted
	case now.Sub(le.granted) < idleReturn:
		le.want = min(2*le.want, mostWanted)
	}
	r.Calls = le.want
	if left := o.left(now); left < le.left-le.got { // others have taken some
		r.Calls = min(r.Calls, max(1, left/tail))
	}
	return r
}

// left returns how many calls the window with the fewest has left, as far as is known.
func (o *operationLimit) left(now time.Time) int {
	left := math.MaxInt
	for _, w := range o.RateLimit {
		if w.Known() && !w.renewed(now) {
			left = min(left, w.Remaining)
		}
	}
	return left
}

// know takes in what the store knows, and reports whether that is anything.
func (o *operationLimit) know(grant *Grant, now time.Time) bool {
	known := false
	for i, told := range grant.Known {
		if !told.Known() {
			continue
		}
		known = true
		told.Reset = now.Add(told.RenewedIn - rounding)
		if o.RateLimit[i] = o.RateLimit[i].merge(told.Window, now); o.RateLimit[i].spent(now) {
			o.refusedAt = later(o.refusedAt, now)
		}
	}
	return known
}

// storeAway notes that the store did not answer. As it may have carried the request out all the same, the next has
// another holder.
func (o *operationLimit) storeAway(now time.Time) {
	le := &o.lease
	if le.away.IsZero() {
		le.shares = [families]share{}
	}
	le.away, le.holder, le.learned = now.Add(storePause), "", false
}

// tell notes, for the store, what the answer to call said of the windows.
func (le *lease) tell(call *Call, refused bool) {
	le.answered = true
	for i, told := range call.Told {
		if !told.Known() {
			continue
		}
		spent := refused && told.Remaining == 0
		known := &le.readings[i]
		same := known.Known() && told.Told.Sub(known.Told).Abs() <= sameWindow
		if !spent && known.Known() && (known.Refused || same && known.Remaining <= told.Remaining || told.Told.Before(known.Told)) {
			continue
		}
		*known = Reading{Window: told, Refused: spent, sent: call.sent}
	}
}

// settleFleet is settle where windows are shared. It reports whether the store is to be told at once, since the others wait
// for the answer to the fleet's first call.
func (l *Limits) settleFleet(op *operationLimit, call *Call, resp *http.Response, err error) bool {
	le := &op.lease
	switch {
	case resp != nil:
		le.tell(call, resp.StatusCode == http.StatusTooManyRequests)
	case neverSent(err):
		le.unused++
	}
	if le.alone && !le.asking {
		le.alone, le.asking = false, true
		return true
	}
	l.giveBackWhenIdle(op, call)
	return false
}

// neverSent reports whether an attempt surely did not reach the server.
func neverSent(err error) bool {
	var network *NetworkError
	return !errors.As(err, &network) || network.NeverSent
}

// giveBackWhenIdle sees to it that calls that nobody sends are given back to the others, and that they hear of a window
// that is used up.
func (l *Limits) giveBackWhenIdle(op *operationLimit, call *Call) {
	le := &op.lease
	if le.permits == 0 && !le.toldSpent() || op.inFlight > 0 {
		return
	}
	if le.idle != nil {
		le.idle.Reset(idleReturn)
		return
	}
	back := &Call{Operation: call.Operation, AppOnly: call.AppOnly}
	le.idle = time.AfterFunc(idleReturn, func() { l.giveBack(op, back) })
}

// toldSpent reports whether the store is still to hear of a window that is used up.
func (le *lease) toldSpent() bool {
	for _, told := range le.readings {
		if told.Known() && told.Remaining == 0 {
			return true
		}
	}
	return false
}

func (l *Limits) giveBack(op *operationLimit, call *Call) {
	l.mu.Lock()
	le := &op.lease
	idle := (le.permits > 0 || le.toldSpent()) && op.inFlight == 0 && !le.asking && l.clock.Now().Before(le.until)
	if idle {
		le.asking = true
		le.want = max(1, le.got-le.permits)
		le.unused, le.permits = le.unused+le.permits, 0
	}
	l.mu.Unlock()
	if idle {
		l.reserve(context.Background(), call, true)
	}
}
