package fleettest

import (
	"bufio"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// readerServer is where a reader's stream comes from. A worker that has it set is one.
const readerServer = "XAPI_FLEET_STREAM"

// readerLease is short, so that takeovers take little time.
const readerLease = 600 * time.Millisecond

// read reads a partition of a stream under its lease until it is killed. It prints what it is given, and whenever a
// position was stored or the lease lost.
func read(open func(ctx context.Context, address string) (store.Engine, error)) error {
	ctx := context.Background()
	engine, err := open(ctx, os.Getenv(workerAddress))
	if err != nil {
		return err
	}
	client, err := xapi.New(xapi.WithBaseURL(os.Getenv(readerServer)), xapi.WithBearerToken("b"))
	if err != nil {
		return err
	}
	say := func(what string) { _, _ = fmt.Fprintln(os.Stdout, what) }
	posts := stream.New(client.StreamPostsFirehose, &xapi.StreamPostsFirehoseParams{Partition: 3},
		stream.WithStore(telling{store.New(engine), say}, "posts/3"), stream.WithLease(readerLease),
		stream.WithNotices(func(n stream.Notice) {
			switch n.Kind {
			case stream.LeaseLost, stream.Waiting, stream.Gap:
				say(string(n.Kind))
			}
		}))
	for post, err := range posts.All(ctx) {
		if err != nil {
			return err
		}
		say("post " + post.Data.ID)
	}
	return nil
}

// telling is a store that says when it has stored a position.
type telling struct {
	*store.Store
	say func(string)
}

func (s telling) SetPosition(ctx context.Context, name, owner string, position []byte) error {
	err := s.Store.SetPosition(ctx, name, owner, position)
	if err == nil {
		s.say("stored")
	}
	return err
}

// reader is such a process.
type reader struct {
	command *exec.Cmd
	gone    chan struct{}

	mu    sync.Mutex
	lines []printed
}

// printed is a line, and when it came.
type printed struct {
	text string
	at   time.Time
}

func startReader(t *testing.T, address, url string) *reader {
	t.Helper()
	command, output := startAgain(t, workerAddress+"="+address, readerServer+"="+url, "GOMAXPROCS=1")
	r := &reader{command: command, gone: make(chan struct{})}
	go func() {
		defer close(r.gone)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			r.mu.Lock()
			r.lines = append(r.lines, printed{lines.Text(), time.Now()})
			r.mu.Unlock()
		}
	}()
	t.Cleanup(r.kill)
	return r
}

func (r *reader) kill() {
	if r.command.ProcessState == nil {
		_ = r.command.Process.Kill()
		<-r.gone
		_ = r.command.Wait()
	}
}

// since returns what it has printed from a line on.
func (r *reader) since(line int) []printed {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]printed(nil), r.lines[min(line, len(r.lines)):]...)
}

// count returns how many lines begin with prefix.
func count(lines []printed, prefix string) (n int) {
	for _, line := range lines {
		if strings.HasPrefix(line.text, prefix) {
			n++
		}
	}
	return n
}

// takeovers has readers of one partition die, or stand still beyond their lease, ten times.
func takeovers(t *testing.T, place Place) {
	feed := streamtest.NewFeed(20 * time.Millisecond)
	server := httptest.NewServer(feed)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	readers := []*reader{startReader(t, place.Address, server.URL), startReader(t, place.Address, server.URL)}
	all := append([]*reader(nil), readers...)
	for takeover := range 10 {
		owner := owning(t, readers)
		if takeover%2 == 0 {
			readers[owner].kill()
			readers[owner] = startReader(t, place.Address, server.URL)
			all = append(all, readers[owner])
			continue
		}
		require.NoError(t, readers[owner].command.Process.Signal(syscall.SIGSTOP))
		other := owning(t, readers[1-owner:2-owner])
		require.Zero(t, other)
		require.NoError(t, readers[owner].command.Process.Signal(syscall.SIGCONT))
	}
	owning(t, readers)
	for _, r := range all {
		r.kill()
	}
	judge(t, feed, all)
}

// owning waits until one of the readers has read for a while and stored positions since, and returns which it is.
func owning(t *testing.T, readers []*reader) int {
	t.Helper()
	from := make([]int, len(readers))
	for i, r := range readers {
		from[i] = len(r.since(0))
	}
	owner := -1
	require.Eventually(t, func() bool {
		for i, r := range readers {
			if lines := r.since(from[i]); count(lines, "stored") >= 2 && count(lines, "post") >= 20 {
				owner = i
			}
		}
		return owner >= 0
	}, 60*time.Second, 5*time.Millisecond, "nobody takes the partition over")
	return owner
}

// given is a post that a reader was given.
type given struct {
	at time.Time
	// stored says that two positions were stored after that under the same lease, of which the second has the post in it.
	stored bool
	// inHand says that the reader may have been stopped between being given the post and printing it: no lease keeps it
	// from doing so once it goes on. It has one such post at most, which is beside the line that says that the lease is
	// lost.
	inHand bool
}

// judge holds what the readers were given against what was made: nothing is missing, and nothing comes again that had its
// place in a position.
func judge(t *testing.T, feed *streamtest.Feed, readers []*reader) {
	t.Helper()
	posts := map[int][]given{}
	first, last, doubles := feed.Made(), 0, 0
	for _, r := range readers {
		lines := r.since(0)
		require.Zero(t, count(lines, string(stream.Gap)))
		for i, line := range lines {
			id, isPost := strings.CutPrefix(line.text, "post ")
			if !isPost {
				continue
			}
			before, rest := lines[:i], lines[i+1:]
			if lost := slices.IndexFunc(rest, isLoss); lost >= 0 {
				rest = rest[:lost]
			}
			before = before[lastIndex(before, isLoss)+1:]
			n := feed.Number(id)
			posts[n] = append(posts[n], given{
				at: line.at, stored: count(rest, "stored") >= 2,
				inHand: len(before) < i && count(before, "post") == 0 || i+1+len(rest) < len(lines) && count(rest, "post") == 0,
			})
			first, last = min(first, n), max(last, n)
		}
	}
	for n := first; n <= last; n++ {
		require.NotEmpty(t, posts[n], "post %d of %d to %d is missing", n, first, last)
		slices.SortFunc(posts[n], func(a, b given) int { return a.at.Compare(b.at) })
		stored := posts[n][0].stored
		for _, again := range posts[n][1:] {
			doubles++
			require.False(t, stored && !again.inHand, "post %d comes again, and was in a position", n)
			stored = stored || again.stored
		}
	}
	t.Logf("%d posts, %d given again after one of 10 takeovers", last-first+1, doubles)
}

func isLoss(p printed) bool { return p.text == string(stream.LeaseLost) }

// lastIndex returns where the last line is that is one of those, -1 without one.
func lastIndex(lines []printed, is func(printed) bool) int {
	for i, line := range slices.Backward(lines) {
		if is(line) {
			return i
		}
	}
	return -1
}
