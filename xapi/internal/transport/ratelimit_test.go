package transport_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// rate are the headers of a 15-minute window that is renewed in the given number of seconds.
func rate(limit, remaining, seconds int) []string {
	return family("x-rate-limit", limit, remaining, seconds)
}

func family(prefix string, limit, remaining, seconds int) []string {
	return []string{
		prefix + "-limit", strconv.Itoa(limit), prefix + "-remaining", strconv.Itoa(remaining),
		prefix + "-reset", strconv.FormatInt(time.Now().Add(time.Duration(seconds)*time.Second).Unix(), 10),
	}
}

// window is a server that allows limit calls in each window, and answers after a while.
type window struct {
	limit  int
	length time.Duration
	takes  time.Duration

	mu      sync.Mutex
	reset   time.Time
	used    int
	served  int
	refused int
}

func (w *window) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	if now := time.Now(); !now.Before(w.reset) {
		w.reset, w.used = now.Add(w.length), 0
	}
	code := http.StatusOK
	if w.used < w.limit {
		w.used++
		w.served++
	} else {
		w.refused++
		code = http.StatusTooManyRequests
	}
	headers := rate(w.limit, w.limit-w.used, int(time.Until(w.reset).Seconds()))
	w.mu.Unlock()
	if w.takes > 0 {
		<-time.After(w.takes)
	}
	return status(code, `{}`, headers...)(req)
}

func TestAWindowOfTenSendsTen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &window{limit: 10, length: 15 * time.Minute}
		chain := chain(server)
		for range 10 {
			code, _, err := finish(chain, request(t.Context(), t, newCall(lookup), ""))
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, code)
		}
		_, _, err := finish(chain, request(t.Context(), t, newCall(lookup), ""))
		var spent *transport.SpentError
		require.ErrorAs(t, err, &spent)
		require.Equal(t, server.reset, spent.Until)
		require.Equal(t, 10, server.served)
		require.Zero(t, server.refused)

		other := newCall(post)
		_, _, err = finish(transport.Chain(chain), request(t.Context(), t, other, ""))
		require.NoError(t, err, "another operation has windows of its own")
	})
}

func TestAWindowOfTenSendsTenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &window{limit: 10, length: 15 * time.Minute, takes: time.Second}
		chain := chain(server)
		failed := make(chan error, 40)
		for range 40 {
			go func() {
				_, _, err := finish(chain, request(t.Context(), t, newCall(lookup), ""))
				failed <- err
			}()
		}
		held := 0
		for range 40 {
			if err := <-failed; err != nil {
				var spent *transport.SpentError
				require.ErrorAs(t, err, &spent)
				held++
			}
		}
		require.Equal(t, 30, held)
		require.Equal(t, 10, server.served)
		require.Zero(t, server.refused)
	})
}

func TestCallsWaitForTheNextWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &window{limit: 10, length: 30 * time.Second, takes: time.Second}
		chain := chain(server)
		var all sync.WaitGroup
		for range 25 {
			all.Go(func() {
				code, _, err := finish(chain, request(t.Context(), t, newCall(lookup), ""))
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, code)
			})
		}
		all.Wait()
		require.Equal(t, 25, server.served)
		require.Zero(t, server.refused)
	})
}

func TestA429WaitsForTheResetIfItIsNear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := &script{steps: []step{status(429, "", rate(100, 0, 20)...), status(201, "")}}
		call := newCall(post)
		code, _, err := send(t.Context(), t, base, call, `{}`)
		require.NoError(t, err)
		require.Equal(t, http.StatusCreated, code)
		require.Equal(t, []time.Duration{22 * time.Second}, waits(base), "a second for rounding, and one of jitter at the most")
		require.Equal(t, 22*time.Second, call.Waited)
	})
}

func TestA429FailsAtOnceIfTheResetIsFar(t *testing.T) {
	for name, test := range map[string]struct{ wait, deadline time.Duration }{
		"beyond the longest wait": {wait: 19 * time.Second},
		"beyond the deadline":     {wait: time.Hour, deadline: 20 * time.Second},
		"never wait":              {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.deadline > 0 {
					limited, cancel := context.WithTimeout(ctx, test.deadline)
					defer cancel()
					ctx = limited
				}
				call := newCall(post)
				call.Policy.RateLimitWait = test.wait
				start := time.Now()
				code, _, err := send(ctx, t, &script{steps: []step{status(429, "", rate(100, 0, 20)...)}}, call, `{}`)
				require.NoError(t, err)
				require.Equal(t, http.StatusTooManyRequests, code)
				require.Zero(t, time.Since(start))
				require.Equal(t, transport.WindowSpent, call.Refusal.Why)
				require.Equal(t, start.Add(20*time.Second).Unix(), call.Refusal.Until.Unix())
			})
		})
	}
}

func TestAResetIsToldInWholeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		<-time.After(700 * time.Millisecond) // so that the true reset is later than the one told
		server := &window{limit: 10, length: 5 * time.Second}
		chain := chain(server)
		for range 35 {
			_, _, err := finish(chain, request(t.Context(), t, newCall(lookup), ""))
			require.NoError(t, err)
		}
		require.Equal(t, 35, server.served)
		require.Zero(t, server.refused)
	})
}

func TestTheLatestOfTheSpentWindowsCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		headers := append(rate(100, 0, 20), family("x-app-limit-24hour", 1000, 3, 4000)...)
		headers = append(headers, family("x-user-limit-24hour", 500, 0, 50)...)
		base := &script{steps: []step{status(429, "", headers...), status(200, "")}}
		_, _, err := send(t.Context(), t, base, newCall(lookup), "")
		require.NoError(t, err)
		require.Equal(t, []time.Duration{52 * time.Second}, waits(base))
	})
}

func TestAWindowIsToldAndRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := transport.NewLimits(longest(), nil)
		base := &script{steps: []step{
			status(200, "", rate(100, 7, 90)...), status(200, "", rate(100, 9, 90)...),
			status(404, ""), status(200, "", rate(100, 99, 900)...),
		}}
		var told []int
		for range base.steps {
			call := newCall(lookup)
			call.OnRateLimit = func(l transport.RateLimit) {
				told = append(told, l[transport.FifteenMinutes].Remaining)
			}
			_, _, err := finish(limits.Middleware()(base), request(t.Context(), t, call, ""))
			require.NoError(t, err)
			if len(told) == 2 {
				require.Equal(t, 7, limits.Snapshot(lookup.ID)[transport.FifteenMinutes].Remaining, "answers overtake one another")
			}
		}
		require.Equal(t, []int{7, 9, 99}, told, "an answer without headers says nothing")
		require.Equal(t, 99, limits.Snapshot(lookup.ID)[transport.FifteenMinutes].Remaining, "a window renewed")
		require.False(t, limits.Snapshot("createPosts").Known())
	})
}

func TestTheFirstCallGoesAloneUnlessItIsLarge(t *testing.T) {
	for name, test := range map[string]struct {
		length int64
		atOnce int
	}{
		"small": {100, 1},
		"large": {4 << 20, 8},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				started := 0
				release := make(chan struct{})
				base := transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
					mu.Lock()
					started++
					mu.Unlock()
					<-release
					return status(200, "")(req)
				})
				limited := transport.NewLimits(longest(), nil).Middleware()(base)
				var all sync.WaitGroup
				for range 8 {
					all.Go(func() {
						req := request(t.Context(), t, newCall(lookup), "")
						req.ContentLength = test.length
						_, _, err := finish(limited, req)
						require.NoError(t, err)
					})
				}
				synctest.Wait()
				require.Equal(t, test.atOnce, started)
				close(release)
				all.Wait()
				require.Equal(t, 8, started)
			})
		})
	}
}

func TestACancelledCallLeavesNoPlaceTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &window{limit: 2, length: time.Minute, takes: 10 * time.Second}
		limited := transport.NewLimits(longest(), nil).Middleware()(server)
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Second)
				defer cancel()
				_, _, _ = finish(limited, request(ctx, t, newCall(lookup), ""))
			})
		}
		all.Wait()
		require.LessOrEqual(t, server.served, 2)
		<-time.After(time.Minute)
		_, _, err := finish(limited, request(t.Context(), t, newCall(lookup), ""))
		require.NoError(t, err)
	})
}

func TestWindowsAreReadFromHeaders(t *testing.T) {
	header := http.Header{}
	for name, value := range map[string]string{
		"x-rate-limit-limit": "500", "x-rate-limit-remaining": "499", "x-rate-limit-reset": "1795290000",
		"x-app-limit-24hour-limit": "50000", "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": "1795370000",
		"x-user-limit-24hour-limit": "100", "x-user-limit-24hour-remaining": "minus one", "x-user-limit-24hour-reset": "1795370000",
	} {
		header.Set(name, value)
	}
	now := time.Unix(1795289500, 0)
	require.Equal(t, transport.RateLimit{
		transport.FifteenMinutes: {Limit: 500, Remaining: 499, Reset: time.Unix(1795290000, 0), Told: time.Unix(1795290000, 0)},
		transport.App24Hours:     {Limit: 50000, Reset: time.Unix(1795370000, 0), Told: time.Unix(1795370000, 0)},
	}, transport.ParseRateLimit(header, now))
	for _, value := range []string{"", "-1", "1e3", "0x10", "99999999999999999999", " 5", "NaN"} {
		header.Set("x-rate-limit-remaining", value)
		require.False(t, transport.ParseRateLimit(header, now)[transport.FifteenMinutes].Known(), "%q", value)
	}
}

func FuzzRateLimit(f *testing.F) {
	f.Add("500", "499", "1795290000", "Sat, 21 Nov 2026 20:00:00 GMT")
	f.Add("-1", "", "99999999999999999999", "yesterday")
	now := time.Unix(1795289500, 0)
	f.Fuzz(func(t *testing.T, limit, remaining, reset, date string) {
		window := transport.ParseRateLimit(http.Header{
			"X-Rate-Limit-Limit": {limit}, "X-Rate-Limit-Remaining": {remaining}, "X-Rate-Limit-Reset": {reset}, "Date": {date},
		}, now)[transport.FifteenMinutes]
		require.GreaterOrEqual(t, window.Limit, 0)
		require.GreaterOrEqual(t, window.Remaining, 0)
		if !window.Known() {
			require.Zero(t, window)
			return
		}
		require.LessOrEqual(t, window.Reset.Sub(now), 15*time.Minute+time.Second)
		if !window.Told.IsZero() {
			require.Equal(t, reset, fmt.Sprintf("%0*d", len(reset), window.Told.Unix()))
		}
	})
}
