package auth_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// recorder is the wire: it keeps what was sent and answers the statuses one after the other, then 200.
type recorder struct {
	mu       sync.Mutex
	statuses []int
	headers  []string
	bodies   []string
	closed   []*closing
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.headers = append(r.headers, req.Header.Get("Authorization"))
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		r.bodies = append(r.bodies, string(body))
		_ = req.Body.Close()
	}
	status := http.StatusOK
	if len(r.statuses) > 0 {
		status, r.statuses = r.statuses[0], r.statuses[1:]
	}
	body := &closing{Reader: strings.NewReader(fmt.Sprintf("answer %d", len(r.headers)))}
	r.closed = append(r.closed, body)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: body, Request: req}, nil
}

// closing is a body that knows whether it was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func call(t *testing.T, op *transport.Operation, body io.Reader) *http.Request {
	t.Helper()
	ctx := transport.WithCall(t.Context(), &transport.Call{Operation: op})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.x.com/2/media/metadata", body)
	require.NoError(t, err)
	return req
}

// send sends req in session's name and returns status and body of the answer, and the failure of a renewal.
func send(t *testing.T, session *auth.Session, wire http.RoundTripper, req *http.Request) (int, string, error) {
	t.Helper()
	credentials, err := auth.NewCredentials(nil, session)
	require.NoError(t, err)
	resp, err := credentials.Middleware()(wire).RoundTrip(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body), transport.CallFrom(req.Context()).Renewal
}

func TestA401IsAnsweredWithOneRefresh(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	wire := &recorder{statuses: []int{401}}
	req := call(t, uploadOp, strings.NewReader("segment"))
	status, body, renewal := send(t, session, wire, req)
	require.NoError(t, renewal)
	require.Equal(t, 200, status)
	require.Equal(t, "answer 2", body)
	require.Equal(t, []string{"Bearer canary-access-1", "Bearer canary-access-2"}, wire.headers)
	require.Equal(t, []string{"segment", "segment"}, wire.bodies)
	require.True(t, wire.closed[0].closed, "the 401 is closed")
	require.Empty(t, req.Header.Get("Authorization"), "the caller's request stays as it is")
}

func TestASecond401IsFinal(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	wire := &recorder{statuses: []int{401, 401, 401}}
	status, body, renewal := send(t, session, wire, call(t, uploadOp, nil))
	require.NoError(t, renewal)
	require.Equal(t, 401, status)
	require.Equal(t, "answer 2", body)
	require.Equal(t, 1, server.count())
}

func TestA403IsNoReasonToRefresh(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	status, _, renewal := send(t, session, &recorder{statuses: []int{403}}, call(t, uploadOp, nil))
	require.NoError(t, renewal)
	require.Equal(t, 403, status)
	require.Zero(t, server.count())
}

func TestAFailedRefreshLeavesTheOriginal401(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	server.setHook(func(_ string, form url.Values, w http.ResponseWriter) bool {
		answer(w, http.StatusBadRequest, map[string]any{
			"error": "invalid_request", "error_description": "Value passed for the token was invalid. " + form.Get("refresh_token"),
		})
		return true
	})
	status, body, renewal := send(t, session, &recorder{statuses: []int{401}}, call(t, uploadOp, nil))
	require.Equal(t, 401, status)
	require.Equal(t, "answer 1", body, "the 401 as it came, with its body")
	require.ErrorIs(t, renewal, auth.ErrLoginRequired)
	require.ErrorContains(t, renewal, "400 invalid_request (Value passed for the token was invalid. REDACTED)")
	require.NotContains(t, renewal.Error(), "canary")
}

func TestAnAPIThatKeepsAnswering401GetsNoTokenAfterTheOther(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	var renewal error
	for i := range 20 {
		status, _, failure := send(t, session, &recorder{statuses: []int{401, 401}}, call(t, uploadOp, nil))
		require.Equal(t, 401, status)
		if renewal = failure; i == 0 {
			require.NoError(t, renewal)
			continue
		}
		require.ErrorContains(t, renewal, "issued less than a minute ago")
	}
	require.Equal(t, 1, server.count())
}

