package stream_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

func TestWhatCameWholeIsGivenOnceAndInOrder(t *testing.T) {
	long := `{"data":{"id":"5","text":"` + strings.Repeat("a", 1<<20) + `"}}`
	for name, decoders := range map[string]int{"one decoder": 1, "eight": 8} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := posts(t, streamtest.Script(
					streamtest.Stream(func(c *streamtest.Conn) error {
						c.Write("\r\n" + streamtest.Post("1") + "\n\n" + streamtest.Post("2")[:20])
						_ = c.Sleep(time.Second)
						c.Write(streamtest.Post("2")[20:] + "\r\n" + streamtest.Post("3")[:25])
						return syscall.ECONNRESET
					}),
					streamtest.Lines(streamtest.Post("2"), streamtest.Post("3"), streamtest.Post("2"), streamtest.Post("4"), long),
					streamtest.Stream(func(c *streamtest.Conn) error {
						c.Write(streamtest.Post("6")) // whole, though the line does not end
						return nil
					}),
					refused,
				), stream.WithDecoders(decoders))
				require.Equal(t, []string{"1", "2", "3", "4", "5", "6"}, got.ids)
				require.Equal(t, streamtest.Post("2"), got.raw[1])
				require.Len(t, got.raw[4], len(long))
				require.ErrorIs(t, got.err, xapi.ErrForbidden)
				cut := got.of(stream.Disconnected)[0]
				require.ErrorIs(t, cut.Err, syscall.ECONNRESET)
				require.Equal(t, streamtest.Post("3")[:25], string(cut.Raw))
				require.EqualValues(t, 6, got.stats.Documents)
				require.EqualValues(t, 2, got.stats.Duplicates)
				require.EqualValues(t, 2, got.stats.Heartbeats)
				require.EqualValues(t, 3, got.stats.Connections)
			})
		})
	}
}

func TestBothSpellingsAreReadAlike(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := streamtest.Script(streamtest.Lines(
			`{"data":{"id":"1","text":"a","edit_history_tweet_ids":["1"],"referenced_tweets":[{"type":"quoted","id":"9"}]},"includes":{"tweets":[{"id":"9","text":"b"}]}}`,
			`{"data":{"id":"2","text":"a","edit_history_post_ids":["2"],"referenced_posts":[{"type":"quoted","id":"9"}]},"includes":{"posts":[{"id":"9","text":"b"}]}}`,
		), refused)
		var got []*xapi.StreamPostsResult
		for result, err := range newClient(t, server).StreamPosts(t.Context(), nil) {
			if err == nil {
				got = append(got, result)
			}
		}
		require.Len(t, got, 2)
		for i, id := range []string{"1", "2"} {
			require.Equal(t, []string{id}, got[i].Data.EditHistoryPostIDs)
			require.Equal(t, "9", got[i].Data.ReferencedPosts[0].ID)
			require.Equal(t, "b", got[i].Includes.Posts[0].Text)
		}
	})
}

func TestALineThatIsNoDocumentIsToldAndPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := []string{`{"data":`, `[1]`, `hello`, `{"data":[]}`, `{"data":{"id":"2","text":"` + strings.Repeat("b", 3000) + `"}}`}
		lines := append([]string{streamtest.Post("1")}, broken...)
		got := posts(t, streamtest.Script(streamtest.Lines(append(lines, streamtest.Post("3"))...), refused), stream.WithMaxLine(2000))
		require.Equal(t, []string{"1", "3"}, got.ids)
		told := map[string]error{}
		for _, notice := range got.of(stream.Broken) {
			told[string(notice.Raw)] = notice.Err
		}
		require.Len(t, told, len(broken))
		for _, line := range broken {
			require.Error(t, told[line])
		}
		require.ErrorContains(t, told[broken[4]], "may have 2000")
		require.EqualValues(t, len(broken), got.stats.Broken)
	})
}

func TestAFieldThatDoesNotFitCostsThatField(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := posts(t, streamtest.Script(streamtest.Lines(`{"data":{"id":"1","text":17,"lang":"en"}}`), refused))
		require.Equal(t, []string{"1"}, got.ids)
		require.Empty(t, got.of(stream.Broken))
	})
}

