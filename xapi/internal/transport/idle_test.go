package transport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// slowReader gives its bytes one a tick.
type slowReader struct {
	left int
	tick time.Duration
}

func (r *slowReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	<-time.After(r.tick)
	r.left--
	p[0] = 'x'
	return 1, nil
}

// stalled stands still until the attempt ends.
func stalled(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

func TestIdleNeverCutsWhatMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := newCall(lookup)
		slow := func(req *http.Request) (*http.Response, error) {
			resp, err := status(200, "")(req)
			resp.Body, resp.ContentLength = io.NopCloser(&slowReader{left: 10, tick: 50 * time.Second}), -1
			return resp, err
		}
		req := request(t.Context(), t, call, "x")
		req.Body = io.NopCloser(&slowReader{left: 100, tick: 50 * time.Second})
		start := time.Now()
		_, body, err := finish(chain(&script{steps: []step{slow}}), req)
		require.NoError(t, err)
		require.Len(t, body, 10)
		require.Equal(t, 110*50*time.Second, time.Since(start))
	})
}

func TestIdleEndsWhatStandsStill(t *testing.T) {
	stalledBody := func(req *http.Request) (*http.Response, error) {
		resp, err := status(200, "")(req)
		resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
			<-req.Context().Done()
			return 0, req.Context().Err()
		}))
		return resp, err
	}
	for name, stand := range map[string]step{"before the answer": stalled, "in the answer": stalledBody} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base := &script{steps: []step{stand, status(200, "")}}
				_, _, err := send(t.Context(), t, base, newCall(lookup), "")
				require.NoError(t, err)
				require.Equal(t, []time.Duration{time.Minute + 500*time.Millisecond}, waits(base), "it counts as a failure of the network")

				call := newCall(lookup)
				call.Policy.MaxAttempts, call.Policy.IdleTimeout = 1, 3*time.Second
				start := time.Now()
				_, _, err = send(t.Context(), t, &script{steps: []step{stand}}, call, "")
				var idle *transport.IdleTimeoutError
				require.ErrorAs(t, err, &idle)
				require.Equal(t, 3*time.Second, idle.After)
				require.Equal(t, 3*time.Second, time.Since(start))
				var timeout net.Error
				require.ErrorAs(t, err, &timeout)
				require.True(t, timeout.Timeout())
			})
		})
	}
}

// late answers after d.
func late(d time.Duration, then step) step {
	return func(req *http.Request) (*http.Response, error) {
		<-time.After(d)
		return then(req)
	}
}

// lasting sends a body of 1 MiB through the chain once, and returns how long that took.
func lasting(t *testing.T, through http.RoundTripper) time.Duration {
	t.Helper()
	call := newCall(lookup)
	call.Policy.MaxAttempts = 1
	start := time.Now()
	_, _, _ = finish(through, request(t.Context(), t, call, string(make([]byte, 1<<20))))
	return time.Since(start)
}

func TestIdleAllowsForWhatLiesInBuffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := &script{steps: []step{stalled}}
		require.Equal(t, time.Minute+16*time.Second, lasting(t, chain(base)), "1 MiB at 64 KiB a second")
	})
}

func TestIdleAllowsForWhatOthersHaveUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		through := chain(transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			_, _ = io.Copy(io.Discard, req.Body)
			return stalled(req)
		}))
		var took [4]time.Duration
		var all sync.WaitGroup
		for i := range took {
			all.Go(func() {
				<-time.After(time.Duration(i) * time.Second)
				took[i] = lasting(t, through)
			})
		}
		all.Wait()
		require.Equal(t, time.Minute+4*16*time.Second, took[0], "those that came later share the link")
		for _, each := range took[1:] {
			require.LessOrEqual(t, each, took[0])
			require.Greater(t, each, time.Minute+16*time.Second)
		}
		require.Equal(t, time.Minute+16*time.Second, lasting(t, through), "none of them is counted any more")
	})
}

func TestIdleKnowsThePaceOfTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		through := chain(&script{steps: []step{
			late(2*time.Second, status(200, "")), late(time.Second, status(403, "")), stalled, stalled,
		}})
		require.Equal(t, 2*time.Second, lasting(t, through), "512 KiB a second")
		require.Equal(t, time.Second, lasting(t, through), "a refusal tells nothing: the body may not have been read")
		require.Equal(t, time.Minute+8*time.Second, lasting(t, through), "a fourth of the pace is enough")
		require.Equal(t, time.Minute+16*time.Second, lasting(t, through), "the pace did not hold, so that it is unknown again")
	})
}

func TestIdleSeesABodyThatIsSentAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tick, ticks = 50 * time.Second, 10
		slow := func() (io.ReadCloser, error) { return io.NopCloser(&slowReader{left: ticks, tick: tick}), nil }
		rewinds := func(req *http.Request) (*http.Response, error) {
			body, err := req.GetBody()
			require.NoError(t, err)
			if _, err := io.Copy(io.Discard, body); err != nil {
				return nil, err
			}
			if err := req.Context().Err(); err != nil {
				return nil, err
			}
			return status(200, "")(req)
		}
		req := request(t.Context(), t, newCall(lookup), "x")
		req.Body, _ = slow()
		req.GetBody = slow
		_, _, err := finish(chain(&script{steps: []step{rewinds}}), req)
		require.NoError(t, err)
	})
}

func TestIdleCountsTheReadsOfAStreamAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, writer := io.Pipe()
		ended := make(chan struct{})
		base := func(req *http.Request) (*http.Response, error) {
			context.AfterFunc(req.Context(), func() {
				_ = writer.CloseWithError(context.Cause(req.Context()))
				close(ended)
			})
			resp, err := status(200, "")(req)
			resp.Body, resp.ContentLength = reader, -1
			return resp, err
		}
		resp, err := chain(&script{steps: []step{base}}).RoundTrip(request(t.Context(), t, newCall(stream), ""))
		require.NoError(t, err)
		<-time.After(time.Hour)
		go func() { _, _ = writer.Write([]byte("a")) }()
		first := make([]byte, 1)
		_, err = io.ReadFull(resp.Body, first)
		require.NoError(t, err, "a reader may take its time")

		start := time.Now()
		_, err = resp.Body.Read(first)
		var idle *transport.IdleTimeoutError
		require.ErrorAs(t, err, &idle)
		require.Equal(t, time.Minute, time.Since(start))
		require.NoError(t, resp.Body.Close())
		<-ended
	})
}

func TestClosingAStreamEndsTheAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		base := func(req *http.Request) (*http.Response, error) {
			context.AfterFunc(req.Context(), func() { close(ended) })
			return status(200, "never read")(req)
		}
		resp, err := chain(&script{steps: []step{base}}).RoundTrip(request(t.Context(), t, newCall(stream), ""))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		<-ended
	})
}

func TestObserveWarnsOfEveryAnswerThatIsAnError(t *testing.T) {
	for code, level := range map[int]string{200: "DEBUG", 304: "DEBUG", 399: "DEBUG", 400: "WARN", 404: "WARN", 500: "WARN"} {
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		observed := transport.Chain(&script{steps: []step{status(code, "")}}, transport.Observe(logger, longest()))
		_, _, err := finish(observed, request(t.Context(), t, newCall(lookup), ""))
		require.NoError(t, err)
		require.Contains(t, log.String(), "level="+level, "%d", code)
	}
}

func TestObserveLogsEachAttemptWithoutSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		call := newCall(lookup)
		call.Redactor.Know("canary-4711")
		base := &script{steps: []step{
			failing(errors.New("proxy says: Authorization: Bearer canary-4711")),
			status(503, "canary-4711", "x-transaction-id", "a1b2"), broken(200, "canary-4711"),
			status(200, "canary-4711", "x-transaction-id", "c3d4"),
		}}
		limits := transport.NewLimits(longest(), logger)
		full := transport.Chain(base, transport.Retry(longest(), limits), limits.Middleware(),
			transport.Observe(logger, longest()), transport.ReadAnswer())
		_, _, err := finish(full, request(t.Context(), t, call, "canary-4711"))
		require.NoError(t, err)
		require.NotContains(t, log.String(), "canary")
		lines := bytes.Split(bytes.TrimSpace(log.Bytes()), []byte("\n"))
		require.Len(t, lines, 4)
		require.Regexp(t, `level=WARN .*operation=getMediaByMediaKey attempt=1 duration=0s error=".*REDACTED"`, string(lines[0]))
		require.Regexp(t, `level=WARN .*attempt=2 duration=0s status=503 request_id=a1b2`, string(lines[1]))
		require.Regexp(t, `level=WARN .*attempt=3 .*status=200 .*error="unexpected EOF"`, string(lines[2]))
		require.Regexp(t, `level=DEBUG .*attempt=4 .*status=200 request_id=c3d4`, string(lines[3]))
	})
}
