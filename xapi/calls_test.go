package xapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// scripted returns a client whose attempts are answered by the steps, one after the other, and a count of them.
func scripted(t *testing.T, steps []roundTripper, opts ...xapi.ClientOption) (*xapi.Client, *int) {
	t.Helper()
	sent := new(int)
	base := roundTripper(func(req *http.Request) (*http.Response, error) {
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		require.Less(t, *sent, len(steps), "one attempt too many")
		*sent++
		return steps[*sent-1](req)
	})
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithHTTPClient(&http.Client{Transport: base}), xapi.WithAccessToken("token-of-a-user"),
	}, opts...)...)
	require.NoError(t, err)
	return client, sent
}

// asJSON shows a result by the names of the API, which outlive those of the types.
func asJSON(t *testing.T, result any) string {
	t.Helper()
	raw, err := json.Marshal(result)
	require.NoError(t, err)
	return string(raw)
}

func with(status int, body string, headers ...string) roundTripper {
	return func(req *http.Request) (*http.Response, error) { return answer(req, status, body, headers...), nil }
}

func failure(err error) roundTripper {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

var (
	me       = with(200, `{"data":{"id":"2244994945","name":"X","username":"x"}}`)
	reset    = failure(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET})
	dial     = failure(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED})
	overload = with(503, `{"title":"Service Unavailable","type":"about:blank","status":503}`)
)

func TestACallComesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, sent := scripted(t, []roundTripper{reset, overload, me})
		user, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Contains(t, asJSON(t, user), `"username":"x"`)
		require.Equal(t, 3, *sent)
	})
}

func TestBudgetsHoldForTheClientAndForACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, sent := scripted(t, []roundTripper{overload, overload, overload, overload, overload}, xapi.WithMaxAttempts(3))
		_, err := client.GetUsersMe(t.Context(), nil)
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		require.ErrorContains(t, err, "(3 attempts)")
		require.Equal(t, 3, *sent)
		_, err = client.GetUsersMe(t.Context(), nil, xapi.WithMaxAttempts(1))
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		_, err = client.GetUsersMe(t.Context(), nil, xapi.WithMaxElapsed(0), xapi.WithBackoff(time.Second, time.Second))
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		require.Equal(t, 5, *sent)
	})
}

func TestACancelledCallSaysHowFarItCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(t, []roundTripper{overload, me}, xapi.WithBackoff(1000*time.Hour, 1000*time.Hour), xapi.WithMaxElapsed(5000*time.Hour))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := client.GetUsersMe(ctx, nil)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		var network *xapi.NetworkError
		require.ErrorAs(t, err, &network)
		require.Equal(t, 1, network.Attempts)
		require.False(t, network.MaybeSent)
		var last *xapi.Error
		require.ErrorAs(t, network.Last, &last)
		require.Equal(t, 503, last.Status)
		require.EqualError(t, err, "getUsersMe: context canceled after 1 attempt; the last failure was: "+
			"getUsersMe: 503 Service Unavailable; the server failed: try again later")
	})
}

func TestAPostWhoseOutcomeIsUnknownIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, sent := scripted(t, []roundTripper{dial, with(429, ""), reset})
		_, err := client.CreatePosts(t.Context(), xapi.PostDraft{})
		var network *xapi.NetworkError
		require.ErrorAs(t, err, &network)
		require.Equal(t, 3, *sent, "refused twice before it was processed")
		require.True(t, network.MaybeSent)
		require.ErrorIs(t, err, syscall.ECONNRESET)
		require.ErrorIs(t, err, xapi.ErrUnavailable)
		require.ErrorContains(t, err, "look before calling again")

		client, _ = scripted(t, []roundTripper{dial}, xapi.WithMaxAttempts(1))
		_, err = client.CreatePosts(t.Context(), xapi.PostDraft{})
		require.ErrorAs(t, err, &network)
		require.False(t, network.MaybeSent)
	})
}

