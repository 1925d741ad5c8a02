package transport_test

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

func TestThe429sBodyAndItsRetryAfterDecideFirst(t *testing.T) {
	nothing := func() []string { return nil }
	left := func() []string { return rate(300, 12, 900) }
	none := func() []string { return rate(300, 0, 20) }
	after := func(headers func() []string) func() []string {
		return func() []string { return append(headers(), "Retry-After", "5") }
	}
	const v1, usage = `{"errors":[{"code": 88,"message":"Rate limit exceeded"}]}`, `{"title":"UsageCapExceeded"}`
	for name, test := range map[string]struct {
		body    string
		headers func() []string
		why     transport.Refused
		sent    int
	}{
		"rate limit by its code, calls left":    {`{"errors":[{"code":88,"message":"m"}]}`, left, transport.Unexplained, 2},
		"rate limit by its words, calls left":   {`{"detail":"Rate Limit Exceeded"}`, left, transport.Unexplained, 2},
		"rate limit, window spent":              {v1, none, transport.WindowSpent, 2},
		"another code, calls left":              {`{"errors":[{"code":881,"message":"m"}]}`, left, transport.UsageCap, 1},
		"retry after, calls left":               {"", after(left), transport.Unexplained, 2},
		"retry after, nothing told":             {"", after(nothing), transport.Unexplained, 2},
		"usage cap, window spent":               {usage, none, transport.UsageCap, 1},
		"usage cap, retry after":                {usage, after(nothing), transport.UsageCap, 1},
		"nothing said, calls left":              {"", left, transport.UsageCap, 1},
		"nothing said, nothing told":            {"", nothing, transport.Unexplained, 2},
		"too many connections, whatever's left": {`{"connection_issue":"TooManyConnections"}`, left, transport.TooManyConnections, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base := &script{steps: []step{status(429, test.body, test.headers()...), status(200, "")}}
				call := newCall(post)
				_, _, err := send(t.Context(), t, base, call, "{}")
				require.NoError(t, err)
				require.Equal(t, test.why, call.Refusal.Why)
				require.Len(t, base.times, test.sent)
			})
		})
	}
}

func TestARetryAfterOfA429IsObeyed(t *testing.T) {
	for name, test := range map[string]struct {
		value string
		wait  time.Duration
		waits bool
	}{
		"seconds":            {"30", time.Minute, true},
		"a date":             {"date", time.Minute, true},
		"at the longest":     {"30", 30 * time.Second, true},
		"beyond the longest": {"30", 29 * time.Second, false},
		"never wait":         {"30", 0, false},
		"for ever":           {"2147483647", 24 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, want := time.Now(), 30*time.Second
				switch test.value {
				case "date":
					test.value = start.Add(want + time.Hour).UTC().Format(http.TimeFormat)
				case "2147483647":
					want = 24 * time.Hour
				}
				// The server's clock is an hour ahead.
				date := start.Add(time.Hour).UTC().Format(http.TimeFormat)
				base := &script{steps: []step{status(429, "", "Retry-After", test.value, "Date", date), status(200, "")}}
				call := newCall(post)
				call.Policy.RateLimitWait = test.wait
				code, _, err := send(t.Context(), t, base, call, "{}")
				require.NoError(t, err)
				require.Equal(t, start.Add(want), call.Refusal.Until)
				if !test.waits {
					require.Equal(t, http.StatusTooManyRequests, code)
					require.Zero(t, time.Since(start))
					return
				}
				require.Equal(t, http.StatusOK, code)
				require.Equal(t, []time.Duration{want + 2*time.Second}, waits(base), "a second for rounding, and one of jitter at the most")
			})
		})
	}
}

func TestARetryAfterHoldsTheOtherCallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := &script{steps: []step{status(429, "", "Retry-After", "30"), status(200, ""), status(200, "")}}
		chain := chain(base)
		code, _, err := finish(chain, request(t.Context(), t, impatient(), ""))
		require.NoError(t, err)
		require.Equal(t, http.StatusTooManyRequests, code)
		_, _, err = finish(chain, request(t.Context(), t, impatient(), ""))
		var spent *transport.SpentError
		require.ErrorAs(t, err, &spent)
		require.Equal(t, transport.NoFamily, spent.Family)
		require.Equal(t, time.Now().Add(30*time.Second), spent.Until)
		_, _, err = finish(chain, request(t.Context(), t, newCall(lookup), ""))
		require.NoError(t, err)
		require.Len(t, base.times, 2)
		require.Equal(t, 32*time.Second, waits(base)[0])
	})
}

