package stream_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// burst sends a post, so many in all a second later at once, and is silent then.
func burst(n int, silence time.Duration) streamtest.Answer {
	return streamtest.Stream(func(c *streamtest.Conn) error {
		for i := range n {
			if !c.Send(streamtest.Post(fmt.Sprint(i + 1))) {
				return nil
			}
			if i == 0 {
				_ = c.Sleep(time.Second)
			}
		}
		_ = c.Sleep(silence)
		return nil
	})
}

// slowly reads posts, and stays with the first for as long.
func slowly(t *testing.T, answer streamtest.Answer, first time.Duration, opts ...stream.Option) *run {
	t.Helper()
	return postsUntil(t.Context(), t, streamtest.Script(answer, refused), func(r *run) bool {
		if len(r.ids) == 1 {
			streamtest.Pass(first)
		}
		return false
	}, opts...)
}

func TestAConsumerThatIsTooSlowIsToldBeforeAnythingIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := slowly(t, burst(80, 15*time.Second), 10*time.Second, stream.WithQueue(100, 1<<20))
		require.Len(t, got.ids, 80)
		lagging := got.of(stream.Lagging)
		require.Len(t, lagging, 1, "once")
		require.Equal(t, 75, lagging[0].Queued)
		caughtUp := got.of(stream.CaughtUp)
		require.Len(t, caughtUp, 1)
		require.Equal(t, 25, caughtUp[0].Queued)
		require.Equal(t, 9*time.Second, caughtUp[0].Lag, "the next has waited for so long")
		require.Contains(t, caughtUp[0].String(), "25 documents wait, the first for 9s")
		require.Empty(t, got.of(stream.Dropped))
		require.Zero(t, got.stats.Queued)
	})
}

func TestAQueueIsBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		size := len(streamtest.Post("1"))
		got := slowly(t, burst(9, 15*time.Second), 10*time.Second, stream.WithQueue(1000, 8*size))
		require.Len(t, got.ids, 9)
		require.Len(t, got.of(stream.Lagging), 1)
		require.Equal(t, 6, got.of(stream.Lagging)[0].Queued)
	})
}

func TestWhatIsDroppedIsTheCallersChoice(t *testing.T) {
	for name, test := range map[string]struct {
		overflow stream.Overflow
		last     string
		given    int
	}{
		"block":       {stream.Block, "200", 200},
		"drop newest": {stream.DropNewest, "101", 101},
		"drop oldest": {stream.DropOldest, "200", 101},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := slowly(t, burst(200, 15*time.Second), 10*time.Second, stream.WithQueue(100, 1<<20), stream.WithOverflow(test.overflow))
				require.Len(t, got.ids, test.given)
				require.Equal(t, "1", got.ids[0])
				require.Equal(t, test.last, got.ids[len(got.ids)-1])
				dropped := 200 - test.given
				require.EqualValues(t, dropped, got.stats.Dropped)
				if dropped > 0 {
					require.Len(t, got.of(stream.Dropped), 1, "the first")
					require.EqualValues(t, 1, got.of(stream.Dropped)[0].Dropped)
					require.EqualValues(t, dropped, got.of(stream.CaughtUp)[0].Dropped, "and all of them in the end")
				}
			})
		})
	}
	t.Run("a queue for one", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := slowly(t, burst(50, 15*time.Second), 10*time.Second, stream.WithQueue(1, 1), stream.WithOverflow(stream.DropOldest))
			require.EqualValues(t, 50, got.stats.Documents+got.stats.Dropped)
		})
	})
}

func TestWhatLayUnreadIsAsOldAsItMayBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		server := streamtest.Script(
			streamtest.Stream(func(c *streamtest.Conn) error {
				for i := range 10 {
					c.Send(streamtest.Post(fmt.Sprint(i + 1)))
				}
				return nil
			}),
			refused,
		)
		// The consumer stands still for 4 minutes, for which nothing is read. What is read then, and the end of the connection,
		// may be of the beginning.
		got := postsUntil(t.Context(), t, server, func(r *run) bool {
			if len(r.ids) == 1 {
				streamtest.Pass(4 * time.Minute)
			}
			return false
		}, stream.WithQueue(1, 1))
		require.Len(t, got.ids, 10)
		require.Equal(t, start.Add(4*time.Minute), server.Attempts()[1].At)
		require.Equal(t, "5", server.Attempts()[1].Query.Get("backfill_minutes"))
	})
}
