package stream_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// A test binary that was started with these is a reader of the stream at a URL, with its position in a file.
const (
	readerURL  = "XAPI_STREAM_URL"
	readerFile = "XAPI_STREAM_POSITION"
)

func TestMain(m *testing.M) {
	if os.Getenv(readerURL) == "" {
		os.Exit(m.Run())
	}
	fmt.Println(readUntilKilled())
	os.Exit(1)
}

// telling is a file that says when it has stored a position.
type telling struct{ stream.File }

func (f telling) SetPosition(ctx context.Context, name, owner string, position []byte) error {
	err := f.File.SetPosition(ctx, name, owner, position)
	if err == nil {
		fmt.Println("stored")
	}
	return err
}

func readUntilKilled() error {
	client, err := xapi.New(xapi.WithBaseURL(os.Getenv(readerURL)), xapi.WithBearerToken("b"))
	if err != nil {
		return err
	}
	posts := stream.New(client.StreamPosts, nil, stream.WithLease(300*time.Millisecond),
		stream.WithStore(telling{stream.File(os.Getenv(readerFile))}, "posts"),
		stream.WithNotices(func(n stream.Notice) {
			if n.Kind == stream.Gap {
				fmt.Println("gap")
			}
		}))
	for post, err := range posts.All(context.Background()) {
		if err != nil {
			return err
		}
		fmt.Println("post", post.Data.ID)
	}
	return nil
}

// TestAProcessThatIsKilledGoesOnWhereItWas kills a reader again and again. What it says comes through a pipe, so that it
// has read what was said when it died.
func TestAProcessThatIsKilledGoesOnWhereItWas(t *testing.T) {
	feed := streamtest.NewFeed(10 * time.Millisecond)
	server := httptest.NewServer(feed)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	self, err := os.Executable()
	require.NoError(t, err)
	position := filepath.Join(t.TempDir(), "position")

	given, settled := map[int]int{}, map[int]bool{}
	first, last, doubles := 0, -1, 0
	for kill := range 8 {
		command := exec.CommandContext(t.Context(), self)
		command.Env = append(os.Environ(), readerURL+"="+server.URL, readerFile+"="+position)
		output, err := command.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, command.Start())
		var lines []string
		stored, killed := 0, false
		for said := bufio.NewScanner(output); said.Scan(); {
			line := said.Text()
			if lines = append(lines, line); line == "stored" {
				stored++
			}
			if !killed && stored >= 2 && len(lines) > 40+13*kill {
				require.NoError(t, command.Process.Kill()) // what it has said since is still read
				killed = true
			}
		}
		_ = command.Wait()
		for i, line := range lines {
			require.NotEqual(t, "gap", line)
			id, isPost := strings.CutPrefix(line, "post ")
			if !isPost {
				require.Equal(t, "stored", line)
				continue
			}
			n := feed.Number(id)
			require.False(t, settled[n], "post %d comes again, and was in a position", n)
			if last < 0 {
				first = n
			}
			last = max(last, n)
			if given[n]++; given[n] > 1 {
				doubles++
			}
			// The second position that is stored after a document has it in it.
			settled[n] = strings.Count(strings.Join(lines[i:], "\n"), "stored") >= 2
		}
	}
	for n := first; n <= last; n++ {
		require.Positive(t, given[n], "post %d of %d to %d is missing", n, first, last)
	}
	t.Logf("%d posts, %d given again after one of 8 kills", last-first+1, doubles)
}
