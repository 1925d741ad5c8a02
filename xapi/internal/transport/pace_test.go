package transport_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// carried sends a body of n bytes through the chain once, which is answered after d.
func carried(t *testing.T, n int, d time.Duration) (through http.RoundTripper) {
	t.Helper()
	through = chain(&script{steps: []step{late(d, status(200, "")), stalled, stalled}})
	_, _, err := finish(through, request(t.Context(), t, newCall(lookup), string(make([]byte, n))))
	require.NoError(t, err)
	return through
}

func TestOnlyABodyThatIsLargeTellsThePace(t *testing.T) {
	const unknown = time.Minute + 16*time.Second
	for name, test := range map[string]struct {
		size int
		took time.Duration
		left time.Duration
	}{
		"a small body":          {64<<10 - 1, time.Second, unknown},
		"the least that counts": {64 << 10, 250 * time.Millisecond, unknown}, // as fast as a link of which nothing is known
		"twice as fast":         {64 << 10, 125 * time.Millisecond, time.Minute + 8*time.Second},
		"no time at all":        {1 << 20, 0, unknown},
		"very slow":             {64 << 10, 50 * time.Second, time.Minute + 128*time.Second}, // 8 KiB a second are the least for one
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				require.Equal(t, test.left, lasting(t, carried(t, test.size, test.took)))
			})
		})
	}
}

func TestThePaceIsThatOfAllOfABody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		through := chain(&script{steps: []step{late(2*time.Second, status(200, "")), stalled}})
		pause := readerFunc(func([]byte) (int, error) {
			<-time.After(2 * time.Second)
			return 0, io.EOF
		})
		half := make([]byte, 512<<10)
		req := request(t.Context(), t, newCall(lookup), "x")
		req.Body = io.NopCloser(io.MultiReader(bytes.NewReader(half), pause, bytes.NewReader(half)))
		_, _, err := finish(through, req)
		require.NoError(t, err)
		require.Equal(t, time.Minute+16*time.Second, lasting(t, through), "1 MiB in 4 seconds since its first byte")
	})
}

func TestThePaceFollowsWhatIsFasterByAndBy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		through := chain(&script{steps: []step{
			late(4*time.Second, status(200, "")), late(500*time.Millisecond, status(200, "")), late(8*time.Second, status(200, "")), stalled,
		}})
		for range 3 {
			_ = lasting(t, through)
		}
		require.Equal(t, time.Minute+32*time.Second, lasting(t, through), "and what is slower at once")

		through = chain(&script{steps: []step{late(4*time.Second, status(200, "")), late(500*time.Millisecond, status(200, "")), stalled}})
		for range 2 {
			_ = lasting(t, through)
		}
		// 256 KiB a second and an eighth of the way to 2 MiB.
		require.InDelta(t, (time.Minute + 8533*time.Millisecond).Seconds(), lasting(t, through).Seconds(), 0.1)
	})
}

func TestACallWithoutABodyDoesNotWaitBehindThoseOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		through := chain(transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			if req.Body != nil {
				_, _ = io.Copy(io.Discard, req.Body)
			}
			return stalled(req)
		}))
		var all sync.WaitGroup
		all.Go(func() { lasting(t, through) })
		synctest.Wait()
		call := newCall(stream)
		call.Policy.MaxAttempts = 1
		start := time.Now()
		_, _, err := finish(through, request(t.Context(), t, call, ""))
		require.Error(t, err)
		require.Equal(t, time.Minute, time.Since(start))
		all.Wait()
	})
}

func TestABodyThatIsSentAnewCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rewinds := func(req *http.Request) (*http.Response, error) {
			body, err := req.GetBody()
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, body)
			require.NoError(t, err)
			return status(403, "")(req)
		}
		through := chain(&script{steps: []step{rewinds, stalled}})
		_ = lasting(t, through)
		require.Equal(t, time.Minute+16*time.Second, lasting(t, through), "nothing of it is under way any more")
	})
}

func TestAnAttemptMayStandStillForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := newCall(lookup)
		call.Policy.IdleTimeout = 0
		patient := func(req *http.Request) (*http.Response, error) {
			select {
			case <-time.After(time.Hour):
				return status(200, "")(req)
			case <-req.Context().Done():
				return nil, req.Context().Err()
			}
		}
		_, _, err := send(t.Context(), t, &script{steps: []step{patient}}, call, "")
		require.NoError(t, err)
	})
}

func TestANetworkThatFailsIsNotBlamedOnABodyThatFailedToo(t *testing.T) {
	failed := errors.New("the file is gone")
	base := transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
		_, err := io.Copy(io.Discard, req.Body)
		require.ErrorIs(t, err, failed)
		return nil, errReset
	})
	call := newCall(post)
	req := request(t.Context(), t, call, "x")
	req.Body = io.NopCloser(readerFunc(func([]byte) (int, error) { return 0, failed }))
	_, _, err := finish(chain(base), req)
	require.ErrorIs(t, err, errReset)
	var source *transport.BodyError
	require.NotErrorAs(t, err, &source)
}

// TestWhatIsNoCallOfTheAPIIsPassedOn has a request without a call go through everything: those of logins use the same client.
func TestWhatIsNoCallOfTheAPIIsPassedOn(t *testing.T) {
	for name, answer := range map[string]step{
		"an answer": status(200, "hello"), "an error": status(503, "hello"), "a 429": status(429, "hello", "retry-after", "1"),
	} {
		t.Run(name, func(t *testing.T) {
			base := &script{steps: []step{answer}}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.x.com/2/oauth2/token", bytes.NewReader([]byte("grant")))
			require.NoError(t, err)
			_, body, err := finish(chain(base), req)
			require.NoError(t, err)
			require.Equal(t, "hello", body)
			require.Equal(t, []string{"grant"}, base.bodies, "once")
		})
	}
}

// TestATransportOfTheCallersOwnIsHeldToItsContract has base transports that break it.
func TestATransportOfTheCallersOwnIsHeldToItsContract(t *testing.T) {
	through := func(resp *http.Response, err error) http.RoundTripper {
		return transport.NewLanes(&script{steps: []step{func(*http.Request) (*http.Response, error) { return resp, err }}})
	}
	_, _, err := finish(through(nil, nil), request(t.Context(), t, newCall(lookup), ""))
	require.ErrorContains(t, err, "neither an answer nor an error")

	code, body, err := finish(through(&http.Response{StatusCode: http.StatusNoContent}, nil), request(t.Context(), t, newCall(lookup), ""))
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, code)
	require.Empty(t, body)

	closed := make(closes, 1)
	_, _, err = finish(through(&http.Response{Body: closed}, errReset), request(t.Context(), t, newCall(lookup), ""))
	require.ErrorIs(t, err, errReset)
	require.Len(t, closed, 1, "the body of an answer that nobody gets is closed")

	resp, err := through(&http.Response{StatusCode: http.StatusOK}, nil).RoundTrip(request(t.Context(), t, newCall(lookup), ""))
	require.NoError(t, err)
	require.NotNil(t, resp.Header)
	require.NoError(t, resp.Body.Close())
}

// closes is a body that says when it was closed.
type closes chan struct{}

func (closes) Read([]byte) (int, error) { return 0, io.EOF }

func (c closes) Close() error {
	c <- struct{}{}
	return nil
}
