package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

// The tests of this file start the test binary again, as a server that is killed.
const (
	childDir = "XAPI_WEBHOOK_CHILD_DIR" // where the child keeps its window and its events; set in a child only
	childDie = "XAPI_WEBHOOK_CHILD_DIE" // the point at which the child kills itself, or empty
)

func TestMain(m *testing.M) {
	if os.Getenv(childDir) != "" {
		serve()
		return
	}
	os.Exit(m.Run())
}

// points are where a child dies by itself, in the order in which an event comes by.
var points = []string{"claiming", "claimed", "storing", "stored", "committing", "committed", "acknowledged"}

// reach kills the process if this is its point. SIGKILL leaves no time for anything.
func reach(point string) {
	if point == os.Getenv(childDie) {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	}
}

// journal is a file of lines that are there once they are written: a kill does not take them back.
type journal struct {
	mu   sync.Mutex
	file *os.File
}

// openJournal opens a file, and gives what stands in it to each.
func openJournal(name string, each func(line string)) *journal {
	file, err := os.OpenFile(filepath.Join(os.Getenv(childDir), name), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		each(lines.Text())
	}
	return &journal{file: file}
}

func (j *journal) write(line string) {
	if _, err := j.file.WriteString(line + "\n"); err != nil {
		panic(err)
	}
}

// fileWindow is a durable window for one process at a time.
type fileWindow struct {
	*journal
	entries map[string]*fileEntry
}

type fileEntry struct {
	owner     string
	attempts  int
	committed bool
	until     time.Time
}

func openWindow() *fileWindow {
	w := &fileWindow{entries: map[string]*fileEntry{}}
	w.journal = openJournal("window", func(line string) {
		if id, claimed := strings.CutPrefix(line, "claim "); claimed {
			entry := w.entry(id)
			entry.attempts++
			entry.owner, entry.until = "another process", time.Now().Add(3*time.Millisecond)
		} else if id, committed := strings.CutPrefix(line, "commit "); committed {
			w.entry(id).committed = true
		}
	})
	return w
}

func (w *fileWindow) entry(id string) *fileEntry {
	if w.entries[id] == nil {
		w.entries[id] = &fileEntry{}
	}
	return w.entries[id]
}

func (w *fileWindow) Claim(_ context.Context, id, owner string, lease, _ time.Duration) (int, error) {
	reach("claiming")
	w.mu.Lock()
	defer w.mu.Unlock()
	entry := w.entry(id)
	switch {
	case entry.committed:
		return webhook.Committed, nil
	case entry.owner != "" && entry.owner != owner && time.Now().Before(entry.until):
		return webhook.Held, nil
	case entry.owner != owner:
		w.write("claim " + id)
		entry.attempts++
	}
	entry.owner, entry.until = owner, time.Now().Add(lease)
	reach("claimed")
	return entry.attempts, nil
}

func (w *fileWindow) Commit(_ context.Context, id string, _ time.Duration) error {
	reach("committing")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.write("commit " + id)
	w.entry(id).committed = true
	reach("committed")
	return nil
}

func (w *fileWindow) Release(_ context.Context, id, _ string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.entry(id).owner = ""
	return nil
}

// serve is the child: an application that stores events, and looks up what may be stored already.
func serve() {
	stored := map[string]bool{}
	events := openJournal("events", func(line string) { stored[line] = true })
	take := func(_ context.Context, event *webhook.Event) error {
		reach("storing")
		events.mu.Lock()
		defer events.mu.Unlock()
		if event.Attempt > 1 && stored[event.ID] {
			return nil
		}
		events.write(event.ID)
		reach("stored")
		return nil
	}
	handler, err := webhook.New(bothSecrets, take, webhook.WithWindow(openWindow()))
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		reach("acknowledged")
	}))
}

// child is a server that was started, and how to send to it.
type child struct {
	cmd *exec.Cmd
	url string
}

func start(t *testing.T, dir, die string) *child {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childDie+"="+die)
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	address, err := bufio.NewReader(said).ReadString('\n')
	require.NoError(t, err)
	return &child{cmd: cmd, url: "http://" + strings.TrimSpace(address)}
}

// deliver reports whether the child acknowledged body.
func (c *child) deliver(ctx context.Context, client *http.Client, body []byte) bool {
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	r.Header.Set(modern, webhook.Sign(bothSecrets.Client[0], body))
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// storedBy returns how often each event was stored.
func storedBy(t *testing.T, dir string) map[string]int {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(dir, "events"))
	require.NoError(t, err)
	times := map[string]int{}
	for line := range strings.Lines(string(file)) {
		times[strings.TrimSpace(line)]++
	}
	return times
}

// TestKilledAnywhereNothingIsLostOrTakenTwice kills the server at each point that an event comes by, and sends it again
// to the next one, until it is acknowledged.
func TestKilledAnywhereNothingIsLostOrTakenTwice(t *testing.T) {
	t.Parallel()
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			body := webhooktest.Activity("like.create", "1", map[string]any{})
			events, err := webhook.Parse(body)
			require.NoError(t, err)
			once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

			first := start(t, dir, point)
			acknowledged := first.deliver(t.Context(), once, body)
			require.Error(t, first.cmd.Wait(), "it kills itself")
			// The answer may be in the buffer of the server, which dies with it.
			require.False(t, acknowledged && point != "acknowledged")

			second := start(t, dir, "")
			defer second.kill()
			require.Eventually(t, func() bool { return second.deliver(t.Context(), once, body) }, 10*time.Second, 10*time.Millisecond)
			require.Equal(t, map[string]int{events[0].ID: 1}, storedBy(t, dir))
		})
	}
}

// TestKilledAtRandomNothingIsLostOrTakenTwice kills servers while they take events, each after some number of them.
func TestKilledAtRandomNothingIsLostOrTakenTwice(t *testing.T) {
	dir := t.TempDir()
	bodies := map[string][]byte{}
	pending := make(chan string, 3000)
	for range cap(pending) {
		body := webhooktest.Activity("like.create", "1", map[string]any{})
		events, err := webhook.Parse(body)
		require.NoError(t, err)
		bodies[events[0].ID] = body
		pending <- events[0].ID
	}
	kills := 0
	for ; len(pending) > 0; kills++ {
		server := start(t, dir, "")
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
		running, stop := context.WithCancel(t.Context())
		var left atomic.Int64
		left.Store(1 + rand.Int64N(400))
		var sending sync.WaitGroup
		for range 8 {
			sending.Go(func() {
				for running.Err() == nil {
					var id string
					select {
					case id = <-pending:
					default:
						return
					}
					if !server.deliver(t.Context(), client, bodies[id]) {
						pending <- id
					} else if left.Add(-1) == 0 {
						stop()
						server.kill() // with the others under way
					}
				}
			})
		}
		sending.Wait()
		stop()
		server.kill()
		client.CloseIdleConnections()
	}
	require.Greater(t, kills, 5)
	stored := storedBy(t, dir)
	require.Len(t, stored, len(bodies))
	for id, times := range stored {
		require.Equal(t, 1, times, id)
	}
}