func TestARefusalBelongsToItsOwnAttempt(t *testing.T) {
	server := newAuthServer(t)
	session, _ := server.session(t)
	req := call(t, uploadOp, nil)
	transport.CallFrom(req.Context()).Renewal = io.EOF
	_, _, renewal := send(t, session, &recorder{}, req)
	require.NoError(t, renewal)
}

func TestABodyThatCannotBeSentTwiceLeavesThe401(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	wire := &recorder{statuses: []int{401}}
	status, _, renewal := send(t, session, wire, call(t, uploadOp, io.NopCloser(strings.NewReader("stream"))))
	require.Equal(t, 401, status)
	require.ErrorContains(t, renewal, "the body cannot be sent a second time: call again")
	require.Len(t, wire.headers, 1)
}

func TestManyCallsTurnedAwayRefreshOnce(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	credentials, err := auth.NewCredentials(nil, session)
	require.NoError(t, err)
	var all sync.WaitGroup
	all.Add(20)
	rt := credentials.Middleware()(transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
		status := http.StatusOK
		if req.Header.Get("Authorization") == "Bearer canary-access-1" {
			all.Done()
			all.Wait() // all of them are under way with the old token
			status = http.StatusUnauthorized
		}
		return &http.Response{StatusCode: status, Body: http.NoBody, Request: req}, nil
	}))
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			resp, err := rt.RoundTrip(call(t, uploadOp, nil))
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, http.StatusOK, resp.StatusCode)
		})
	}
	wait.Wait()
	require.Equal(t, 1, server.count())
}

func TestOAuth1SignsEveryAttemptAnew(t *testing.T) {
	credentials, err := auth.NewCredentials(nil, user())
	require.NoError(t, err)
	wire := &recorder{statuses: []int{503, 401}}
	rt := credentials.Middleware()(wire)
	req := call(t, uploadOp, nil)
	for range 3 {
		resp, err := rt.RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	require.Len(t, wire.headers, 3, "a 401 to a signature is not tried again")
	require.NotEqual(t, wire.headers[0], wire.headers[1])
	require.NotEqual(t, wire.headers[1], wire.headers[2])
}

func TestCredentialsDoNotLeaveInClearText(t *testing.T) {
	credentials, err := auth.NewCredentials(nil, token())
	require.NoError(t, err)
	for address, sent := range map[string]bool{
		"http://api.x.com/2": false, "ftp://127.0.0.1/2": false, "http://127.0.0.1.example.com/": false,
		"http://127.0.0.1:80/2": true, "http://[::1]:80/2": true, "http://localhost/2": true, "https://api.x.com/2": true,
	} {
		wire := &recorder{}
		req := call(t, uploadOp, nil)
		req.URL, err = url.Parse(address)
		require.NoError(t, err)
		resp, err := credentials.Middleware()(wire).RoundTrip(req)
		if sent {
			require.NoError(t, err, address)
			require.NoError(t, resp.Body.Close())
			continue
		}
		require.ErrorContains(t, err, "not sent in clear text", address)
		require.Empty(t, wire.headers)
	}
}

func TestSecretsInUseAreKnownToTheRedactor(t *testing.T) {
	server := newAuthServer(t)
	session, _ := server.session(t)
	var redactor transport.Redactor
	credentials, err := auth.NewCredentials(&redactor, session, user(), app())
	require.NoError(t, err)
	resp, err := credentials.Middleware()(&recorder{}).RoundTrip(call(t, uploadOp, nil))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	for _, secret := range []string{"canary-access-2", "canary-app-token", "canary-key-secret", "canary-token-secret", "canary-token"} {
		require.Equal(t, "the server said REDACTED", redactor.String("the server said "+secret))
	}
}
