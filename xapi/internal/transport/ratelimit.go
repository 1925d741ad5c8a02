package transport

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	// maxProbe is the largest body with which a call takes turns while its operation's windows are unknown.
	maxProbe = 64 << 10
	// firstWait is how long the first call of an operation holds back the others.
	firstWait = 2 * time.Second
	// trust is how long a spent window is taken for spent on what one answer said. After that one call goes through: the
	// server may have lifted the limit, or told nonsense.
	trust = 15 * time.Minute
	// jitter spreads the calls that wait for the same reset.
	jitter = time.Second
)

// SpentError is a call that was not sent since a window of its operation is spent and renewed too late to wait for, or
// since the server wants the operation left alone for a while.
type SpentError struct {
	RateLimit RateLimit
	// Family is that of the spent window, NoFamily where the server named none.
	Family int
	Until  time.Time
}

func (e *SpentError) Error() string {
	return fmt.Sprintf("the rate limit is spent until %s", e.Until.UTC().Format(time.RFC3339))
}

// Limits are the rate limit windows of every operation as the server last told them. It is safe for concurrent use.
type Limits struct {
	clock  Clock
	logger *slog.Logger
	// fleet is what the windows are shared through, nil where they are not.
	fleet *Fleet

	mu         sync.Mutex
	operations map[string]*operationLimit
}

// operationLimit is what is known of one operation's windows.
type operationLimit struct {
	RateLimit
	// held is when a server that named no window may be called again.
	held time.Time
	// refusedAt is when an answer last said that the operation may not be called for the time being.
	refusedAt time.Time
	// probing says that a call is under way that is to find out whether that is still so.
	probing bool

	inFlight int
	// learned says that a first call has ended, so that what can be known of the windows is; first is when it began.
	learned bool
	first   time.Time
	// changed is closed when a call ends, or a round trip to the store; nil while nobody waits for that.
	changed chan struct{}

	lease lease
}

// NewLimits returns limits of which nothing is known. A logger, if any, is told of every wait.
func NewLimits(clock Clock, logger *slog.Logger) *Limits {
	return &Limits{clock: clock, logger: logger, operations: map[string]*operationLimit{}}
}

// Share has the windows counted by the whole fleet. It comes before the first call.
func (l *Limits) Share(fleet *Fleet) { l.fleet = fleet }

// Snapshot returns the windows of an operation as the server last told them.
func (l *Limits) Snapshot(operationID string) RateLimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range []string{operationID, operationID + appOnly} {
		if op := l.operations[key]; op != nil && op.Known() {
			return op.RateLimit
		}
	}
	return RateLimit{}
}

// appOnly marks an operation as called by the app alone, for windows that are shared with others.
const appOnly = " (app)"

// operation returns what is known of the operation that call calls.
func (l *Limits) operation(call *Call) *operationLimit {
	key := call.Operation.ID
	if call.AppOnly {
		key += appOnly
	}
	op := l.operations[key]
	if op == nil {
		op = new(operationLimit)
		l.operations[key] = op
	}
	return op
}

// Middleware keeps calls within the windows: it lets no more of them out than the windows have left, counting those
// under way, and holds the others back until an answer makes room or the spent window is renewed. After a 429 with a
// Retry-After it holds them back for as long as that says. A wait longer than the policy's RateLimitWait or the context's
// deadline fails at once with a *SpentError.
//
// As nothing is known before the first answer, the first call of an operation goes alone, for two seconds at the most.
// Large bodies do not wait for that: the segments of an upload, say.
//
// What an answer said of a spent window is believed for 15 minutes; then one call goes through to ask again.
//
// Where a fleet shares the windows, what its store grants takes the place of all that but what is known to be spent.
func (l *Limits) Middleware() Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (resp *http.Response, err error) {
			call := CallFrom(req.Context())
			if call == nil {
				return next.RoundTrip(req)
			}
			small := req.ContentLength >= 0 && req.ContentLength <= maxProbe
			if err := l.admit(req.Context(), call, small); err != nil {
				closeBody(req)
				return nil, err
			}
			defer func() { l.settle(req.Context(), call, resp, err) }()
			return next.RoundTrip(req)
		})
	}
}

