package transport_test

import (
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

// abroad is a server with a clock of its own. It allows limit calls in each window of 15 minutes, and tells of them as
// tell has it.
type abroad struct {
	limit int
	ahead time.Duration // of this machine's clock
	tell  func(reset time.Time) time.Time

	mu           sync.Mutex
	reset        time.Time
	used         int
	served, over int
}

func (s *abroad) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now().Add(s.ahead)
	if !now.Before(s.reset) {
		s.reset, s.used = now.Add(15*time.Minute), 0
	}
	code := http.StatusOK
	if s.used == s.limit {
		code = http.StatusTooManyRequests
		s.over++
	} else {
		s.used++
		s.served++
	}
	reset := s.reset
	if s.tell != nil {
		reset = s.tell(reset)
	}
	return status(code, "{}", "Date", now.UTC().Format(http.TimeFormat), "X-Rate-Limit-Limit", strconv.Itoa(s.limit),
		"X-Rate-Limit-Remaining", strconv.Itoa(s.limit-s.used), "X-Rate-Limit-Reset", strconv.FormatInt(reset.Unix(), 10))(req)
}

// impatient is a call that waits for no window and is tried as often as it may be.
func impatient() *transport.Call {
	call := newCall(lookup)
	call.Policy.RateLimitWait = 0
	return call
}

func TestAClockThatIsOffCostsNothing(t *testing.T) {
	for _, ahead := range []time.Duration{
		0, 300 * time.Millisecond, -300 * time.Millisecond, 5 * time.Second, -5 * time.Second, 20 * time.Minute, -20 * time.Minute,
		time.Hour, -time.Hour, 48 * time.Hour, -48 * time.Hour,
	} {
		t.Run(fmt.Sprint("server ahead by ", ahead), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &abroad{limit: 10, ahead: ahead}
				chain := chain(server)
				start := time.Now()
				for time.Since(start) < time.Hour-time.Minute {
					_, _, _ = finish(chain, request(t.Context(), t, impatient(), ""))
					<-time.After(5 * time.Second)
				}
				require.Equal(t, 4*10, server.served, "each window is used up")
				require.Zero(t, server.over, "and no call is sent into a spent one")
			})
		})
	}
}

func TestACallWaitsForAResetByTheServersClock(t *testing.T) {
	for _, ahead := range []time.Duration{0, 20 * time.Minute, -48 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			server := &abroad{limit: 1, ahead: ahead}
			chain := chain(server)
			start := time.Now()
			for range 3 {
				call := newCall(lookup)
				call.Policy.RateLimitWait = 15 * time.Minute
				_, _, err := finish(chain, request(t.Context(), t, call, ""))
				require.NoError(t, err)
			}
			require.InDelta(t, 30*time.Minute, time.Since(start), float64(6*time.Second))
			require.Zero(t, server.over)
		})
	}
}

// TestNoResetLocksAnOperationForGood has servers whose resets are nonsense: a spent window is taken for spent for as
// long as its family's last, and then one call goes through.
func TestNoResetLocksAnOperationForGood(t *testing.T) {
	for name, tell := range map[string]func(time.Time) time.Time{
		"in the year 2100":   func(time.Time) time.Time { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) },
		"an hour too late":   func(reset time.Time) time.Time { return reset.Add(time.Hour) },
		"milliseconds":       func(reset time.Time) time.Time { return time.Unix(reset.UnixMilli()/10, 0) },
		"an hour too early":  func(reset time.Time) time.Time { return reset.Add(-time.Hour) },
		"a moment too early": func(reset time.Time) time.Time { return reset.Add(-3 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &abroad{limit: 10, tell: tell}
				chain := chain(server)
				start := time.Now()
				for time.Since(start) < time.Hour {
					_, _, _ = finish(chain, request(t.Context(), t, impatient(), ""))
					<-time.After(5 * time.Second)
				}
				require.GreaterOrEqual(t, server.served, 3*10)
				if tell(start).After(start) {
					require.LessOrEqual(t, server.over, 4)
				}
			})
		})
	}
}

func TestNowAndThenACallAsksWhetherAWindowIsStillSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		day := func(remaining int) []string { return family("x-app-limit-24hour", 1000, remaining, 80000) }
		answers := []step{status(200, "", day(0)...), status(429, "", day(0)...), failing(errReset), status(200, "", day(500)...)}
		chain := chain(transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			sent++
			return answers[min(sent, len(answers))-1](req)
		}))
		call := func() (int, error) {
			call := impatient()
			call.Policy.MaxAttempts = 1
			code, _, err := finish(chain, request(t.Context(), t, call, ""))
			return code, err
		}
		code, err := call()
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, code)
		var spent *transport.SpentError
		for range 10 {
			_, err = call()
			require.ErrorAs(t, err, &spent)
		}
		<-time.After(15 * time.Minute)
		code, err = call()
		require.NoError(t, err)
		require.Equal(t, http.StatusTooManyRequests, code, "it is, and for the next 15 minutes no call asks again")
		_, err = call()
		require.ErrorAs(t, err, &spent)
		<-time.After(15 * time.Minute)
		_, err = call()
		require.ErrorIs(t, err, errReset, "the question was not answered")
		for range 5 {
			code, err = call()
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, code, "the limit was lifted")
		}
		require.Equal(t, 8, sent)
	})
}
