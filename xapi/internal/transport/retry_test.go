package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

func TestRetryDependsOnTheOperationAndTheFailure(t *testing.T) {
	done := status(http.StatusOK, `{}`)
	for name, test := range map[string]struct {
		op      *transport.Operation
		failure step
		repeats bool
	}{
		"lookup, connection reset":         {lookup, failing(errReset), true},
		"lookup, connection refused":       {lookup, failing(errDial), true},
		"lookup, end of file":              {lookup, failing(io.EOF), true},
		"lookup, answer broken off":        {lookup, broken(200, `{"data`), true},
		"lookup, error broken off":         {lookup, broken(400, `{"title`), true},
		"lookup, 408":                      {lookup, status(408, ""), true},
		"lookup, 425":                      {lookup, status(425, ""), true},
		"lookup, 429":                      {lookup, status(429, ""), true},
		"lookup, 500":                      {lookup, status(500, ""), true},
		"lookup, 502":                      {lookup, status(502, ""), true},
		"lookup, 503":                      {lookup, status(503, ""), true},
		"lookup, 504":                      {lookup, status(504, ""), true},
		"lookup, 520":                      {lookup, status(520, "<html>"), true},
		"lookup, 524":                      {lookup, status(524, ""), true},
		"lookup, 400":                      {lookup, status(400, ""), false},
		"lookup, 401":                      {lookup, status(401, ""), false},
		"lookup, 403":                      {lookup, status(403, ""), false},
		"lookup, 404":                      {lookup, status(404, ""), false},
		"lookup, 501":                      {lookup, status(501, ""), false},
		"lookup, 525":                      {lookup, status(525, ""), false},
		"post, connection refused":         {post, failing(errDial), true},
		"post, 429":                        {post, status(429, ""), true},
		"post, connection reset":           {post, failing(errReset), false},
		"post, answer broken off":          {post, broken(201, `{"data`), false},
		"post, 408":                        {post, status(408, ""), false},
		"post, 500":                        {post, status(500, ""), false},
		"post, 503":                        {post, status(503, ""), false},
		"post, 520":                        {post, status(520, ""), false},
		"lookup, usage cap":                {lookup, status(429, `{"title":"UsageCapExceeded"}`), false},
		"lookup, too many connections":     {lookup, status(429, `{"connection_issue":"TooManyConnections"}`), false},
		"lookup, 429 with calls remaining": {lookup, status(429, "", rate(300, 12, 900)...), false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base := &script{steps: []step{test.failure, done}}
				call := newCall(test.op)
				code, _, err := send(t.Context(), t, base, call, `{"text":"hello"}`)
				if !test.repeats {
					require.Len(t, base.times, 1)
					require.Equal(t, 1, call.Attempts)
					return
				}
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, code)
				require.Equal(t, []string{`{"text":"hello"}`, `{"text":"hello"}`}, base.bodies)
				require.Equal(t, 2, call.Attempts)
			})
		})
	}
}

func TestRetryKeepsTheStatusOfAPostWhoseAnswerBrokeOff(t *testing.T) {
	call := newCall(post)
	code, body, err := send(t.Context(), t, &script{steps: []step{broken(201, `{"da`)}}, call, `{}`)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, http.StatusCreated, code)
	require.Equal(t, `{"da`, body)
	require.True(t, call.Unknown)
}

func TestRetryWaitsLongerEachTimeAndEndsWithTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unavailable := status(503, "down")
		base := &script{steps: []step{unavailable, unavailable, unavailable, unavailable, unavailable, unavailable}}
		code, body, err := send(t.Context(), t, base, newCall(lookup), "")
		require.NoError(t, err)
		require.Equal(t, http.StatusServiceUnavailable, code, "the last answer is what the caller gets")
		require.Equal(t, "down", body)
		require.Equal(t, []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}, waits(base))
	})
}

func TestRetryKeepsToTheLongestWaitHoweverOftenItRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := &script{}
		for range 70 {
			base.steps = append(base.steps, failing(errReset))
		}
		call := newCall(lookup)
		call.Policy.MaxAttempts, call.Policy.MaxElapsed = len(base.steps), 24*time.Hour
		call.Policy.FirstDelay = 10 * time.Second
		_, _, err := send(t.Context(), t, base, call, "")
		require.ErrorIs(t, err, errReset)
		waited := waits(base)
		require.Equal(t, 10*time.Second, waited[0])
		for _, wait := range waited[1:] {
			require.Equal(t, 20*time.Second, wait)
		}
	})
}

func TestRetryStaysWithinTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := &script{steps: []step{failing(errReset), failing(errReset), failing(errReset), failing(errReset)}}
		call := newCall(lookup)
		call.Policy.MaxElapsed = 1700 * time.Millisecond
		start := time.Now()
		_, _, err := send(t.Context(), t, base, call, "")
		require.ErrorIs(t, err, errReset)
		require.Len(t, base.times, 3)
		require.Equal(t, 1500*time.Millisecond, time.Since(start), "no wait that leads nowhere")
	})
}

func TestRetryDoesNotWaitPastTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
		defer cancel()
		start := time.Now()
		code, _, err := send(ctx, t, &script{steps: []step{status(502, "")}}, newCall(lookup), "")
		require.NoError(t, err)
		require.Equal(t, http.StatusBadGateway, code)
		require.Zero(t, time.Since(start))
	})
}

func TestRetryEndsAtOnceWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(700*time.Millisecond, cancel)
		call := newCall(lookup)
		start := time.Now()
		_, _, err := send(ctx, t, &script{steps: []step{failing(errReset), status(503, "down"), status(200, "")}}, call, "")
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 700*time.Millisecond, time.Since(start))
		require.Equal(t, 2, call.Attempts)
		require.Equal(t, http.StatusServiceUnavailable, call.Refused.StatusCode, "the last failure is kept")
	})
}

func TestRetryLeavesABodyThatCannotBeReadAgain(t *testing.T) {
	base := &script{steps: []step{status(503, ""), status(200, "")}}
	req := request(t.Context(), t, newCall(lookup), "once")
	req.GetBody = nil
	code, _, err := finish(chain(base), req)
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.Len(t, base.times, 1)
}

func TestRetryHeedsRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(40 * time.Second).UTC().Format(http.TimeFormat)
		base := &script{steps: []step{
			status(503, "", "Retry-After", "7"), status(503, "", "Retry-After", at), status(503, "", "Retry-After", "soon"), status(200, ""),
		}}
		_, _, err := send(t.Context(), t, base, newCall(lookup), "")
		require.NoError(t, err)
		require.Equal(t, []time.Duration{7 * time.Second, 33 * time.Second, 2 * time.Second}, waits(base))
	})
}

func TestRetryAsksWhatBecameOfAnUnknownOutcome(t *testing.T) {
	finalize := &transport.Operation{ID: "finalizeMediaUpload", Method: "POST", Repeatable: true}
	for name, test := range map[string]struct {
		failure step
		asked   bool
	}{
		"lost answer": {failing(errReset), true},
		"5xx":         {status(504, ""), true},
		"broken off":  {broken(200, "{"), true},
		"never sent":  {failing(errDial), false},
		"refused":     {status(429, ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				call := newCall(finalize)
				call.Resolve = func(context.Context) *http.Response {
					if asked++; asked == 1 {
						return nil
					}
					resp, _ := status(200, "resolved")(nil)
					return resp
				}
				base := &script{steps: []step{test.failure, test.failure, status(200, "sent again")}}
				_, body, err := send(t.Context(), t, base, call, "{}")
				require.NoError(t, err)
				if test.asked {
					require.Equal(t, "resolved", body)
					require.Len(t, base.times, 2, "the first time it was sent again")
				} else {
					require.Equal(t, "sent again", body)
					require.Zero(t, asked)
				}
			})
		})
	}
}

func TestRetryBlamesNotTheNetworkForTheBodysSource(t *testing.T) {
	gone := errors.New("the file is gone")
	base := &script{steps: []step{status(200, "")}}
	req := request(t.Context(), t, newCall(lookup), "x")
	req.Body = io.NopCloser(io.MultiReader(strings.NewReader("x"), readerFunc(func([]byte) (int, error) { return 0, gone })))
	_, _, err := finish(chain(base), req)
	var source *transport.BodyError
	require.ErrorAs(t, err, &source)
	require.ErrorIs(t, err, gone)
	require.Len(t, base.times, 1)
}

func TestRetryLeavesTheErrorsOfOtherMiddlewaresAlone(t *testing.T) {
	refusal := errors.New("no credentials")
	sent := 0
	limits := transport.NewLimits(longest(), nil)
	guard := transport.RoundTripperFunc(func(*http.Request) (*http.Response, error) {
		sent++
		return nil, refusal
	})
	_, _, err := finish(transport.Retry(longest(), limits)(guard), request(t.Context(), t, newCall(lookup), ""))
	require.ErrorIs(t, err, refusal)
	require.Equal(t, 1, sent)
}

func TestAnswersAreBounded(t *testing.T) {
	code, body, err := send(t.Context(), t, &script{steps: []step{status(400, strings.Repeat("x", 1<<20))}}, newCall(post), "")
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, code)
	require.Len(t, body, 64<<10)

	endless := func(req *http.Request) (*http.Response, error) {
		resp, err := status(200, "")(req)
		resp.Body, resp.ContentLength = io.NopCloser(readerFunc(func(p []byte) (int, error) { return len(p), nil })), -1
		return resp, err
	}
	_, _, err = send(t.Context(), t, &script{steps: []step{endless}}, newCall(lookup), "")
	require.ErrorContains(t, err, "larger than 64 MiB")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// waits returns the times between the attempts.
func waits(base *script) []time.Duration {
	var between []time.Duration
	for i := 1; i < len(base.times); i++ {
		between = append(between, base.times[i].Sub(base.times[i-1]))
	}
	return between
}
