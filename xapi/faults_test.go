package xapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// impatient is the machine's clock with waits of no time.
func impatient() xapi.ClientOption {
	clock := transport.SystemClock()
	clock.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return xapi.WithClock(clock)
}

// behindFaults returns a client that reaches handler through a fault proxy.
func behindFaults(t *testing.T, handler http.Handler, rate float64, opts ...xapi.ClientOption) (*xapi.Client, *faultProxy) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	proxy := startFaultProxy(t, server.Listener.Addr().String(), 2166, rate, 300)
	base := proxy.refusing(rate / 2)
	t.Cleanup(base.CloseIdleConnections)
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBaseURL(server.URL), xapi.WithHTTPClient(&http.Client{Transport: base}),
		xapi.WithAccessToken("token-of-a-user"), xapi.WithIdleTimeout(5 * time.Second), impatient(),
	}, opts...)...)
	require.NoError(t, err)
	return client, proxy
}

var rates = []float64{0.05, 0.15, 0.30}

func TestNoPostIsMadeTwice(t *testing.T) {
	for _, rate := range rates {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			var mu sync.Mutex
			made := map[string]int{}
			client, proxy := behindFaults(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var post struct{ Text string }
				if err := json.NewDecoder(r.Body).Decode(&post); err != nil {
					w.WriteHeader(http.StatusBadRequest)
					return
				}
				mu.Lock()
				made[post.Text]++
				n := len(made)
				mu.Unlock()
				if n%20 == 0 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				w.WriteHeader(http.StatusCreated)
				_, _ = fmt.Fprintf(w, `{"data":{"id":"%d","text":%q}}`, 1000+n, post.Text)
			}), rate)

			const posts = 2000
			results := make([]error, posts)
			eachOf(posts, func(i int) {
				text := fmt.Sprintf("post %d", i)
				_, results[i] = client.CreatePosts(t.Context(), xapi.PostDraft{Text: text})
			})
			failed := 0
			for i, err := range results {
				times := made[fmt.Sprintf("post %d", i)]
				require.LessOrEqual(t, times, 1, "post %d", i)
				if err == nil {
					require.Equal(t, 1, times, "post %d", i)
					continue
				}
				failed++
				var network *xapi.NetworkError
				var refused *xapi.Error
				require.True(t, typed(err, &network, &refused), "%T: %v", err, err)
				if network != nil && !network.MaybeSent {
					require.Zero(t, times, "post %d: %v", i, err)
				}
			}
			t.Logf("%d of %d posts made, %d calls failed", len(made), posts, failed)
			proxy.requireFaults(t)
		})
	}
}

func TestWhatIsSafeToRepeatComesThrough(t *testing.T) {
	const lookup = `{"data":[{"media_key":"3_1","type":"photo"}]}`
	const upload = `{"data":{"id":"11","media_key":"7_11","expires_after_secs":86400}}`
	for _, rate := range rates {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			var segment atomic.Int64
			client, proxy := behindFaults(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw, err := io.ReadAll(r.Body)
				if err != nil {
					return
				}
				switch {
				case strings.HasSuffix(r.URL.Path, "/append"):
					segment.Add(int64(len(raw)))
					w.WriteHeader(http.StatusNoContent)
				case r.URL.Path == "/2/media":
					_, _ = io.WriteString(w, lookup)
				default:
					_, _ = io.WriteString(w, upload)
				}
			}), rate)
			form := "--b\r\nContent-Disposition: form-data; name=\"segment_index\"\r\n\r\n0\r\n--b\r\n" +
				"Content-Disposition: form-data; name=\"media\"\r\n\r\n" + strings.Repeat("x", 20_000) + "\r\n--b--\r\n"
			calls := []func() error{
				func() error {
					_, err := client.GetMediaByMediaKeys(t.Context(), &xapi.GetMediaByMediaKeysParams{MediaKeys: []string{"3_1"}})
					return err
				},
				func() error { _, err := client.FinalizeMediaUpload(t.Context(), "11"); return err },
				func() error {
					body := xapi.NewBody(int64(len(form)), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(form)), nil })
					_, err := client.AppendMediaUploadForm(t.Context(), "11", "multipart/form-data; boundary=b", body)
					return err
				},
			}
			const each = 200
			var failed atomic.Int64
			eachOf(each*len(calls), func(i int) {
				err := calls[i%len(calls)]()
				if err == nil {
					return
				}
				failed.Add(1)
				var network *xapi.NetworkError
				if require.ErrorAs(t, err, &network); network != nil {
					require.LessOrEqual(t, network.Attempts, transport.DefaultPolicy.MaxAttempts)
				}
			})
			require.Less(t, failed.Load(), int64(each*len(calls)/20), "more than one in twenty failed")
			t.Logf("%d of %d calls failed", failed.Load(), each*len(calls))
			proxy.requireFaults(t)
		})
	}
}

func TestAServerThatNeverAnswersIsLeft(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close() // which returns when every handler has seen its client leave
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("token-of-a-user"), impatient(),
		xapi.WithIdleTimeout(10*time.Millisecond), xapi.WithMaxAttempts(2))
	require.NoError(t, err)
	_, err = client.GetUsersMe(t.Context(), nil)
	var idle *xapi.IdleTimeoutError
	require.ErrorAs(t, err, &idle)
	require.ErrorIs(t, err, xapi.ErrUnavailable)
	require.ErrorContains(t, err, "getUsersMe: nothing was sent or received for 10ms after 2 attempts")
	require.ErrorContains(t, err, "nothing is lost by calling again")
}

// eachOf does all n of something, eight at a time.
func eachOf(n int, do func(int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

func TestFailedCallsLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	var open atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("X-Fault") {
		case "0": // an error longer than what is read of it
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, strings.Repeat("x", 80<<10))
		case "1": // an answer that breaks off
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"data`)
		case "2": // a connection that is closed without an answer
			panic(http.ErrAbortHandler)
		case "3": // no answer until the caller has gone
			<-r.Context().Done()
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	server.Config.ErrorLog = nil
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
	server.Start()
	base := &http.Transport{MaxIdleConnsPerHost: 8}
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithHTTPClient(&http.Client{Transport: base}),
		xapi.WithAccessToken("token-of-a-user"), xapi.WithMaxAttempts(1),
		xapi.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
				req = req.Clone(req.Context())
				req.Header.Set("X-Fault", req.URL.Query().Get("expansions"))
				req.URL.RawQuery = ""
				return next.RoundTrip(req)
			})
		}), xapi.WithValidation(xapi.Off, xapi.Off))
	require.NoError(t, err)

	const calls = 10_000
	eachOf(calls, func(i int) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if i%5 == 3 {
			ctx, cancel = context.WithTimeout(ctx, time.Millisecond)
			defer cancel()
		}
		var params xapi.GetUsersMeParams
		_ = json.Unmarshal(fmt.Appendf(nil, `{"expansions":["%d"]}`, i%5), &params)
		if _, err := client.GetUsersMe(ctx, &params); err == nil {
			t.Errorf("call %d did not fail", i)
		}
	})
	base.CloseIdleConnections()
	server.Close()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && (runtime.NumGoroutine() > before || open.Load() > 0); {
		runtime.Gosched()
	}
	require.Zero(t, open.Load(), "connections")
	require.LessOrEqual(t, runtime.NumGoroutine(), before, "goroutines")
}
