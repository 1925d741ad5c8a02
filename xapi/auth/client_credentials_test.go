package auth_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// appServer hands out app tokens, once it is let.
type appServer struct {
	status   int
	asked    func() // called at each request
	let      chan struct{}
	mu       sync.Mutex
	requests int
}

func (s *appServer) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests++
	s.mu.Unlock()
	if s.asked != nil {
		s.asked()
	}
	select {
	case <-s.let:
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	body := `{"token_type":"bearer","access_token":"canary-app-token"}`
	return &http.Response{
		StatusCode: s.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}, nil
}

// caller returns what makes one call with the token of s.
func (s *appServer) caller(t *testing.T) func(ctx context.Context) error {
	t.Helper()
	credentials, err := auth.NewCredentials(nil, &auth.ClientCredentials{
		Key: auth.NewSecret("canary-key"), KeySecret: auth.NewSecret("canary-key-secret"), HTTPClient: &http.Client{Transport: s},
	})
	require.NoError(t, err)
	rt := credentials.Middleware()(&recorder{})
	return func(ctx context.Context) error {
		call := &transport.Call{Operation: lookupOp}
		req, err := http.NewRequestWithContext(transport.WithCall(ctx, call), http.MethodGet, "https://api.x.com/2/media", nil)
		require.NoError(t, err)
		resp, err := rt.RoundTrip(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
}

func TestAppOnlyCallersShareOneFetch(t *testing.T) {
	for status, failure := range map[int]string{200: "", 503: "answered 503", 403: "answered 403"} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &appServer{status: status, let: make(chan struct{})}
				call := server.caller(t)
				var wait sync.WaitGroup
				for range 100 {
					wait.Go(func() {
						err := call(t.Context())
						if failure == "" {
							require.NoError(t, err)
							return
						}
						require.ErrorContains(t, err, failure)
					})
				}
				synctest.Wait()
				close(server.let)
				wait.Wait()
				require.Equal(t, 1, server.requests)
				_ = call(t.Context())
				if failure != "" {
					require.Equal(t, 2, server.requests, "a later caller tries again")
				}
			})
		})
	}
}

func TestAnAppOnlyCallerThatGivesUpLeavesTheOthersTheirFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &appServer{status: 200, let: make(chan struct{})}
		call := server.caller(t)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- call(ctx) }()
		synctest.Wait()
		go func() { second <- call(t.Context()) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-first, context.Canceled)
		close(server.let)
		require.NoError(t, <-second)
		require.Equal(t, 2, server.requests)
	})
}
