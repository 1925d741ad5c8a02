package media_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// crowd counts the requests that are at the server at once.
type crowd struct{ now, most atomic.Int64 }

func (c *crowd) middleware(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		now := c.now.Add(1)
		defer c.now.Add(-1)
		for most := c.most.Load(); now > most && !c.most.CompareAndSwap(most, now); most = c.most.Load() {
		}
		return next.RoundTrip(req)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestManyUploadsAreBoundedTogetherAndServedInTurn(t *testing.T) {
	data := noise(3_000_000)
	synctest.Test(t, func(t *testing.T) {
		var requests crowd
		server := &fake{}
		client := media.New(server.over(t, &link{latency: 50 * time.Millisecond}, xapi.WithMiddleware(requests.middleware)))
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Microsecond) //nolint:forbidigo // by the clock of a bubble
				_, err := client.Upload(t.Context(), media.Bytes("a.mp4", data))
				mu.Lock()
				defer mu.Unlock()
				order = append(order, i)
				require.NoError(t, err)
			})
		}
		all.Wait()
		require.LessOrEqual(t, requests.most.Load(), int64(media.DefaultConcurrency))
		for at, i := range order {
			require.InDelta(t, at, i, 2*media.DefaultConcurrency, "first come, first served")
		}
	})
}

// limited answers appends as X does past a window of calls.
func limited(calls int, window time.Duration) func(http.ResponseWriter, *http.Request, int) bool {
	var mu sync.Mutex
	left, reset := 0, time.Time{}
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); !now.Before(reset) {
			left, reset = calls, now.Add(window).Truncate(time.Second)
		}
		refused := left == 0
		left = max(left-1, 0)
		w.Header().Set("x-rate-limit-limit", fmt.Sprint(calls))
		w.Header().Set("x-rate-limit-remaining", fmt.Sprint(left))
		w.Header().Set("x-rate-limit-reset", fmt.Sprint(reset.Unix()))
		if refused {
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return refused
	}
}

func TestUploadsWaitForTheRateWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fake{fault: limited(25, 15*time.Minute)}
		// As of three processes, each of which knows of its own calls alone.
		clients := []*media.Client{server.start(t)}
		for range 2 {
			clients = append(clients, media.New(server.another(t)))
		}
		start := time.Now()
		var all sync.WaitGroup
		for _, client := range clients {
			all.Go(func() {
				result, err := client.Upload(t.Context(), media.Bytes("a.mp4", noise(2_000_000)), media.WithSegmentSize(100_000))
				require.NoError(t, err)
				require.Equal(t, 20, result.Segments)
			})
		}
		all.Wait()
		require.InDelta(t, 30, time.Since(start).Minutes(), 2, "60 segments at 25 in 15 minutes")

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start = time.Now()
		_, err := clients[0].Upload(ctx, media.Bytes("a.mp4", noise(2_000_000)), media.WithSegmentSize(50_000))
		require.ErrorIs(t, err, xapi.ErrRateLimited)
		require.Less(t, time.Since(start), 30*time.Second, "no wait beyond the deadline")
	})
}

func TestOneFailureDoesNotSlowTheClientDown(t *testing.T) {
	for name, fault := range map[string]func(w http.ResponseWriter){
		"too large":           func(w http.ResponseWriter) { w.WriteHeader(http.StatusRequestEntityTooLarge) },
		"something of orders": func(w http.ResponseWriter) { invalid(w, "This segment is out of order, they say.") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &fake{}
				var once atomic.Bool
				var largest atomic.Int64
				server.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool {
					largest.Store(max(largest.Load(), r.ContentLength))
					if r.ContentLength < 1<<20 || once.Swap(true) {
						return false
					}
					fault(w)
					return true
				}
				l := &link{latency: 50 * time.Millisecond}
				client := media.New(server.over(t, l))
				data := noise(20 << 20)
				upload := func() time.Duration {
					start := time.Now()
					result, err := client.Upload(t.Context(), media.Bytes("a.mp4", data))
					require.NoError(t, err)
					require.Equal(t, sum(data), server.sum(result.MediaID))
					return time.Since(start)
				}
				_ = upload()
				require.True(t, once.Load())
				largest.Store(0)
				time.Sleep(11 * time.Minute) //nolint:forbidigo // by the clock of a bubble
				require.Less(t, upload(), time.Second)
				require.Greater(t, largest.Load(), int64(media.DefaultSegmentSize))
			})
		})
	}
}
