package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// The tests of this file start the test binary again, as programs that share a stored login.
const (
	childFile = "XAPI_AUTH_CHILD_FILE" // the token file; set in a child only
	childURL  = "XAPI_AUTH_CHILD_URL"  // the authorization server
	childDie  = "XAPI_AUTH_CHILD_DIE"  // the point at which the child kills itself, or empty
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
	session := auth.NewSession(auth.OAuth2{
		ClientID: clientID,
		Endpoint: auth.Endpoint{
			TokenURL: os.Getenv(childURL) + "/token", RevokeURL: os.Getenv(childURL) + "/revoke",
		},
		HTTPClient: &http.Client{Transport: dyingTransport{store}},
	}, store)
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
	resp, err := http.DefaultTransport.RoundTrip(req)
	t.store.reach("answered")
	return resp, err
}

// program is a child under way.
type program struct {
	*exec.Cmd
	out bytes.Buffer
}

func newProgram(t *testing.T, server *authServer, file, die string) *program {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &program{Cmd: exec.CommandContext(t.Context(), self)}
	p.Env = append(os.Environ(), childFile+"="+file, childURL+"="+server.URL, childDie+"="+die)
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
		programs[i] = newProgram(t, server, store.Path(), "")
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

// TestAKilledRefreshLeavesAWayOn kills a program at every point of a refresh, 200 times in all, and starts the next two.
func TestAKilledRefreshLeavesAWayOn(t *testing.T) {
	rounds, random := 10, 30
	if testing.Short() || underRaceDetector {
		rounds, random = 1, 5
	}
	var ends sync.Map
	t.Run("points", func(t *testing.T) {
		for i, point := range points {
			for round := range rounds {
				t.Run(fmt.Sprintf("%s %d", point, round), func(t *testing.T) {
					t.Parallel()
					code := dieAndGoOn(t, func(server *authServer, file string) {
						if point == "asked" || point == "issued" {
							program, started := newProgram(t, server, file, ""), make(chan struct{})
							server.setHook(func(when string, _ url.Values, _ http.ResponseWriter) bool {
								if when == point {
									<-started
									_ = program.Process.Kill()
								}
								return false
							})
							require.NoError(t, program.Start())
							close(started)
							require.Equal(t, -1, program.exitCode(t), "killed")
							server.setHook(nil)
							return
						}
						program := newProgram(t, server, file, point)
						require.NoError(t, program.Start())
						require.Equal(t, -1, program.exitCode(t), "killed")
					})
					ends.Store(i, code)
				})
			}
		}
	})
	for i, point := range points {
		code, _ := ends.Load(i)
		want := exitToken
		if strings.Compare(point, "save 1 renamed") == 0 || i > 5 && i < 14 {
			want = exitLoginRequired
		}
		require.Equal(t, want, code, "only between the mark and the new pair is a login lost: %s", point)
	}
	t.Run("anywhere", func(t *testing.T) {
		for round := range random {
			t.Run(fmt.Sprint(round), func(t *testing.T) {
				t.Parallel()
				dieAndGoOn(t, func(server *authServer, file string) {
					program := newProgram(t, server, file, "")
					require.NoError(t, program.Start())
					timer := time.AfterFunc(rand.N(40*time.Millisecond), func() { _ = program.Process.Kill() })
					defer timer.Stop()
					_ = program.exitCode(t)
				})
			})
		}
	})
}

// dieAndGoOn has a program killed on an expired login and starts it again, twice. It returns how the next start ended.
func dieAndGoOn(t *testing.T, kill func(server *authServer, file string)) int {
	t.Helper()
	server := newAuthServer(t)
	file := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, auth.NewFileStore(file).Save(t.Context(), server.expired(), nil))
	kill(server, file)

	next := newProgram(t, server, file, "")
	require.NoError(t, next.Start())
	code := next.exitCode(t)
	if code == exitToken {
		require.Equal(t, server.last(), next.out.String())
	} else {
		require.Equal(t, exitLoginRequired, code, next.out.String())
		require.Contains(t, next.out.String(), "log in again")
		require.NotContains(t, next.out.String(), "canary")
	}
	third := newProgram(t, server, file, "")
	require.NoError(t, third.Start())
	require.Equal(t, code, third.exitCode(t), "the third start ends like the second: %s", third.out.String())
	require.LessOrEqual(t, server.most(), 1, "no refresh token is presented twice")
	return code
}