// hindrance is why a call may not be sent yet.
type hindrance struct {
	// until is when the operation may be called again, as it is told to the caller, and wait how long that is from now,
	// with all that the server's rounding asks for. Both are zero where calls under way are the hindrance.
	until  time.Time
	wait   time.Duration
	family int
	// nap is how long to wait before asking again, where that may be worth it before then.
	nap time.Duration
	// ask says that the store of the fleet is to be asked.
	ask bool
	// changed is closed when a call under way ends, and patience, where it is not zero, is how long to wait for that.
	changed  <-chan struct{}
	patience time.Duration
}

// admit returns when the call may be sent.
func (l *Limits) admit(ctx context.Context, call *Call, small bool) error {
	for {
		h := l.enter(call, small)
		switch {
		case h == nil:
			return nil
		case h.ask:
			l.reserve(ctx, call, false)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		case h.changed == nil:
			if err := l.wait(ctx, call, h); err != nil {
				return err
			}
		default:
			if err := h.change(ctx); err != nil {
				return err
			}
		}
	}
}

// change returns when a call under way has ended, or patience has.
func (h *hindrance) change(ctx context.Context) error {
	var patience <-chan time.Time
	if h.patience > 0 {
		timer := time.NewTimer(h.patience)
		defer timer.Stop()
		patience = timer.C
	}
	select {
	case <-h.changed:
	case <-patience:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// enter counts the call as under way, or returns what hinders it.
func (l *Limits) enter(call *Call, small bool) *hindrance {
	l.mu.Lock()
	defer l.mu.Unlock()
	op := l.operation(call)
	now := l.clock.Now()
	call.sent = now
	h := op.refuses(now)
	call.probe = h != nil && !op.probing && now.Sub(op.refusedAt) >= l.trust()
	switch {
	case call.probe:
		op.probing = true
		op.inFlight++
		return nil
	case h != nil:
		return h
	case l.fleet != nil:
		return l.enterFleet(op, small, now)
	}
	return l.enterAlone(op, small, now)
}

// trust is how long a spent window is taken for spent: all workers of a fleet together ask no more often than one.
func (l *Limits) trust() time.Duration {
	if l.fleet != nil {
		return trust * time.Duration(l.fleet.Workers)
	}
	return trust
}

// enterAlone is enter where no other process counts.
func (l *Limits) enterAlone(op *operationLimit, small bool, now time.Time) *hindrance {
	patience := op.first.Add(firstWait).Sub(now)
	switch {
	case op.full(now):
		return op.awaitChange(0)
	case small && !op.learned && op.inFlight > 0 && patience > 0:
		return op.awaitChange(patience)
	}
	if op.inFlight == 0 && !op.learned {
		op.first = now
	}
	op.inFlight++
	return nil
}

// refuses returns until when the server is known to refuse calls, nil where it is not.
func (o *operationLimit) refuses(now time.Time) *hindrance {
	until, family := o.spentUntil(now)
	held := o.held.Sub(now)
	if family == NoFamily && held <= 0 {
		return nil
	}
	h := &hindrance{until: until, family: family}
	if family != NoFamily {
		h.wait = until.Add(rounding).Sub(now)
	}
	if held > h.wait {
		h.until, h.wait = o.held.Add(-rounding), held
	}
	return h
}

func (o *operationLimit) awaitChange(patience time.Duration) *hindrance {
	if o.changed == nil {
		o.changed = make(chan struct{})
	}
	return &hindrance{changed: o.changed, patience: patience}
}

// full reports whether the calls under way may use up what a window has left. A window past its reset has its limit
// again.
func (o *operationLimit) full(now time.Time) bool {
	if o.inFlight == 0 {
		return false
	}
	for i := range o.RateLimit {
		w := &o.RateLimit[i]
		if !w.Known() {
			continue
		}
		left := w.Remaining
		if w.renewed(now) {
			left = w.Limit
		}
		if left <= o.inFlight && left > 0 {
			return true
		}
	}
	return false
}

// wait sleeps until the server takes calls again, if that is not too long.
func (l *Limits) wait(ctx context.Context, call *Call, h *hindrance) error {
	if !l.mayWait(ctx, call, h.wait) {
		return &SpentError{RateLimit: l.Snapshot(call.Operation.ID), Family: h.family, Until: h.until}
	}
	if l.logger != nil {
		l.logger.LogAttrs(ctx, slog.LevelInfo, "x api rate limit is spent, waiting",
			slog.String("operation", call.Operation.ID), slog.Time("until", h.until), slog.Duration("wait", h.wait))
	}
	if call.OnWait != nil {
		call.OnWait(h.until)
	}
	d := h.wait + time.Duration(l.clock.Random()*float64(jitter))
	if h.nap > 0 {
		d = min(d, h.nap)
	}
	call.Waited += d
	return l.clock.Sleep(ctx, d)
}

// mayWait reports whether the call may wait for d, jitter included.
func (l *Limits) mayWait(ctx context.Context, call *Call, d time.Duration) bool {
	return d-rounding <= call.Policy.RateLimitWait && l.clock.fits(ctx, d+jitter)
}

// holdsFor returns how long the operation is not to be called, and whether the call may wait for that.
func (l *Limits) holdsFor(ctx context.Context, call *Call) (time.Duration, bool) {
	l.mu.Lock()
	h := l.operation(call).refuses(l.clock.Now())
	l.mu.Unlock()
	if h == nil {
		return 0, true
	}
	return h.wait, l.mayWait(ctx, call, h.wait)
}

// settle takes in the answer, nil where there was none, and lets those who wait ask again.
func (l *Limits) settle(ctx context.Context, call *Call, resp *http.Response, err error) {
	now := l.clock.Now()
	call.Told = RateLimit{}
	if resp != nil {
		call.Told = ParseRateLimit(resp.Header, now)
		if resp.StatusCode == http.StatusTooManyRequests {
			call.Refusal = refusalOf(resp, &call.Told, now)
		}
	}
	l.mu.Lock()
	op := l.operation(call)
	op.inFlight--
	op.learned = true
	if resp != nil {
		op.takeIn(call, resp.StatusCode, now)
	}
	if call.probe {
		op.probing = false
	}
	tell := l.fleet != nil && l.settleFleet(op, call, resp, err)
	op.wake()
	l.mu.Unlock()
	if tell {
		l.reserve(context.WithoutCancel(ctx), call, false)
	}
	if call.OnRateLimit != nil && call.Told.Known() {
		call.OnRateLimit(call.Told)
	}
}

// takeIn takes in what the answer to call said at now. A refusal that names a spent window is believed, whatever else
// is known, and so is the answer to a probe.
func (o *operationLimit) takeIn(call *Call, status int, now time.Time) {
	refused := status == http.StatusTooManyRequests
	for i, told := range call.Told {
		switch {
		case refused && told.Known() && told.Remaining == 0:
			told.Reset = later(told.Reset, now)
			o.RateLimit[i] = told
		case call.probe && (told.Known() || status/100 == 2):
			o.RateLimit[i] = told
		default:
			o.RateLimit[i] = o.RateLimit[i].merge(told, now)
		}
	}
	if refused {
		o.held = later(o.held, call.Refusal.hold)
	} else if call.probe {
		o.held = time.Time{}
	}
	if o.refuses(now) != nil && (refused || call.Told.spends()) {
		o.refusedAt = now
	}
}

// wake lets those who wait ask again.
func (o *operationLimit) wake() {
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}

// spends reports whether an answer used up a window.
func (l *RateLimit) spends() bool {
	_, family := l.none()
	return family != NoFamily
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