func TestTheServersMessageIsTheReasonOfTheEnd(t *testing.T) {
	const disconnect = `{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect",` +
		`"detail":"This stream has been disconnected upstream for operational reasons.","type":"https://api.x.com/2/problems/operational-disconnect"}`
	const untyped = `{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"This stream has been disconnected upstream for operational reasons."}`
	for name, line := range map[string]string{
		"in a list":      `{"errors":[` + disconnect + `]}`,
		"bare":           disconnect,
		"without a type": `{"errors":[` + untyped + `]}`,
		"with oddities":  strings.Replace(disconnect, `{`, `{"status":"200",`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := posts(t, streamtest.Script(streamtest.Lines(streamtest.Post("1"), line), refused))
				require.Equal(t, []string{"1"}, got.ids)
				var disconnected *xapi.OperationalDisconnectProblem
				require.ErrorAs(t, got.of(stream.Disconnected)[0].Err, &disconnected)
				require.EqualValues(t, "UpstreamOperationalDisconnect", disconnected.DisconnectType)
				require.ErrorContains(t, got.of(stream.Disconnected)[0].Err, "streamPosts")
			})
		})
	}
	t.Run("a post that speaks of it is a post", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := posts(t, streamtest.Script(streamtest.Lines(
				`{"matching_rules":[],"data":{"id":"1","text":"operational-disconnect"},"errors":[{"title":"operational-disconnect","disconnect_type":"x"}]}`), refused))
			require.Equal(t, []string{"1"}, got.ids)
		})
	})
	t.Run("problems of a document are the document's", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := posts(t, streamtest.Script(streamtest.Lines(
				`{"errors":[{"title":"Not Found Error","detail":"Could not find it, disconnect","type":"https://api.x.com/2/problems/resource-not-found"}]}`), refused))
			require.Len(t, got.ids, 1)
		})
	})
}

func TestEveryEndIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := posts(t, streamtest.Script(streamtest.Lines(streamtest.Post("1")), streamtest.Refuse(503, ""), refused))
		var kinds []stream.Kind
		for _, notice := range got.notices {
			kinds = append(kinds, notice.Kind)
			require.Equal(t, "streamPosts", notice.Operation)
			require.False(t, notice.At.IsZero())
		}
		require.Equal(t, []stream.Kind{
			stream.Connected, stream.Disconnected, stream.Reconnecting, stream.Reconnecting, stream.Ended,
		}, kinds)
		require.ErrorContains(t, got.notices[1].Err, "closed the stream")
		require.Zero(t, got.notices[2].Wait)
		again := got.notices[3]
		require.GreaterOrEqual(t, again.Wait, 5*time.Second)
		require.LessOrEqual(t, again.Wait, 5500*time.Millisecond, "chance adds a tenth at the most")
		require.Equal(t, 2, again.Attempt)
		require.ErrorIs(t, again.Err, xapi.ErrUnavailable)
		require.Equal(t, got.err, got.notices[4].Err)
		require.Contains(t, again.String(), "streamPosts: reconnecting 5.")
	})
}

func TestALateHeartbeatIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := posts(t, streamtest.Script(streamtest.Stream(func(c *streamtest.Conn) error {
			c.Beat()
			_ = c.Sleep(20100 * time.Millisecond) // 20 seconds, and a moment on the way
			c.Beat()
			_ = c.Sleep(20500 * time.Millisecond)
			c.Beat()
			return nil
		}), refused))
		late := got.of(stream.Late)
		require.Len(t, late, 1)
		require.Equal(t, 20500*time.Millisecond, late[0].Wait)
	})
}

func TestCancellingEndsAStreamAtOnceAndLeavesNothing(t *testing.T) {
	errEnough := errors.New("enough")
	for name, answer := range map[string]streamtest.Answer{
		"while it is read":       streamtest.Stream(func(c *streamtest.Conn) error { c.Send(streamtest.Post("1")); return c.Sleep(time.Hour) }),
		"while it waits":         streamtest.Refuse(503, ""),
		"while the queue blocks": streamtest.Stream(endless),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := streamtest.Script(answer)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(3*time.Second, func() { cancel(errEnough) })
				start := time.Now()
				got := postsUntil(ctx, t, server, func(*run) bool {
					if name == "while the queue blocks" {
						<-ctx.Done()
					}
					return false
				}, stream.WithQueue(1, 1))
				require.Equal(t, 3*time.Second, time.Since(start))
				require.ErrorIs(t, got.err, errEnough)
				server.Wait()
				require.Equal(t, 1, bubbled(), "no goroutine is left")
			})
		})
	}
	t.Run("leaving the loop", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := streamtest.Script(streamtest.Stream(endless))
			got := postsUntil(t.Context(), t, server, func(r *run) bool { return len(r.ids) == 3 }, stream.WithDecoders(4))
			require.NoError(t, got.err)
			require.Len(t, got.ids, 3)
			server.Wait()
			require.Equal(t, 1, bubbled())
		})
	})
}

