//go:build unix

package fleettest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

const clientID = "fleet"

// A worker learns what it is from its environment.
const (
	workerAddress = "XAPI_FLEET_ADDRESS" // the engine's
	workerServer  = "XAPI_FLEET_SERVER"  // the authorization server's
	workerSilence = "XAPI_FLEET_SILENCE"
	workerTurns   = "XAPI_FLEET_TURNS" // how many tokens to ask for; 0 is no end
)

// Main is for TestMain: it is the worker where the test binary was started as one, else it runs the tests. Open opens
// the engine at an address.
func Main(m *testing.M, open func(ctx context.Context, address string) (store.Engine, error)) {
	if os.Getenv(workerAddress) == "" {
		os.Exit(m.Run())
	}
	do := work
	switch {
	case os.Getenv(receiverDir) != "":
		do = receive
	case os.Getenv(readerServer) != "":
		do = read
	}
	if err := do(open); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Key is the login that a fleet shares.
func (s *Server) Key() auth.Key { return s.config(0).Key("user") }

func (s *Server) config(pid int) auth.OAuth2 { return config(s.URL, pid) }

func config(url string, pid int) auth.OAuth2 {
	return auth.OAuth2{
		ClientID: clientID, Endpoint: auth.Endpoint{TokenURL: url},
		HTTPClient: &http.Client{Transport: signed(pid)},
	}
}

type signed int

func (pid signed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(pidHeader, strconv.Itoa(int(pid)))
	return http.DefaultTransport.RoundTrip(r)
}

// lease is short, so that much happens in little time.
const lease = time.Second

func options(silence time.Duration) store.LoginOptions {
	return store.LoginOptions{Seals: []store.Seal{storetest.NewSeal("fleet")}, Lease: lease, Silence: silence}
}

// work asks for a token every 20 ms, and prints it, or what failed.
func work(open func(ctx context.Context, address string) (store.Engine, error)) error {
	ctx := context.Background()
	engine, err := open(ctx, os.Getenv(workerAddress))
	if err != nil {
		return err
	}
	silence, err := time.ParseDuration(os.Getenv(workerSilence))
	if err != nil {
		return err
	}
	turns, err := strconv.Atoi(os.Getenv(workerTurns))
	if err != nil {
		return err
	}
	app := config(os.Getenv(workerServer), os.Getpid())
	logins, err := store.New(engine).Logins(options(silence))
	if err != nil {
		return err
	}
	session := auth.NewSession(app, logins.Store(app.Key("user")))
	pace := time.NewTicker(20 * time.Millisecond)
	for turn := 0; turns == 0 || turn < turns; turn++ {
		switch token, err := session.Token(ctx); {
		case err == nil:
			fmt.Println("token", token.Access.Reveal())
		case errors.Is(err, auth.ErrLoginRequired):
			fmt.Println("login required:", err)
		default:
			fmt.Println("error:", err)
		}
		<-pace.C
	}
	return nil
}

// Worker is a process under way.
type Worker struct {
	t       testing.TB
	server  *Server
	command *exec.Cmd
	read    chan struct{}

	mu    sync.Mutex
	lines []string
}

// Start starts a worker on an engine. With turns of 0 it goes on until it is killed.
func (s *Server) Start(t testing.TB, address string, silence time.Duration, turns int) *Worker {
	t.Helper()
	w := &Worker{t: t, server: s, read: make(chan struct{})}
	var output io.Reader
	w.command, output = startAgain(t, workerAddress+"="+address, workerServer+"="+s.URL,
		workerSilence+"="+silence.String(), workerTurns+"="+strconv.Itoa(turns), "GOMAXPROCS=1")
	go func() {
		defer close(w.read)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			w.mu.Lock()
			w.lines = append(w.lines, lines.Text())
			w.mu.Unlock()
		}
	}()
	t.Cleanup(w.Kill)
	return w
}

// startAgain starts the test binary once more, as what the variables make of it, and returns it with what it prints.
func startAgain(t testing.TB, variables ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), self)
	command.Env = append(os.Environ(), variables...)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	return command, output
}

// Pid is the worker's process.
func (w *Worker) Pid() int { return w.command.Process.Pid }

// Wait waits for its end, and returns what it printed.
func (w *Worker) Wait() []string {
	<-w.read
	_ = w.command.Wait()
	return w.lines
}

// Kill ends it at once.
func (w *Worker) Kill() {
	if w.command.ProcessState == nil {
		w.server.kill(w.Pid())
		_ = w.command.Process.Kill()
		w.Wait()
	}
}

// Stop stops it, and Continue has it go on, both without its knowing.
func (w *Worker) Stop() { require.NoError(w.t, w.command.Process.Signal(syscall.SIGSTOP)) }

// Continue undoes Stop.
func (w *Worker) Continue() { require.NoError(w.t, w.command.Process.Signal(syscall.SIGCONT)) }

// Last is what it printed last, empty before the first line.
func (w *Worker) Last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) == 0 {
		return ""
	}
	return w.lines[len(w.lines)-1]
}

// Count is how many lines begin with prefix.
func (w *Worker) Count(prefix string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.lines {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}
