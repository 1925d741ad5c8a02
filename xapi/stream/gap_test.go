package stream_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// outage is a stream that gives a post, is away for as long, and comes back.
func outage(away time.Duration, back streamtest.Answer) *streamtest.Server {
	var ended time.Time
	return streamtest.New(func(a streamtest.Attempt) streamtest.Answer {
		switch {
		case a.Number == 1:
			ended = a.At
			return streamtest.Lines(streamtest.Post("1"))
		case a.At.Sub(ended) < away:
			return streamtest.Refuse(http.StatusServiceUnavailable, "")
		case a.Query.Get("start_time") == "" && back != nil:
			answer := back
			back = nil
			return answer
		}
		return refused
	})
}

func TestABackfillIsAsLongAsTheGap(t *testing.T) {
	for _, away := range []time.Duration{0, 20 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, time.Hour} {
		t.Run(fmt.Sprint(away), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := outage(away, streamtest.Lines(streamtest.Post("2")))
				got := posts(t, server)
				require.Equal(t, []string{"1", "2"}, got.ids)
				attempts := server.Attempts()
				back := attempts[len(attempts)-2]
				// X may be 10 seconds behind, and counts whole minutes, up to 5.
				want := min(math.Ceil((back.At.Sub(attempts[0].At) + 10*time.Second).Minutes()), 5)
				require.Equal(t, fmt.Sprint(want), back.Query.Get("backfill_minutes"))
				require.Empty(t, attempts[0].Query.Get("backfill_minutes"), "nothing is missing before the first")
				filled := got.of(stream.Backfilling)[0]
				require.Equal(t, back.At, filled.To)
				gaps := got.of(stream.Gap)
				since := attempts[0].At.Add(-10 * time.Second)
				if missing := back.At.Sub(since) - 5*time.Minute; missing > 0 {
					require.Len(t, gaps, 1)
					require.Equal(t, since, gaps[0].From)
					require.Equal(t, missing, gaps[0].To.Sub(gaps[0].From))
					require.Equal(t, gaps[0].To, filled.From)
				} else {
					require.Empty(t, gaps)
					require.Equal(t, since, filled.From)
				}
			})
		})
	}
}

func TestWithoutABackfillEveryGapIsTold(t *testing.T) {
	forbidden := `{"title":"Client Forbidden","reason":"client-not-enrolled","detail":"backfill_minutes is not available","type":"https://api.x.com/2/problems/client-forbidden"}`
	for name, test := range map[string]struct {
		answers []streamtest.Answer
		opts    []stream.Option
		asked   []string
		refused int
	}{
		"an app that may have none is refused it once": {[]streamtest.Answer{
			streamtest.Lines(streamtest.Post("1")), streamtest.Refuse(403, forbidden), streamtest.Lines(streamtest.Post("2")), streamtest.Lines(streamtest.Post("3")), refused,
		}, nil, []string{"", "1", "", "", ""}, 1},
		"also by a 400": {[]streamtest.Answer{
			streamtest.Lines(streamtest.Post("1")), streamtest.Refuse(400, ""), streamtest.Lines(streamtest.Post("2")), streamtest.Lines(streamtest.Post("3")), refused,
		}, nil, []string{"", "1", "", "", ""}, 1},
		"an app that wants none asks for none": {[]streamtest.Answer{
			streamtest.Lines(streamtest.Post("1")), streamtest.Lines(streamtest.Post("2")), streamtest.Lines(streamtest.Post("3")), refused,
		}, []stream.Option{stream.WithoutBackfill()}, []string{"", "", "", ""}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := streamtest.Script(test.answers...)
				got := posts(t, server, test.opts...)
				require.Equal(t, []string{"1", "2", "3"}, got.ids)
				var asked []string
				for _, attempt := range server.Attempts() {
					asked = append(asked, attempt.Query.Get("backfill_minutes"))
				}
				require.Equal(t, test.asked, asked)
				require.Len(t, got.of(stream.BackfillRefused), test.refused)
				require.Empty(t, got.of(stream.Backfilling))
			})
		})
	}
	t.Run("from what came last to the next connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			got := posts(t, streamtest.Script(
				streamtest.Stream(func(c *streamtest.Conn) error {
					c.Send(streamtest.Post("1"))
					_ = c.Sleep(15 * time.Second)
					c.Beat()
					return c.Sleep(time.Hour)
				}),
				streamtest.Lines(streamtest.Post("2")), refused,
			), stream.WithoutBackfill())
			gaps := got.of(stream.Gap)
			require.Len(t, gaps, 1)
			require.Equal(t, start.Add(5*time.Second), gaps[0].From, "what was made before had come")
			require.Equal(t, start.Add(36*time.Second), gaps[0].To)
		})
	})
}

func TestWhatNoBackfillCoversIsRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		server := outage(time.Hour, streamtest.Stream(func(c *streamtest.Conn) error {
			c.Send(streamtest.Post("live"))
			_ = c.Sleep(time.Minute)
			return nil
		}))
		replays := 0
		answering := streamtest.New(func(a streamtest.Attempt) streamtest.Answer {
			if a.Query.Get("start_time") == "" {
				return func(_ *streamtest.Server, req *http.Request) (*http.Response, error) { return server.RoundTrip(req) }
			}
			require.Equal(t, start.Add(-10*time.Second).UTC().Format(time.RFC3339), a.Query.Get("start_time"))
			require.Empty(t, a.Query.Get("backfill_minutes"))
			switch replays++; replays {
			case 1:
				return streamtest.Refuse(503, "")
			case 2:
				return streamtest.Stream(func(c *streamtest.Conn) error {
					c.Write(streamtest.Post("missed 1") + "\r\n" + `{"data"`)
					return nil
				})
			}
			return streamtest.Lines(streamtest.Post("missed 1"), streamtest.Post("missed 2"))
		})
		got := posts(t, answering, stream.WithRecovery())
		require.Equal(t, []string{"1", "live", "missed 1", "missed 2"}, got.ids)
		require.Len(t, got.of(stream.Gap), 1)
		recovered := got.of(stream.Recovered)
		require.Len(t, recovered, 1)
		require.Equal(t, got.of(stream.Gap)[0].From, recovered[0].From)
		require.Equal(t, got.of(stream.Gap)[0].To, recovered[0].To)
		require.Equal(t, 3, replays)
	})
	t.Run("or told not to be", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := posts(t, outage(time.Hour, streamtest.Stream(func(c *streamtest.Conn) error { return c.Sleep(20 * time.Second) })), stream.WithRecovery())
			failed := got.of(stream.RecoveryFailed)
			require.Len(t, failed, 1)
			require.ErrorIs(t, failed[0].Err, xapi.ErrForbidden)
		})
	})
}

func TestAReplayEndsAndGoesOnWhereItBrokeOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		from, to := start.Add(-2*time.Hour), start.Add(-time.Hour)
		made := ids(from, 1000)
		server := streamtest.Script(
			streamtest.Stream(func(c *streamtest.Conn) error {
				for _, id := range made[:500] {
					c.Send(streamtest.Post(id))
				}
				return http.ErrAbortHandler
			}),
			streamtest.Stream(func(c *streamtest.Conn) error {
				for _, id := range made[430:] {
					c.Send(streamtest.Post(id))
				}
				return nil
			}),
		)
		var got []string
		params := &xapi.StreamPostsParams{StartTime: from, EndTime: to}
		for post, err := range newClient(t, server).StreamPosts(t.Context(), params) {
			require.NoError(t, err)
			got = append(got, post.Data.ID)
		}
		require.Equal(t, made, got)
		attempts := server.Attempts()
		require.Len(t, attempts, 2)
		require.Equal(t, from.UTC().Format(time.RFC3339), attempts[0].Query.Get("start_time"))
		again, err := time.Parse(time.RFC3339, attempts[1].Query.Get("start_time"))
		require.NoError(t, err)
		require.WithinRange(t, again, from, from.Add(440*time.Second))
		require.Equal(t, to.UTC().Format(time.RFC3339), attempts[1].Query.Get("end_time"))
	})
}

func TestAStreamThatBeganInThePastGoesOnFromItsGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		server := streamtest.Script(
			streamtest.Stream(func(c *streamtest.Conn) error {
				c.Send(streamtest.Post("1"))
				return c.Sleep(10 * time.Hour)
			}),
			streamtest.Refuse(503, ""), streamtest.Lines(streamtest.Post("2")), refused,
		)
		got := new(run)
		for post, err := range stream.New(newClient(t, server).StreamPosts, &xapi.StreamPostsParams{StartTime: start.Add(-time.Hour)},
			stream.WithNotices(func(n stream.Notice) { got.notices = append(got.notices, n) })).All(t.Context()) {
			if err == nil {
				got.ids = append(got.ids, post.Data.ID)
			}
		}
		require.Equal(t, []string{"1", "2"}, got.ids)
		back := server.Attempts()[2]
		require.Equal(t, start.Add(-10*time.Second).UTC().Format(time.RFC3339), back.Query.Get("start_time"))
		require.Empty(t, back.Query.Get("backfill_minutes"))
		require.Empty(t, got.of(stream.Gap))
		require.Equal(t, start.Add(-10*time.Second), got.of(stream.Backfilling)[0].From)
	})
}

func TestDoublesAreToldByTheLatestIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := func(from, to int) (out []string) {
			for n := from; n < to; n++ {
				out = append(out, streamtest.Post(fmt.Sprint(n)))
			}
			return out
		}
		script := func() *streamtest.Server {
			return streamtest.Script(streamtest.Lines(lines(0, 100)...), streamtest.Lines(lines(50, 150)...), refused)
		}
		require.Len(t, posts(t, script()).ids, 150)
		require.Len(t, posts(t, script(), stream.WithWindow(50)).ids, 150)
		require.Len(t, posts(t, script(), stream.WithWindow(0)).ids, 200)
		require.Greater(t, len(posts(t, script(), stream.WithWindow(10)).ids), 150)
	})
}

// polite is a connection whose server ends it in due form when the client gives it up.
type polite struct {
	io.Reader

	ctx context.Context //nolint:containedctx // it is the request's
}

func (p polite) Read(into []byte) (int, error) {
	if n, err := p.Reader.Read(into); err == nil {
		return n, nil
	}
	<-p.ctx.Done()
	return 0, io.EOF
}

func TestAReplayThatFallsSilentIsNotOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		attempts := 0
		server := roundTripper(func(req *http.Request) (*http.Response, error) {
			if attempts++; attempts == 1 {
				return answer(req, http.StatusOK, polite{strings.NewReader(streamtest.Post("1") + "\r\n"), req.Context()}), nil
			}
			return answer(req, http.StatusOK, strings.NewReader(streamtest.Post("1")+"\r\n"+streamtest.Post("2")+"\r\n")), nil
		})
		var got []string
		for post, err := range newClient(t, server).StreamPosts(t.Context(), &xapi.StreamPostsParams{StartTime: start.Add(-2 * time.Hour), EndTime: start.Add(-time.Hour)}) {
			require.NoError(t, err)
			got = append(got, post.Data.ID)
		}
		require.Equal(t, []string{"1", "2"}, got)
	})
}