// endless sends posts until nobody reads them.
func endless(c *streamtest.Conn) error {
	for n := 1; c.Send(streamtest.Post(streamtest.ID(time.Now(), n))); n++ {
	}
	return nil
}

// bubbled returns how many goroutines there are of the client and of the test, this one included.
func bubbled() int {
	synctest.Wait()
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	n := 0
	for _, each := range strings.Split(string(stacks), "\n\n") {
		if strings.Contains(each, "synctest bubble") && !strings.Contains(each, "synctest.Run") && !strings.Contains(each, "testing/synctest.Test") {
			n++
		}
	}
	return n
}

func TestAStreamCanBeBoundedInAttemptsAndTime(t *testing.T) {
	for name, test := range map[string]struct {
		option   stream.Option
		attempts int
	}{
		"attempts": {stream.WithMaxFailures(4), 4},
		"time":     {stream.WithMaxOutage(40 * time.Second), 4}, // at 0, 5, 15 and 35 s
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := streamtest.Script(streamtest.Refuse(503, ""))
				got := posts(t, server, test.option)
				require.ErrorIs(t, got.err, xapi.ErrUnavailable)
				require.ErrorContains(t, got.err, "given up")
				require.Len(t, server.Attempts(), test.attempts)
			})
		})
	}
}

func TestWhatIsWrongWithOptionsIsTheOnlyError(t *testing.T) {
	server := streamtest.Script(refused)
	got := posts(t, server, stream.WithDecoders(0), stream.WithQueue(0, 1), stream.WithStall(0), stream.WithMaxLine(0), stream.WithWindow(-1),
		stream.WithValidation(-1), stream.WithMaxFailures(0), stream.WithMaxOutage(0), stream.WithPartitions(), stream.WithOverflow(7),
		stream.WithCodec(nil), stream.WithNotices(nil), stream.WithHealing(nil, 0), stream.WithStore(nil, ""),
		stream.WithLease(time.Millisecond), nil)
	for _, name := range []string{
		"WithDecoders", "WithQueue", "WithStall", "WithMaxLine", "WithWindow", "WithValidation", "WithMaxFailures", "WithMaxOutage",
		"WithPartitions", "WithOverflow", "WithCodec", "WithNotices", "WithHealing", "WithStore", "WithLease",
	} {
		require.ErrorContains(t, got.err, name)
	}
	require.Empty(t, server.Attempts())
}

func TestTheCodecCanBeExchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		got := posts(t, streamtest.Script(streamtest.Lines(streamtest.Post("1"), streamtest.Post("2")), refused),
			stream.WithCodec(func(data []byte, into any) error {
				if calls++; calls == 1 {
					return errors.New("not this one")
				}
				return json.Unmarshal(data, into)
			}))
		require.Equal(t, []string{"2"}, got.ids)
		require.ErrorContains(t, got.of(stream.Broken)[0].Err, "not this one")
	})
}

func TestDecodersWorkAtTheSameTime(t *testing.T) {
	took := func(decoders int) (d time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			got := posts(t, streamtest.Script(burst(1000, 0), refused), stream.WithDecoders(decoders),
				stream.WithCodec(func(data []byte, into any) error {
					streamtest.Pass(time.Millisecond)
					return json.Unmarshal(data, into)
				}))
			require.Len(t, got.ids, 1000)
			d = time.Since(start)
		})
		return d - time.Second // which the first is ahead of the others
	}
	require.Equal(t, 999*time.Millisecond, took(1))
	require.Equal(t, 500*time.Millisecond, took(2))
	require.Equal(t, 125*time.Millisecond, took(8))
}
