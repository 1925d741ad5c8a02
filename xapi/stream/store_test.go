package stream_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// world is a server on which a post is made every second. It sends each 6 seconds later, has a backfill, and knows what it
// sent.
type world struct {
	*streamtest.Server

	start time.Time
	mu    sync.Mutex
	sent  map[string]int
}

func newWorld() *world {
	w := &world{start: streamtest.Begin(), sent: map[string]int{}}
	w.Server = streamtest.New(func(a streamtest.Attempt) streamtest.Answer {
		from := a.At.Add(-6 * time.Second)
		if minutes := a.Query.Get("backfill_minutes"); minutes != "" {
			n := 0
			_, _ = fmt.Sscan(minutes, &n)
			from = a.At.Add(-time.Duration(n) * time.Minute)
		}
		return streamtest.Stream(func(c *streamtest.Conn) error {
			next := max(0, int(from.Sub(w.start).Seconds())+1)
			for ; ; next++ {
				if err := c.Sleep(time.Until(w.made(next).Add(6 * time.Second))); err != nil {
					return err
				}
				if !c.Send(streamtest.Post(w.id(next))) {
					return nil
				}
				w.mu.Lock()
				w.sent[w.id(next)]++
				w.mu.Unlock()
			}
		})
	})
	return w
}

func (w *world) made(n int) time.Time { return w.start.Add(time.Duration(n) * time.Second) }
func (w *world) id(n int) string      { return streamtest.ID(w.made(n), 1) }

// reader is a process that reads the world's posts under a lease, and may die.
type reader struct {
	given   []string
	notices []stream.Notice
	err     error
}

// read reads until ctx ends, or for as many posts.
func (w *world) read(ctx context.Context, t *testing.T, positions stream.Store, most int) *reader {
	t.Helper()
	r := new(reader)
	events := stream.New(newClient(t, w).StreamPosts, nil, stream.WithStore(positions, "posts"),
		stream.WithNotices(func(n stream.Notice) { r.notices = append(r.notices, n) }))
	for document, err := range events.Documents(ctx) {
		if err != nil {
			r.err = err
			break
		}
		if r.given = append(r.given, document.Value.Data.ID); len(r.given) == most {
			break
		}
	}
	return r
}

func TestAStreamGoesOnWhereTheLastReaderStopped(t *testing.T) {
	for name, positions := range map[string]func(t *testing.T) stream.Store{
		"a file": func(t *testing.T) stream.Store {
			t.Helper()
			return stream.File(filepath.Join(t.TempDir(), "position"))
		},
		"a fleet's store": func(*testing.T) stream.Store { return store.New(new(store.Memory)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, positions := newWorld(), positions(t)
				first := w.read(t.Context(), t, positions, 100)
				streamtest.Pass(3 * time.Minute)
				second := w.read(t.Context(), t, positions, 300)
				require.Equal(t, first.given[99], second.given[0], "the one at which the loop was left comes again")
				all := slices.Concat(first.given[:99], second.given)
				for n, id := range all {
					require.Equal(t, w.id(n), id)
				}
				for _, notice := range append(first.notices, second.notices...) {
					require.NotEqual(t, stream.Gap, notice.Kind)
				}
				streamtest.Pass(time.Hour)
				third := w.read(t.Context(), t, positions, 1)
				gap := third.notices[1]
				for _, notice := range third.notices {
					if notice.Kind == stream.Gap {
						gap = notice
					}
				}
				require.Equal(t, stream.Gap, gap.Kind)
				require.Equal(t, 55*time.Minute, gap.To.Sub(gap.From).Truncate(time.Minute))
			})
		})
	}
}

// flaky is a store whose ways can be changed.
type flaky struct {
	stream.Store

	mu   sync.Mutex
	away error
	// dead has what a process did before it died be the last: nothing of it comes through any more.
	dead bool
}

func (f *flaky) state() (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead, f.away
}

func (f *flaky) set(dead bool, away error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dead, f.away = dead, away
}

func (f *flaky) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	if _, err := f.state(); err != nil {
		return false, err
	}
	return f.Store.Acquire(ctx, name, owner, ttl)
}

func (f *flaky) Renew(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	if dead, err := f.state(); err != nil || dead {
		return dead, err
	}
	return f.Store.Renew(ctx, name, owner, ttl)
}

func (f *flaky) Release(ctx context.Context, name, owner string) error {
	if dead, err := f.state(); err != nil || dead {
		return err
	}
	return f.Store.Release(ctx, name, owner)
}

func (f *flaky) SetPosition(ctx context.Context, name, owner string, position []byte) error {
	if dead, err := f.state(); err != nil || dead {
		return err
	}
	return f.Store.SetPosition(ctx, name, owner, position)
}

func TestTenTakeoversLoseNothingAndGiveTheLastSecondsTwiceAtTheMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, fleet := newWorld(), store.New(new(store.Memory))
		var given []string
		doubles := 0
		seen := map[string]bool{}
		for range 10 {
			// A process reads for a while and dies: nothing that it does afterwards reaches the store, and its lease runs out.
			process := &flaky{Store: fleet}
			ctx, die := context.WithCancel(t.Context())
			time.AfterFunc(97*time.Second, func() { process.set(true, nil); die() })
			mine := 0
			for _, id := range w.read(ctx, t, process, 0).given {
				if mine++; seen[id] {
					doubles++
					require.LessOrEqual(t, mine, 17, "what comes twice comes first")
					continue
				}
				seen[id] = true
				given = append(given, id)
			}
		}
		for n, id := range given {
			require.Equal(t, w.id(n), id, "nothing is missing")
		}
		require.Greater(t, len(given), 900)
		require.LessOrEqual(t, doubles, 9*10, "the positions of ten seconds at the most")
		require.Positive(t, doubles, "a kill costs something")
	})
}

func TestOneProcessReadsWhileOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, fleet := newWorld(), store.New(new(store.Memory))
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		readers := make([]*reader, 3)
		for i := range readers {
			streamtest.Pass(time.Millisecond)
			group.Go(func() { readers[i] = w.read(ctx, t, fleet, 50*(i+1)) })
		}
		streamtest.Pass(10 * time.Minute)
		cancel()
		group.Wait()
		require.Equal(t, []int{50, 100, 150}, []int{len(readers[0].given), len(readers[1].given), len(readers[2].given)})
		require.Equal(t, stream.Waiting, readers[1].notices[0].Kind)
		require.NoError(t, readers[1].notices[0].Err)
		require.Equal(t, readers[0].given[49], readers[1].given[0])
		require.Equal(t, readers[1].given[99], readers[2].given[0])
	})
}

func TestAReaderThatCannotRenewItsLeaseStopsBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, fleet := newWorld(), &flaky{Store: store.New(new(store.Memory))}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		errAway := errors.New("the database is away")
		time.AfterFunc(65*time.Second, func() { fleet.set(false, errAway) })
		time.AfterFunc(3*time.Minute, func() { fleet.set(false, nil) })
		var lost, waiting time.Time
		got := w.read(ctx, t, fleet, 0)
		for _, notice := range got.notices {
			switch {
			case notice.Kind == stream.LeaseLost:
				require.ErrorIs(t, notice.Err, errAway)
				lost = notice.At
			case notice.Kind == stream.Waiting && waiting.IsZero():
				require.ErrorIs(t, notice.Err, errAway)
				waiting = notice.At
			}
		}
		// The last renewal was after 60 seconds, and holds for 30.
		require.Equal(t, w.start.Add(80*time.Second), lost)
		require.False(t, waiting.IsZero())
		seen := map[string]int{}
		for _, id := range got.given {
			seen[id]++
		}
		require.ErrorIs(t, got.err, context.DeadlineExceeded)
		for n := range 500 {
			require.Contains(t, []int{1, 2}, seen[w.id(n)], "it goes on where it was")
		}
		require.LessOrEqual(t, len(got.given)-len(seen), 25)
	})
}

func TestAReaderThatStoodStillGivesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, fleet := newWorld(), store.New(new(store.Memory))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		// The lease is taken from it, as that of a process is that was stopped: its owner does not know.
		stolen := &flaky{Store: fleet}
		events := stream.New(newClient(t, w).StreamPosts, nil, stream.WithStore(stolen, "posts"))
		n := 0
		var at []time.Time
		for _, err := range events.Documents(ctx) {
			if err != nil {
				break
			}
			at = append(at, time.Now())
			if n++; n == 20 {
				stolen.set(false, errors.New("away")) // and the consumer lingers beyond the lease
				streamtest.Pass(45 * time.Second)
			}
			if n == 21 {
				require.FailNow(t, "it gave a document without a lease")
			}
		}
		require.Len(t, at, 20)
	})
}

func TestStoresThatFailAreToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errAway := errors.New("the database is away")
		w, fleet := newWorld(), &flaky{Store: store.New(new(store.Memory))}
		fleet.set(false, errAway)
		require.ErrorIs(t, w.read(t.Context(), t, fleet, 1).err, errAway, "it is not there from the beginning")
		require.Empty(t, w.Attempts())
		nowhere := w.read(t.Context(), t, stream.File(filepath.Join(t.TempDir(), "no", "such", "folder")), 1)
		require.Len(t, nowhere.given, 1)
		require.Equal(t, stream.NotStored, nowhere.notices[len(nowhere.notices)-1].Kind)

		damaged := filepath.Join(t.TempDir(), "position")
		require.NoError(t, os.WriteFile(damaged, []byte("hello"), 0o600))
		require.ErrorContains(t, w.read(t.Context(), t, stream.File(damaged), 1).err, "is not one that this package stores")
	})
}

func TestAReplayGoesOnByWhatItHasGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := streamtest.Begin()
		from, to := start.Add(-2*time.Hour), start.Add(-time.Hour)
		made := ids(from, 1000)
		server := streamtest.New(func(a streamtest.Attempt) streamtest.Answer {
			since, err := time.Parse(time.RFC3339, a.Query.Get("start_time"))
			require.NoError(t, err)
			return streamtest.Stream(func(c *streamtest.Conn) error {
				for _, id := range made[int(since.Sub(from).Seconds()):] {
					c.Send(streamtest.Post(id))
				}
				return nil
			})
		})
		position := stream.File(filepath.Join(t.TempDir(), "position"))
		read := func(most int) (got []string) {
			for post, err := range stream.New(newClient(t, server).StreamPosts, &xapi.StreamPostsParams{StartTime: from, EndTime: to},
				stream.WithStore(position, "replay")).All(t.Context()) {
				require.NoError(t, err)
				if got = append(got, post.Data.ID); len(got) == most {
					break
				}
			}
			return got
		}
		first := read(500)
		second := read(0)
		require.Equal(t, made, append(first[:499], second...))
	})
}