// TestNo429IsAnsweredAtOnce has a server that refuses everything. Where it names a spent window, another call is as bad
// as another attempt.
func TestNo429IsAnsweredAtOnce(t *testing.T) {
	for name, headers := range map[string]func(sent int) []string{
		"no headers":                    nil,
		"reset a second before":         func(sent int) []string { return rate(100, 0, 900-sent) },
		"reset has been":                func(int) []string { return rate(100, 0, -1) },
		"reset now":                     func(int) []string { return rate(100, 0, 0) },
		"reset soon":                    func(int) []string { return rate(100, 0, 1) },
		"retry after":                   func(int) []string { return []string{"Retry-After", "1"} },
		"resets that wander":            func(sent int) []string { return rate(100, 0, 30-7*sent) },
		"a day's window, calls left":    func(int) []string { return append(rate(100, 9, 900), family("x-app-limit-24hour", 9, 0, 1)...) },
		"resets further away each time": func(sent int) []string { return rate(100, 0, sent) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var times []time.Time
				clock := transport.SystemClock()
				clock.Random = func() float64 { return 0 }
				limits := transport.NewLimits(clock, nil)
				chain := transport.Chain(transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
					times = append(times, time.Now())
					var told []string
					if headers != nil {
						told = headers(len(times))
					}
					return status(429, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, told...)(req)
				}), transport.Retry(clock, limits), limits.Middleware(), transport.ReadAnswer())
				start := time.Now()
				for time.Since(start) < time.Minute {
					call := newCall(post)
					call.Policy.MaxAttempts = 50
					_, _, _ = finish(chain, request(t.Context(), t, call, "{}"))
					<-time.After(time.Millisecond)
					if headers == nil {
						break
					}
				}
				for i := 1; i < len(times); i++ {
					require.GreaterOrEqual(t, times[i].Sub(times[i-1]), time.Second)
				}
			})
		})
	}
}

func TestASpentWindowIsBelievedThoughItsResetIsEarlierThanAnothers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := &script{steps: []step{
			status(200, "", rate(100, 50, 600)...), status(429, "", rate(100, 0, 599)...), status(200, "", rate(100, 99, 1500)...),
		}}
		chain := chain(base)
		for range 2 {
			_, _, err := finish(chain, request(t.Context(), t, impatient(), ""))
			require.NoError(t, err)
		}
		for range 100 {
			_, _, err := finish(chain, request(t.Context(), t, impatient(), ""))
			var spent *transport.SpentError
			require.ErrorAs(t, err, &spent)
			<-time.After(5 * time.Second)
		}
		require.Len(t, base.times, 2)
		<-time.After(101 * time.Second)
		_, _, err := finish(chain, request(t.Context(), t, impatient(), ""))
		require.NoError(t, err)
	})
}

func TestTheFirstCallHoldsTheOthersForTwoSecondsAtTheMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			mu    sync.Mutex
			times []time.Duration
			all   sync.WaitGroup
		)
		start := time.Now()
		limited := transport.NewLimits(longest(), nil).Middleware()(transport.RoundTripperFunc(
			func(req *http.Request) (*http.Response, error) {
				mu.Lock()
				times = append(times, time.Since(start))
				calls := len(times)
				mu.Unlock()
				if calls == 1 {
					<-req.Context().Done()
					return nil, req.Context().Err()
				}
				return status(200, "", rate(1000, 1000-calls, 900)...)(req)
			}))
		hanging, cancel := context.WithCancel(t.Context())
		all.Go(func() { _, _, _ = finish(limited, request(hanging, t, newCall(lookup), "")) })
		synctest.Wait()
		for i := range 20 {
			all.Go(func() {
				<-time.After(time.Duration(i) * 100 * time.Millisecond)
				_, _, err := finish(limited, request(t.Context(), t, newCall(lookup), ""))
				require.NoError(t, err)
			})
		}
		<-time.After(3 * time.Second)
		mu.Lock()
		require.Len(t, times, 21)
		require.Equal(t, 2*time.Second, times[1])
		mu.Unlock()
		cancel()
		all.Wait()
	})
}

// TestNothingIsRepeatedAtOnce has chance choose the shortest wait.
func TestNothingIsRepeatedAtOnce(t *testing.T) {
	for _, failure := range []step{failing(errReset), failing(errDial), status(503, ""), status(503, "", "Retry-After", strconv.Itoa(0))} {
		synctest.Test(t, func(t *testing.T) {
			base := &script{steps: []step{failure, failure, failure, failure, failure}}
			clock := transport.SystemClock()
			clock.Random = func() float64 { return 0 }
			limits := transport.NewLimits(clock, nil)
			chain := transport.Chain(base, transport.Retry(clock, limits), limits.Middleware(), transport.ReadAnswer())
			_, _, _ = finish(chain, request(t.Context(), t, newCall(lookup), ""))
			require.Equal(t, []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}, waits(base))
		})
	}
}
