package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// The tests of this file start the test binary again, as programs that share a stored login.
const (
	childFile = "XAPI_AUTH_CHILD_FILE" // the token file; set in a child only
	childURL  = "XAPI_AUTH_CHILD_URL"  // the authorization server
	childDie  = "XAPI_AUTH_CHILD_DIE"  // the point at which the child kills itself, or empty
	childVia  = "XAPI_AUTH_CHILD_VIA"  // the address that takes the server's connections, or empty for its own
)

func TestMain(m *testing.M) {
	if os.Getenv(childFile) != "" {
		os.Exit(child())
	}
	os.Exit(m.Run())
}

// Exit codes of a child.
const (
	exitToken = iota
	exitLoginRequired
	exitOther
)

// child wants a token, says which on standard output, and dies where it was told to.
func child() int {
	store := &dyingStore{FileStore: auth.NewFileStore(os.Getenv(childFile)), at: os.Getenv(childDie)}
	store.OnStep(func(name string) { store.reach(fmt.Sprintf("save %d %s", store.saves, name)) })
	var hands clock
	session := auth.NewSession(auth.OAuth2{
		ClientID: clientID,
		Endpoint: auth.Endpoint{
			TokenURL: os.Getenv(childURL) + "/token", RevokeURL: os.Getenv(childURL) + "/revoke",
		},
		HTTPClient: &http.Client{Transport: dyingTransport{store}},
		Now:        hands.now,
	}, store)
	session.OnSleep(func(ctx context.Context, d time.Duration) error {
		hands.advance(d) // what takes seconds shall not take the test's
		return transport.Sleep(ctx, d/50)
	})
	token, err := session.Token(context.Background())
	switch {
	case err == nil:
		fmt.Print(token.Access.Reveal())
		return exitToken
	case errors.Is(err, auth.ErrLoginRequired):
		fmt.Print(err)
		return exitLoginRequired
	default:
		fmt.Print(err)
		return exitOther
	}
}

// points are where a child dies by itself, in the order in which a refresh comes by; the server's points are "asked" and
// "issued".
var points = []string{
	"locked", "loaded", "save 1 created", "save 1 written", "save 1 flushed", "save 1 renamed", "save 1 done",
	"sending", "asked", "issued", "answered",
	"save 2 created", "save 2 written", "save 2 flushed", "save 2 renamed", "save 2 done", "unlocked",
}

type dyingStore struct {
	*auth.FileStore
	at     string
	saves  int
	locked bool
}

// reach kills the process if this is its point. SIGKILL leaves no time for anything.
func (s *dyingStore) reach(point string) {
	if point != s.at {
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

func (s *dyingStore) Lock(ctx context.Context) (func() error, error) {
	unlock, err := s.FileStore.Lock(ctx)
	s.locked = true
	s.reach("locked")
	return func() error {
		defer s.reach("unlocked")
		return unlock()
	}, err
}

func (s *dyingStore) Load(ctx context.Context) (*auth.Record, error) {
	record, err := s.FileStore.Load(ctx)
	if s.locked {
		s.reach("loaded")
	}
	return record, err
}

func (s *dyingStore) Save(ctx context.Context, next, prior *auth.Record) error {
	s.saves++
	defer s.reach(fmt.Sprintf("save %d done", s.saves))
	return s.FileStore.Save(ctx, next, prior)
}

type dyingTransport struct{ store *dyingStore }

func (t dyingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.store.reach("sending")
	resp, err := wire().RoundTrip(req)
	t.store.reach("answered")
	return resp, err
}

// wire goes to the server, or to where the test has its connections end.
func wire() http.RoundTripper {
	via := os.Getenv(childVia)
	if via == "" {
		return http.DefaultTransport
	}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, via)
		},
		ResponseHeaderTimeout: 50 * time.Millisecond,
	}
}

// program is a child under way.
type program struct {
	*exec.Cmd
	out bytes.Buffer
}

func newProgram(t *testing.T, server *authServer, file string, more ...string) *program {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &program{Cmd: exec.CommandContext(t.Context(), self)}
	p.Env = append(append(os.Environ(), childFile+"="+file, childURL+"="+server.URL), more...)
	p.Stdout, p.Stderr = &p.out, &p.out
	return p
}

// exitCode is that of a program that ran to its end, or -1 for one that was killed.
func (p *program) exitCode(t *testing.T) int {
	t.Helper()
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
	}
	return p.ProcessState.ExitCode()
}

func (s *authServer) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("canary-access-%d", s.issued)
}

func TestSixteenProcessesShareOneRefresh(t *testing.T) {
	server := newAuthServer(t)
	store := auth.NewFileStore(filepath.Join(t.TempDir(), "token.json"))
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	programs := make([]*program, 16)
	for i := range programs {
		programs[i] = newProgram(t, server, store.Path())
	}
	for _, program := range programs {
		require.NoError(t, program.Start())
	}
	for _, program := range programs {
		require.Equal(t, exitToken, program.exitCode(t), program.out.String())
		require.Equal(t, "canary-access-2", program.out.String())
	}
	require.Equal(t, 1, server.count(), "one refresh for all")
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", record.Token.Access.Reveal())
	require.Equal(t, "canary-refresh-2", record.Token.Refresh.Reveal())
	require.True(t, server.live["canary-refresh-2"], "the stored pair is the last one issued")
}

