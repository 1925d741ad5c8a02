package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// Trace finds out of each attempt that fails whether the server can have seen the request, and reports that in the
// *NetworkError that it makes of the failure. What never reached the server may always be sent again.
//
// net/http tells when it has a connection and when it wrote the headers; by HTTP/2, a server says which requests it did
// not process. Where the base transport is of another kind and tells nothing, the kind of the error must do.
func Trace(lanes *Lanes) Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			t := new(trace)
			if lanes.transport == nil {
				t.reached.Store(unknown)
			}
			resp, err := next.RoundTrip(req.WithContext(t.within(req.Context())))
			if err == nil {
				return resp, nil
			}
			failed := networkError(err)
			failed.NeverSent = failed.NeverSent || t.neverSent(req.Context(), err)
			if proxy := proxyOf(lanes.transport, req); proxy != "" && t.reached.Load() == connecting {
				failed.Err = fmt.Errorf("through the proxy %s: %w", proxy, failed.Err)
			}
			return nil, failed
		})
	}
}

// How far an attempt got, as net/http tells it.
const (
	nowhere = iota
	connecting
	connected
	sent
	// unknown is an attempt over a transport that tells nothing.
	unknown
)

// trace is how far one attempt got.
type trace struct {
	hooks   httptrace.ClientTrace
	reached atomic.Int32
}

// within returns ctx with the hooks in it. An attempt that net/http makes anew begins anew here, since it makes one anew
// only where the server has not processed the one before.
func (t *trace) within(ctx context.Context) context.Context {
	t.hooks.GetConn = func(string) { t.reached.Store(connecting) }
	t.hooks.GotConn = func(httptrace.GotConnInfo) { t.reached.Store(connected) }
	t.hooks.WroteHeaders = func() { t.reached.Store(sent) }
	return httptrace.WithClientTrace(ctx, &t.hooks)
}

// neverSent reports whether the server surely has not seen the request of an attempt that failed with err.
func (t *trace) neverSent(ctx context.Context, err error) bool {
	switch t.reached.Load() {
	case nowhere, connecting:
		return true
	case connected:
		// What interrupted the attempt may have done so in the midst of writing the headers.
		var idle *IdleTimeoutError
		return ctx.Err() == nil && !errors.As(err, &idle)
	}
	return unprocessed(err)
}

// streamError has the fields of net/http's error of the same meaning, which thereby fills it in for errors.As.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string { return fmt.Sprintf("stream %d: %d", e.StreamID, e.Code) }

// refusedStream is the code REFUSED_STREAM: no processing took place (RFC 9113, section 8.7).
const refusedStream = 0x7

// unprocessed reports whether the server said that it did not process the request: by REFUSED_STREAM, or by a GOAWAY
// whose last stream is an earlier one. net/http has only words for the latter, and for both of a request whose body it
// cannot read again.
func unprocessed(err error) bool {
	var stream streamError
	if errors.As(err, &stream) {
		return stream.Code == refusedStream
	}
	text := err.Error()
	return strings.Contains(text, "http2: Transport received Server's graceful shutdown GOAWAY") ||
		strings.Contains(text, "http2: Transport received GOAWAY from server ErrCode:") ||
		strings.Contains(text, "http2: Transport: cannot retry err [stream error:") && strings.Contains(text, "; REFUSED_STREAM")
}
