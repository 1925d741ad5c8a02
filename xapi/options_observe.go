package xapi

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// WithLogger logs every attempt to logger: operation, status, duration, number of the attempt and request id, and the
// waits for rate limits. Successes are logged at debug, waits at info, failures as warnings. Neither bodies, headers nor
// addresses are logged, and no secret is. Nothing is logged without this option.
func WithLogger(logger *slog.Logger) ClientOption {
	return clientOnly(func(s *settings) error {
		if logger == nil {
			return errors.New("WithLogger: the logger is nil; leave the option out to log nothing")
		}
		s.logger = logger
		return nil
	})
}

// WithMiddleware puts middleware around every attempt of every call: outside of the authorization, so that the
// request that it is given has no credentials and what it changes is signed, and inside of the retries. The Request of
// an answer is the signed one. The first of several sees the request first.
//
// A middleware keeps to the contract of http.RoundTripper: it clones the request to change it, and a status is no
// error. otelhttp.NewTransport makes one in a line.
func WithMiddleware(middleware func(http.RoundTripper) http.RoundTripper) ClientOption {
	return clientOnly(func(s *settings) error {
		if middleware == nil {
			return errors.New("WithMiddleware: the middleware is nil")
		}
		s.middlewares = append(slices.Clip(s.middlewares), middleware)
		return nil
	})
}

// WithRateLimitFunc tells observe the rate limit windows of every answer that mentions any, with the operationId, in the
// goroutine of the call and before it returns. Calls at once call observe at once.
func WithRateLimitFunc(observe func(operationID string, limit RateLimit)) Option {
	return func(s *settings) error {
		if observe == nil {
			return errors.New("WithRateLimitFunc: the function is nil")
		}
		s.onRateLimit = observe
		return nil
	}
}

// WithWaitFunc tells observe, with the operationId, until when a call waits for a rate limit window, in the goroutine of
// the call and before it waits. Calls at once call observe at once.
func WithWaitFunc(observe func(operationID string, until time.Time)) Option {
	return func(s *settings) error {
		if observe == nil {
			return errors.New("WithWaitFunc: the function is nil")
		}
		s.onWait = observe
		return nil
	}
}
