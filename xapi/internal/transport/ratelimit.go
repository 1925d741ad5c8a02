package transport

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// maxProbe is the largest body with which a call takes turns while its operation's windows are unknown.
const maxProbe = 64 << 10

// SpentError is a call that was not sent since a window of its operation is spent and renewed too late to wait for.
type SpentError struct {
	RateLimit RateLimit
	Family    int
	Until     time.Time
}

func (e *SpentError) Error() string {
	return fmt.Sprintf("the rate limit is spent until %s", e.Until.UTC().Format(time.RFC3339))
}

// Limits are the rate limit windows of every operation as the server last told them. It is safe for concurrent use.
type Limits struct {
	clock  Clock
	logger *slog.Logger

	mu         sync.Mutex
	operations map[string]*operationLimit
}

// operationLimit is what is known of one operation's windows.
type operationLimit struct {
	RateLimit

	inFlight int
	// learned says that a first call has ended, so that what can be known of the windows is.
	learned bool
	// changed is closed when a call ends; nil while nobody waits for that.
	changed chan struct{}
}

// NewLimits returns limits of which nothing is known. A logger, if any, is told of every wait.
func NewLimits(clock Clock, logger *slog.Logger) *Limits {
	return &Limits{clock: clock, logger: logger, operations: map[string]*operationLimit{}}
}

// Snapshot returns the windows of an operation as the server last told them.
func (l *Limits) Snapshot(operationID string) RateLimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	if op := l.operations[operationID]; op != nil {
		return op.RateLimit
	}
	return RateLimit{}
}

// Middleware keeps calls within the windows: it lets no more of them out than the windows have left, counting those
// under way, and holds the others back until an answer makes room or the spent window is renewed. A wait longer than
// the policy's RateLimitWait or the context's deadline fails at once with a *SpentError.
//
// As nothing is known before the first answer, the first call of an operation goes alone. Large bodies do not wait for
// that: the segments of an upload, say.
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
			defer func() { l.settle(call, resp) }()
			return next.RoundTrip(req)
		})
	}
}

// admit returns when the call may be sent.
func (l *Limits) admit(ctx context.Context, call *Call, small bool) error {
	for {
		until, busy := l.enter(call.Operation.ID, small)
		switch {
		case busy != nil:
			select {
			case <-busy:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		case !until.IsZero():
			if err := l.wait(ctx, call, until); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// enter counts the call as under way, or returns when to ask again: at a time, or once a channel is closed.
func (l *Limits) enter(id string, small bool) (until time.Time, busy <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	op := l.operations[id]
	if op == nil {
		op = new(operationLimit)
		l.operations[id] = op
	}
	now := l.clock.Now()
	if until, _, spent := op.SpentUntil(now); spent {
		return until, nil
	}
	if op.full(now) || small && !op.learned && op.inFlight > 0 {
		if op.changed == nil {
			op.changed = make(chan struct{})
		}
		return time.Time{}, op.changed
	}
	op.inFlight++
	return time.Time{}, nil
}

// full reports whether the calls under way may use up what a window has left. A window past its reset has its limit
// again.
func (o *operationLimit) full(now time.Time) bool {
	for _, w := range o.RateLimit {
		left := w.Remaining
		if !w.Known() || o.inFlight == 0 {
			continue
		}
		if w.renewed(now) {
			left = w.Limit
		}
		if left <= o.inFlight && left > 0 {
			return true
		}
	}
	return false
}

// wait sleeps until a window is renewed, if that is not too long.
func (l *Limits) wait(ctx context.Context, call *Call, until time.Time) error {
	d, fits := l.delay(ctx, call, until)
	if !fits {
		known := l.Snapshot(call.Operation.ID)
		_, family, _ := known.SpentUntil(l.clock.Now())
		return &SpentError{RateLimit: known, Family: family, Until: until}
	}
	if l.logger != nil {
		l.logger.LogAttrs(ctx, slog.LevelInfo, "x api rate limit is spent, waiting",
			slog.String("operation", call.Operation.ID), slog.Time("until", until), slog.Duration("wait", d))
	}
	if call.OnWait != nil {
		call.OnWait(until)
	}
	d += time.Duration(l.clock.Random() * float64(jitter))
	call.Waited += d
	return l.clock.Sleep(ctx, d)
}

// jitter spreads the calls that wait for the same reset.
const jitter = time.Second

// delay returns how long until is away, and whether the call may wait for that, jitter included.
func (l *Limits) delay(ctx context.Context, call *Call, until time.Time) (time.Duration, bool) {
	d := until.Add(rounding).Sub(l.clock.Now())
	return d, d-rounding <= call.Policy.RateLimitWait && l.clock.fits(ctx, d+jitter)
}

// settle takes in the answer, nil where there was none, and lets those who wait ask again.
func (l *Limits) settle(call *Call, resp *http.Response) {
	var told RateLimit
	if resp != nil {
		told = ParseRateLimit(resp.Header)
	}
	l.mu.Lock()
	op := l.operations[call.Operation.ID]
	op.inFlight--
	op.learned = true
	for i, w := range told {
		op.RateLimit[i] = op.RateLimit[i].merge(w)
	}
	if op.changed != nil {
		close(op.changed)
		op.changed = nil
	}
	l.mu.Unlock()
	if call.OnRateLimit != nil && told.Known() {
		call.OnRateLimit(told)
	}
}

// merge takes in what a later answer said; answers may overtake one another, and within one window what is left only
// shrinks.
func (w Window) merge(told Window) Window {
	switch {
	case !told.Known() || told.Reset.Before(w.Reset):
		return w
	case told.Reset.Equal(w.Reset):
		told.Remaining = min(told.Remaining, w.Remaining)
	}
	return told
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
