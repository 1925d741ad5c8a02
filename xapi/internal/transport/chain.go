package transport

import (
	"maps"
	"net/http"
)

// Middleware wraps a RoundTripper in one more concern.
type Middleware func(http.RoundTripper) http.RoundTripper

// RoundTripperFunc lets a function be a RoundTripper.
type RoundTripperFunc func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f RoundTripperFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Chain puts the middlewares around base so that they read top-down: the first sees the request first and the response
// last. A nil middleware is passed over.
func Chain(base http.RoundTripper, middlewares ...Middleware) http.RoundTripper {
	for i := len(middlewares) - 1; i >= 0; i-- {
		if middlewares[i] != nil {
			base = middlewares[i](base)
		}
	}
	return base
}

// Stack makes one middleware of several, the first the outermost.
func Stack(middlewares ...Middleware) Middleware {
	return func(next http.RoundTripper) http.RoundTripper { return Chain(next, middlewares...) }
}

// OwnHeader returns a copy of req whose header may be set without touching that of req: the least that a middleware has
// to copy in order to sign. The values are shared, so they are replaced and never appended to.
func OwnHeader(req *http.Request) *http.Request {
	own := req.WithContext(req.Context())
	own.Header = make(http.Header, len(req.Header)+1)
	maps.Copy(own.Header, req.Header)
	return own
}
