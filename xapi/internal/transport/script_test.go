package transport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// step answers one attempt.
type step func(*http.Request) (*http.Response, error)

// script is a base transport that answers the attempts one after the other, and keeps what it was sent.
type script struct {
	steps  []step
	bodies []string
	times  []time.Time
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	n := len(s.times)
	s.times = append(s.times, time.Now())
	if req.Body != nil {
		raw, err := io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
		s.bodies = append(s.bodies, string(raw))
	}
	if n >= len(s.steps) {
		return nil, errors.New("the script has ended")
	}
	return s.steps[n](req)
}

// status answers with a status, a body and headers, which alternate names and values.
func status(code int, body string, headers ...string) step {
	return func(req *http.Request) (*http.Response, error) {
		header := http.Header{}
		for i := 0; i+1 < len(headers); i += 2 {
			header.Set(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: code, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: req,
		}, nil
	}
}

func failing(err error) step {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// broken answers with a body that breaks off.
func broken(code int, body string) step {
	return func(req *http.Request) (*http.Response, error) {
		resp, _ := status(code, "")(req)
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), failingReader{}))
		resp.ContentLength = int64(len(body)) + 1
		return resp, nil
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var (
	errReset = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	errDial  = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
)

var (
	lookup = &transport.Operation{ID: "getMediaByMediaKey", Method: "GET", Path: "/2/media/{media_key}", Repeatable: true}
	post   = &transport.Operation{ID: "createPosts", Method: "POST", Path: "/2/tweets"}
	stream = &transport.Operation{ID: "streamPosts", Method: "GET", Path: "/2/stream", Repeatable: true, Stream: true}
)

// newCall returns a call under the default policy, with waits at their longest.
func newCall(op *transport.Operation) *transport.Call {
	return &transport.Call{Operation: op, Policy: transport.DefaultPolicy, Redactor: new(transport.Redactor)}
}

// longest is the machine's clock with every random wait at its ceiling.
func longest() transport.Clock {
	clock := transport.SystemClock()
	clock.Random = func() float64 { return 1 }
	return clock
}

// chain is the whole of it, without authorization.
func chain(base http.RoundTripper) http.RoundTripper {
	limits := transport.NewLimits(longest(), nil)
	return transport.Chain(base,
		transport.Retry(longest(), limits), limits.Middleware(),
		transport.Observe(nil, longest()), transport.ReadAnswer(), transport.Trace(transport.NewLanes(base)), transport.Idle())
}

func request(ctx context.Context, t *testing.T, call *transport.Call, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(transport.WithCall(ctx, call), call.Operation.Method, "https://api.x.com/2", nil)
	require.NoError(t, err)
	if body != "" {
		req.ContentLength = int64(len(body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(body))), nil }
		req.Body, _ = req.GetBody()
	}
	return req
}

// send carries call through the whole chain, and returns the answer's status and body.
func send(ctx context.Context, t *testing.T, base http.RoundTripper, call *transport.Call, body string) (int, string, error) {
	t.Helper()
	return finish(chain(base), request(ctx, t, call, body))
}

// finish sends one request, and returns the answer's status and body.
func finish(through http.RoundTripper, req *http.Request) (int, string, error) {
	resp, err := through.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw), err
}