// link is a way to the authorization server that is good or bad in its own way, for as long as the first program lives.
type link struct {
	name string
	via  func(t *testing.T) string // where connections end, if not at the server
	cut  string                    // the point of the server at which it hangs up
	// lost are the points at which nobody has the new refresh token but the program that is killed.
	lost []string
}

var links = []link{
	{name: "up", lost: []string{"asked", "issued", "answered", "save 2 created"}},
	{name: "down", via: func(t *testing.T) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		return listener.Addr().String()
	}},
	{name: "half open", via: func(t *testing.T) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0") // the system takes connections, and nobody reads
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
		return listener.Addr().String()
	}},
	{name: "cut before the exchange", cut: "asked"},
	{name: "cut after the exchange", cut: "issued", lost: []string{
		"answered", "save 2 created", "save 2 written", "save 2 flushed", "save 2 renamed", "save 2 done", "unlocked",
	}},
}

// TestAKilledRefreshLeavesAWayOn kills a program at every point of a refresh, over every link, and then anywhere.
func TestAKilledRefreshLeavesAWayOn(t *testing.T) {
	t.Parallel()
	rounds, random := 2, 60
	if testing.Short() || underRaceDetector {
		rounds, random = 1, 10
	}
	for _, link := range links {
		for _, point := range points {
			ofServer := point == "asked" || point == "issued"
			if ofServer && link.name != "up" {
				continue
			}
			for round := range rounds {
				t.Run(fmt.Sprintf("%s/%s/%d", link.name, point, round), func(t *testing.T) {
					t.Parallel()
					code := dieAndGoOn(t, link, func(server *authServer, program *program) {
						if ofServer {
							started := make(chan struct{})
							server.setHook(func(when string, _ url.Values, _ http.ResponseWriter) bool {
								if when == point {
									<-started
									_ = program.Process.Kill()
								}
								return false
							})
							require.NoError(t, program.Start())
							close(started)
						} else {
							program.Env = append(program.Env, childDie+"="+point)
							require.NoError(t, program.Start())
						}
						require.Equal(t, -1, program.exitCode(t), "killed")
					})
					want := exitToken
					if slices.Contains(link.lost, point) {
						want = exitLoginRequired
					}
					require.Equal(t, want, code)
				})
			}
		}
	}
	for round := range random {
		link := links[round%len(links)]
		t.Run(fmt.Sprintf("%s/anywhere/%d", link.name, round), func(t *testing.T) {
			t.Parallel()
			dieAndGoOn(t, link, func(_ *authServer, program *program) {
				require.NoError(t, program.Start())
				timer := time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = program.Process.Kill() })
				defer timer.Stop()
				_ = program.exitCode(t)
			})
		})
	}
}

// dieAndGoOn has a program killed on an expired login, over a link that may be bad, and then starts two more over a good
// one. It returns how they ended.
func dieAndGoOn(t *testing.T, link link, kill func(server *authServer, program *program)) int {
	t.Helper()
	server := newAuthServer(t)
	file := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, auth.NewFileStore(file).Save(t.Context(), server.expired(), nil))
	first := newProgram(t, server, file)
	if link.via != nil {
		first.Env = append(first.Env, childVia+"="+link.via(t))
	}
	server.setHook(func(when string, form url.Values, w http.ResponseWriter) bool {
		return when == link.cut && cut(when, form, w)
	})
	kill(server, first)
	server.outlive(t)
	server.setHook(nil)

	known := server.known(t, file)
	next := newProgram(t, server, file)
	require.NoError(t, next.Start())
	code := next.exitCode(t)
	if code == exitToken {
		require.Equal(t, server.last(), next.out.String())
	} else {
		require.Equal(t, exitLoginRequired, code, next.out.String())
		require.Contains(t, next.out.String(), "log in again")
		require.NotContains(t, next.out.String(), "canary")
		require.Empty(t, known, "a login is lost, and the server would take its refresh token")
	}
	settled := server.count()
	third := newProgram(t, server, file)
	require.NoError(t, third.Start())
	require.Equal(t, code, third.exitCode(t), "the third start ends like the second: %s", third.out.String())
	require.Equal(t, settled, server.count(), "nothing is presented once the answer is stored")
	return code
}

// known returns the refresh tokens that the server still takes and that are written down somewhere.
func (s *authServer) known(t *testing.T, file string) (known []string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	files, err := filepath.Glob(file + "*")
	require.NoError(t, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		for token := range s.live {
			if strings.Contains(string(data), `"`+token+`"`) {
				known = append(known, token)
			}
		}
	}
	return known
}