func TestFinalizeAsksBeforeItIsRepeated(t *testing.T) {
	const (
		done       = `{"data":{"id":"11","media_key":"7_11","size":9,"processing_info":{"state":"pending","check_after_secs":1},"yet_unknown":1}}`
		image      = `{"data":{"id":"11","media_key":"3_11","size":9}}`
		uploading  = `{"data":{"id":"11","media_key":"7_11","processing_info":{"state":"uploading"}}}`
		unknown    = `{"errors":[{"message":"BadRequest: Not found"}],"title":"Invalid Request"}`
		finalize   = "POST /2/media/upload/11/finalize"
		statusCall = "GET /2/media/upload?command=STATUS&media_id=11"
	)
	for name, test := range map[string]struct {
		status roundTripper
		sends  []string
	}{
		"processing":           {with(200, done), []string{finalize, statusCall}},
		"an image":             {with(200, image), []string{finalize, statusCall}},
		"still uploading":      {with(200, uploading), []string{finalize, statusCall, finalize}},
		"unknown":              {with(400, unknown), []string{finalize, statusCall, finalize}},
		"status not to be had": {with(403, ""), []string{finalize, statusCall, finalize}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sends []string
				noted := func(next roundTripper) roundTripper {
					return func(req *http.Request) (*http.Response, error) {
						require.Equal(t, "Bearer token-of-a-user", req.Header.Get("Authorization"))
						sends = append(sends, req.Method+" "+req.URL.RequestURI())
						return next(req)
					}
				}
				client, _ := scripted(t, []roundTripper{noted(reset), noted(test.status), noted(with(200, done))})
				finished, err := client.FinalizeMediaUpload(t.Context(), "11")
				require.NoError(t, err)
				require.Contains(t, asJSON(t, finished), `"id":"11"`)
				require.Equal(t, test.sends, sends)
			})
		})
	}
}

func TestRateLimitsCanBeSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(10 * time.Minute).Truncate(time.Second)
		headers := []string{"x-rate-limit-limit", "75", "x-rate-limit-remaining", "0", "x-rate-limit-reset", fmt.Sprint(at.Unix())}
		var told []string
		client, sent := scripted(t, []roundTripper{
			func(req *http.Request) (*http.Response, error) {
				resp, err := me(req)
				resp.Header = answer(req, 200, "", headers...).Header
				return resp, err
			},
		}, xapi.WithRateLimitFunc(func(operation string, limit xapi.RateLimit) {
			told = append(told, fmt.Sprint(operation, " ", limit.FifteenMinutes.Remaining))
		}))
		require.False(t, client.RateLimit("getUsersMe").Known())
		_, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"getUsersMe 0"}, told)
		want := xapi.RateLimit{FifteenMinutes: xapi.Window{Limit: 75, Reset: at}}
		require.Equal(t, want, client.RateLimit("getUsersMe"))

		_, err = client.GetUsersMe(t.Context(), nil)
		var limited *xapi.RateLimitError
		require.ErrorAs(t, err, &limited)
		require.ErrorIs(t, err, xapi.ErrRateLimited)
		require.Equal(t, at, limited.RetryAt)
		require.Equal(t, want, limited.RateLimit)
		require.Nil(t, limited.Err)
		require.ErrorContains(t, err, "getUsersMe: not sent: rate limit reached (15 minutes): try again at "+at.UTC().Format(time.RFC3339))
		require.Equal(t, 1, *sent)
	})
}

func TestARefusedCallSaysWhenToTryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(time.Hour).Truncate(time.Second)
		client, _ := scripted(t, []roundTripper{with(429, `{"title":"Too Many Requests","type":"about:blank"}`,
			"x-app-limit-24hour-limit", "10", "x-app-limit-24hour-remaining", "0", "x-app-limit-24hour-reset", fmt.Sprint(at.Unix()))})
		_, err := client.CreatePosts(t.Context(), xapi.PostDraft{})
		var limited *xapi.RateLimitError
		require.ErrorAs(t, err, &limited)
		require.Equal(t, at, limited.RetryAt)
		require.Equal(t, "app, 24 hours", limited.Window)
		var refused *xapi.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, 429, refused.Status)
		require.Equal(t, 10, refused.RateLimit.App24Hours.Limit)
	})
}

