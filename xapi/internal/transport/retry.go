package transport

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Retry repeats what may be repeated, within the call's policy:
//
//   - An operation that is safe to repeat, after an error of the network, an answer that broke off, and the statuses
//     408, 425, 500, 502, 503, 504 and 520 to 524.
//   - Any operation, after an error by which the request surely never reached the server, and after a 429: that refuses
//     the request before it is processed. Where a window is spent and soon renewed, limits holds the next attempt back
//     until then; a 429 that no wait cures, a usage cap or too many connections, is not repeated.
//   - Only a request whose body can be read again.
//
// The wait between two attempts grows exponentially with jitter, and is never shorter than a tenth of the longest that it
// may be; a Retry-After lengthens it. No attempt begins that the budgets or the context's deadline would not allow: the
// last failure is returned instead, an answer of any status as the answer that it is.
func Retry(clock Clock, limits *Limits) Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		r := &retrier{next: next, clock: clock, limits: limits}
		return RoundTripperFunc(r.roundTrip)
	}
}

type retrier struct {
	next   http.RoundTripper
	clock  Clock
	limits *Limits
}

func (r *retrier) roundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	call := CallFrom(ctx)
	if call == nil {
		return r.next.RoundTrip(req)
	}
	start, attempt := r.clock.Now(), req
	for tries := 1; ; tries++ {
		call.Broken, call.Try = nil, tries
		resp, err := r.next.RoundTrip(attempt)
		verdict := r.judge(ctx, call, resp, err)
		call.Unknown = call.Unknown || verdict.unknown
		if ctx.Err() != nil {
			return resp, err
		}
		if !verdict.repeat || tries >= call.Policy.MaxAttempts || !replayable(req) {
			return resp, err
		}
		wait := r.backoff(call.Policy, tries, verdict)
		if elapsed := r.clock.Now().Sub(start) - call.Waited; elapsed+wait > call.Policy.MaxElapsed || !r.clock.fits(ctx, wait) {
			return resp, err
		}
		call.Refused, call.RefusedTold, call.Failed = resp, call.Told, err
		if resp != nil {
			ErrorBody(resp)
		}
		if err := r.clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
		if verdict.unknown && call.Resolve != nil {
			if resp := call.Resolve(ctx); resp != nil {
				return resp, nil
			}
		}
		if attempt, err = again(req); err != nil {
			return nil, err
		}
	}
}

// verdict is what follows from one attempt.
type verdict struct {
	// repeat says that the operation may be sent again.
	repeat bool
	// unknown says that the server may have carried the operation out.
	unknown bool
	// gated says that the wait before the next attempt is a window's, which the rate limiter sees to.
	gated bool
	// least is how long the server wants to be left alone.
	least time.Duration
}

func (r *retrier) judge(ctx context.Context, call *Call, resp *http.Response, err error) verdict {
	switch {
	case err != nil:
		return judgeError(call, err)
	case resp.StatusCode == http.StatusTooManyRequests:
		return r.refusal(ctx, call)
	case transient(resp.StatusCode) || call.Broken != nil:
		return verdict{
			repeat:  call.Operation.Repeatable,
			unknown: true,
			least:   retryAfter(resp.Header, r.clock.Now()),
		}
	}
	return verdict{}
}

// judgeError judges an attempt without an answer. Only what the network failed with is worth another: not the refusal
// of another middleware.
func judgeError(call *Call, err error) verdict {
	var network *NetworkError
	if !errors.As(err, &network) {
		return verdict{}
	}
	return verdict{
		repeat:  !network.Permanent && (call.Operation.Repeatable || network.NeverSent),
		unknown: !network.NeverSent,
	}
}

// refusal judges a 429. The limits hold the next attempt back for as long as the server wants.
func (r *retrier) refusal(ctx context.Context, call *Call) verdict {
	if !call.Refusal.passes {
		return verdict{}
	}
	wait, fits := r.limits.holdsFor(ctx, call)
	return verdict{repeat: fits, gated: wait > 0, least: leastWait}
}

// transient lists the statuses of a server that may do better the next time.
func transient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		520, 521, 522, 523, 524:
		return true
	}
	return false
}

// backoff returns the wait after the given number of tries.
func (r *retrier) backoff(policy Policy, tries int, v verdict) time.Duration {
	if v.gated {
		return 0
	}
	ceiling := policy.MaxDelay
	if doublings := tries - 1; policy.FirstDelay <= ceiling>>doublings {
		ceiling = policy.FirstDelay << doublings
	}
	floor := ceiling / 10
	return max(v.least, floor+time.Duration(r.clock.Random()*float64(ceiling-floor)))
}

// replayable reports whether the request's body can be read again.
func replayable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// again returns the request for another attempt, its body from the start.
func again(req *http.Request) (*http.Request, error) {
	attempt := req.WithContext(req.Context())
	if req.GetBody != nil && req.Body != nil && req.Body != http.NoBody {
		body, err := req.GetBody()
		if err != nil {
			return nil, &BodyError{Err: err}
		}
		attempt.Body = body
	}
	return attempt, nil
}
