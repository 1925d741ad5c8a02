package transport

import (
	"context"
	"net/http"
	"time"
)

// Call is one API call on its way through the chain: what is being called, how, and what became of it so far. Each call
// has its own, carried by the request's context; the middlewares write to it one after the other, never at once.
type Call struct {
	Operation *Operation
	Policy    Policy

	// AppOnly says that the call counts against windows of the app alone. It is told where a fleet shares the windows.
	AppOnly bool

	// Redactor takes secrets out of what is logged and of what errors quote.
	Redactor *Redactor
	// Resolve, where it is set, is asked after an attempt of unknown outcome, before the request is repeated: it returns
	// the answer that the call would have had, or nil where the request must be sent again.
	Resolve func(context.Context) *http.Response
	// OnRateLimit, where it is set, is told the windows of every answer that carries any.
	OnRateLimit func(RateLimit)

	// OnWait, where it is set, is told until when the call waits for a rate limit window, before it does.
	OnWait func(until time.Time)

	// Attempts counts how often the request went out, the first time included.
	Attempts int
	// Try is the number of the attempt under way, from 1. One that is signed anew after a 401 goes out twice.
	Try int
	// Waited is the time spent waiting for rate limit windows.
	Waited time.Duration
	// Refused and Failed are the latest attempt that was, or was to be, repeated: the answer that refused it, its body in
	// memory, or the error that it failed with. At most one is set.
	Refused *http.Response
	Failed  error
	// Told are the windows of the latest attempt's answer, and RefusedTold those of Refused.
	Told, RefusedTold RateLimit
	// Refusal is what the latest 429 came down to.
	Refusal Refusal
	// Broken is why the answer of the latest attempt is not whole, nil where it is.
	Broken *NetworkError
	// Unknown says that the server may have carried out an attempt whose answer did not come.
	Unknown bool
	// Renewal is why the credentials could not be renewed after the 401 that the call ends with.
	Renewal error

	// pool is what the latest attempt went out by.
	pool *pool
	// probe says that the attempt goes out to learn whether a window is still spent.
	probe bool
	// sent is when the latest attempt was let out.
	sent time.Time
}

// Policy is how hard a call is tried.
type Policy struct {
	// MaxAttempts bounds how often the request is sent; 1 is never to repeat it.
	MaxAttempts int
	// MaxElapsed bounds the time after which no further attempt begins; waits for rate limit windows do not count.
	MaxElapsed time.Duration
	// FirstDelay and MaxDelay bound the wait before an attempt: each is drawn between a tenth of a ceiling and the ceiling,
	// which starts at FirstDelay and doubles up to MaxDelay.
	FirstDelay, MaxDelay time.Duration
	// RateLimitWait is the longest wait for a rate limit window; zero is never to wait.
	RateLimitWait time.Duration
	// IdleTimeout is how long an attempt may stand still; zero is for ever.
	IdleTimeout time.Duration
}

// DefaultPolicy suits calls by hand and by machine: some seconds of trouble are ridden out, an outage is reported within
// minutes.
var DefaultPolicy = Policy{
	MaxAttempts:   5,
	MaxElapsed:    3 * time.Minute,
	FirstDelay:    500 * time.Millisecond,
	MaxDelay:      20 * time.Second,
	RateLimitWait: time.Minute,
	IdleTimeout:   time.Minute,
}

type callKey struct{}

// WithCall returns a context that carries call.
func WithCall(ctx context.Context, call *Call) context.Context {
	return context.WithValue(ctx, callKey{}, call)
}

// CallFrom returns the call that ctx carries, or nil where there is none: a request that did not start as an API call.
func CallFrom(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}

// OperationFrom returns the operation that ctx carries, or nil where there is none.
func OperationFrom(ctx context.Context) *Operation {
	if call := CallFrom(ctx); call != nil {
		return call.Operation
	}
	return nil
}