func TestMiddlewaresSeeEveryAttemptWithoutCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		middleware := func(name string) xapi.ClientOption {
			return xapi.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(req *http.Request) (*http.Response, error) {
					require.Empty(t, req.Header.Get("Authorization"))
					order = append(order, name)
					resp, err := next.RoundTrip(req)
					if err == nil {
						resp.Body = struct{ io.ReadCloser }{resp.Body}
					}
					return resp, err
				})
			})
		}
		cut := func(req *http.Request) (*http.Response, error) {
			resp, err := me(req)
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), brokenOff{}))
			return resp, err
		}
		client, _ := scripted(t, []roundTripper{cut, me}, middleware("outer"), middleware("inner"))
		_, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"outer", "inner", "outer", "inner"}, order)
	})
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestACutAnswerToAPostIsNoSilentSuccess(t *testing.T) {
	client, _ := scripted(t, []roundTripper{func(req *http.Request) (*http.Response, error) {
		resp := answer(req, 201, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"data":{"id":"1`), brokenOff{}))
		return resp, nil
	}})
	_, err := client.CreatePosts(t.Context(), xapi.PostDraft{})
	var network *xapi.NetworkError
	require.ErrorAs(t, err, &network)
	require.Equal(t, 201, network.Status)
	require.True(t, network.MaybeSent)
	require.ErrorContains(t, err, "the answer with status 201 broke off")
}

func TestTheCauseOfACancellationIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shutdown := errors.New("the service shuts down")
		client, _ := scripted(t, []roundTripper{overload}, xapi.WithBackoff(1000*time.Hour, 1000*time.Hour), xapi.WithMaxElapsed(5000*time.Hour))
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(shutdown) })
		_, err := client.GetUsersMe(ctx, nil)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, shutdown)
		require.ErrorIs(t, err, xapi.ErrUnavailable, "the failure before it was the server's")
		var network *xapi.NetworkError
		require.ErrorAs(t, err, &network)
	})
}

func TestEveryAttemptIsSignedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var signatures []string
		sign := func(next roundTripper) roundTripper {
			return func(req *http.Request) (*http.Response, error) {
				signatures = append(signatures, req.Header.Get("Authorization"))
				return next(req)
			}
		}
		base := []roundTripper{sign(reset), sign(overload), sign(me)}
		client, err := xapi.New(xapi.WithHTTPClient(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			return base[len(signatures)](req)
		})}), xapi.WithOAuth1(auth.OAuth1{
			ConsumerKey: auth.NewSecret("key-of-the-app"), ConsumerSecret: auth.NewSecret("secret-of-the-app"),
			Token: auth.NewSecret("token-of-the-user"), TokenSecret: auth.NewSecret("secret-of-the-user"),
		}))
		require.NoError(t, err)
		_, err = client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Len(t, signatures, 3)
		require.NotEqual(t, signatures[0], signatures[1])
		require.NotEqual(t, signatures[1], signatures[2])
	})
}

func TestAttemptsAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		client, _ := scripted(t, []roundTripper{overload, me},
			xapi.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		_, err := client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, 2, strings.Count(log.String(), "operation=getUsersMe"))
		require.NotContains(t, log.String(), "token-of-a-user")
	})
}

func TestOptionsRefuseWhatMakesNoSense(t *testing.T) {
	for name, option := range map[string]xapi.ClientOption{
		"attempts":   xapi.WithMaxAttempts(0),
		"elapsed":    xapi.WithMaxElapsed(-1),
		"backoff":    xapi.WithBackoff(2, 1),
		"rate limit": xapi.WithRateLimitWait(-1),
		"idle":       xapi.WithIdleTimeout(-1),
		"logger":     xapi.WithLogger(nil),
		"middleware": xapi.WithMiddleware(nil),
		"function":   xapi.WithRateLimitFunc(nil),
	} {
		_, err := xapi.New(option)
		require.Error(t, err, name)
	}
}

func TestTheValuesOfAListGoTogether(t *testing.T) {
	var asked url.Values
	client, _ := scripted(t, slices.Repeat([]roundTripper{func(req *http.Request) (*http.Response, error) {
		asked = req.URL.Query()
		return answer(req, 200, `{"data":[]}`), nil
	}}, 2))

	_, err := client.GetSpacesByIDs(t.Context(), &xapi.GetSpacesByIDsParams{IDs: []string{"1SLjjRYNejbKM", "1SLjjRYNejbKN"}})
	require.NoError(t, err)
	require.Equal(t, []string{"1SLjjRYNejbKM,1SLjjRYNejbKN"}, asked["ids"])
	_, err = client.GetSpacesByCreatorIDs(t.Context(), &xapi.GetSpacesByCreatorIDsParams{UserIDs: []string{"12", "783214"}})
	require.NoError(t, err)
	require.Equal(t, []string{"12,783214"}, asked["user_ids"])
}
