package xapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// streaming returns a client of a server of streams, by a clock without chance.
func streaming(t *testing.T, server *streamtest.Server, opts ...xapi.ClientOption) *xapi.Client {
	t.Helper()
	clock := transport.SystemClock()
	clock.Random = func() float64 { return 0 }
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithClock(clock), xapi.WithBearerToken("token-of-an-app"), xapi.WithHTTPClient(&http.Client{Transport: server}),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// waits are the times between attempts.
func waits(attempts []streamtest.Attempt) []time.Duration {
	var out []time.Duration
	for i := 1; i < len(attempts); i++ {
		out = append(out, attempts[i].At.Sub(attempts[i-1].At))
	}
	return out
}

func seconds(each ...float64) []time.Duration {
	var out []time.Duration
	for _, s := range each {
		out = append(out, time.Duration(s*float64(time.Second)))
	}
	return out
}

const tooMany = `{"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection limit.",` +
	`"connection_issue":"TooManyConnections","type":"https://api.x.com/2/problems/streaming-connection"}`

func TestAStreamConnectsAgainAtTheTimesThatXAsksFor(t *testing.T) {
	refused := streamtest.Refuse(403, `{"title":"Forbidden","type":"about:blank"}`)
	number := 0
	document := streamtest.Stream(func(c *streamtest.Conn) error {
		number++
		c.Send(streamtest.Post(fmt.Sprint(number)))
		return nil
	})
	heartbeat := streamtest.Lines("")
	empty := streamtest.Lines()
	broken := streamtest.Fail(syscall.ECONNRESET)
	unavailable := streamtest.Refuse(503, "")
	limited := streamtest.Refuse(429, tooMany)
	repeat := func(answer streamtest.Answer, n int) []streamtest.Answer {
		return slices.Repeat([]streamtest.Answer{answer}, n)
	}
	var linear []time.Duration
	for n := 1; n <= 66; n++ {
		linear = append(linear, min(time.Duration(n)*250*time.Millisecond, 16*time.Second))
	}
	for name, test := range map[string]struct {
		answers []streamtest.Answer
		waits   []time.Duration
	}{
		"at once after a document":                   {repeat(document, 3), seconds(0, 0, 0)},
		"at once after a heartbeat":                  {repeat(heartbeat, 3), seconds(0, 0, 0)},
		"250 ms more each time without a connection": {repeat(broken, 66), linear},
		"as without one where nothing came":          {repeat(empty, 3), seconds(.25, .5, .75)},
		"5 s, doubled up to 320, after 5xx":          {repeat(unavailable, 9), seconds(5, 10, 20, 40, 80, 160, 320, 320, 320)},
		"a minute, doubled, after 429":               {repeat(limited, 7), seconds(60, 120, 240, 480, 960, 960, 960)},
		"from the beginning after success": {
			[]streamtest.Answer{unavailable, unavailable, limited, broken, document, unavailable, limited, broken},
			seconds(5, 10, 60, .25, 0, 5, 60, .25),
		},
		"the same for a login server's and a proxy's statuses": {
			[]streamtest.Answer{streamtest.Refuse(502, "<html>"), streamtest.Refuse(408, ""), streamtest.Refuse(520, "")}, seconds(5, 10, 20),
		},
		"21 s after the last byte": {
			[]streamtest.Answer{streamtest.Stream(func(c *streamtest.Conn) error {
				c.Beat()
				_ = c.Sleep(20 * time.Second)
				c.Beat()
				return c.Sleep(time.Hour)
			})}, seconds(41),
		},
		"21 s and 250 ms where no byte came": {[]streamtest.Answer{streamtest.Hang()}, seconds(21.25)},
		"the minute of 429 after its message in a stream": {
			[]streamtest.Answer{streamtest.Lines(`{"errors":[` + tooMany + `]}`)}, seconds(60),
		},
		"at once after a message that follows a document": {
			[]streamtest.Answer{streamtest.Lines(streamtest.Post("a"), `{"errors":[{"title":"operational-disconnect"}]}`)}, seconds(0),
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := streamtest.Script(append(test.answers, refused)...)
				for _, err := range streaming(t, server).StreamPosts(t.Context(), nil) {
					if err != nil {
						require.ErrorIs(t, err, xapi.ErrForbidden)
					}
				}
				require.Equal(t, test.waits, waits(server.Attempts()))
				server.Wait()
			})
		})
	}
}

func TestAStreamWaitsForAWindowToBeRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		server := streamtest.Script(
			streamtest.Refuse(429, `{"title":"Too Many Requests","type":"about:blank","status":429}`, "x-rate-limit-limit", "50",
				"x-rate-limit-remaining", "0", "x-rate-limit-reset", strconv.FormatInt(start.Add(10*time.Minute).Unix(), 10)),
			streamtest.Refuse(401, ""))
		for _, err := range streaming(t, server).StreamPosts(t.Context(), nil) {
			require.ErrorIs(t, err, xapi.ErrUnauthorized)
		}
		require.GreaterOrEqual(t, waits(server.Attempts())[0], 10*time.Minute)
		require.Less(t, waits(server.Attempts())[0], 12*time.Minute)
	})
}

func TestAStreamEndsWithARefusalThatNoWaitChanges(t *testing.T) {
	for name, test := range map[string]struct {
		answer streamtest.Answer
		is     error
	}{
		"401":        {streamtest.Refuse(401, ""), xapi.ErrUnauthorized},
		"402":        {streamtest.Refuse(402, ""), xapi.ErrPaymentRequired},
		"403":        {streamtest.Refuse(403, ""), xapi.ErrForbidden},
		"404":        {streamtest.Refuse(404, ""), xapi.ErrNotFound},
		"400":        {streamtest.Refuse(400, ""), xapi.ErrInvalidRequest},
		"no rules":   {streamtest.Refuse(409, `{"title":"ConnectionException","connection_issue":"RuleConfigurationIssue","type":"https://api.x.com/2/problems/streaming-connection"}`), xapi.ErrConflict},
		"usage cap":  {streamtest.Refuse(429, `{"title":"UsageCapExceeded","type":"https://api.x.com/2/problems/usage-capped"}`), xapi.ErrUsageCapExceeded},
		"middleware": {streamtest.Fail(errNotAllowed), errNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := streamtest.Script(test.answer)
				var opts []xapi.ClientOption
				if errors.Is(test.is, errNotAllowed) {
					opts = append(opts, xapi.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
						return roundTripper(func(*http.Request) (*http.Response, error) { return nil, errNotAllowed })
					}))
				}
				ended := 0
				for value, err := range streaming(t, server, opts...).StreamPosts(t.Context(), nil) {
					require.Nil(t, value)
					require.ErrorIs(t, err, test.is)
					ended++
				}
				require.Equal(t, 1, ended, "an error comes once, and last")
				require.LessOrEqual(t, len(server.Attempts()), 1)
			})
		})
	}
}

var errNotAllowed = errors.New("not allowed here")
