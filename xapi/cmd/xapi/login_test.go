package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// loginServer is an authorization server and an API that knows one user.
type loginServer struct {
	*httptest.Server
	authorized url.Values // the last authorize request
	revoked    []string
	seen       string // the Authorization header of the last API call
	user       string // the id of the user who logs in
}

func newLoginServer(t *testing.T) *loginServer {
	t.Helper()
	s := &loginServer{user: "42"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /i/oauth2/authorize", func(w http.ResponseWriter, r *http.Request) {
		s.authorized = r.URL.Query()
		http.Redirect(w, r, s.authorized.Get("redirect_uri")+"?code=canary-code&state="+s.authorized.Get("state"), http.StatusFound)
	})
	mux.HandleFunc("POST /2/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.PostFormValue("code") != "canary-code" || !slices.Contains([]string{"my-app", "other-app"}, r.PostFormValue("client_id")) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprintf(w, `{"access_token":"canary-access-%[1]s","refresh_token":"canary-refresh-%[1]s","expires_in":7200,"scope":"tweet.read users.read"}`, s.user)
	})
	mux.HandleFunc("POST /2/oauth2/revoke", func(w http.ResponseWriter, r *http.Request) {
		s.revoked = append(s.revoked, r.PostFormValue("token"))
		_, _ = io.WriteString(w, `{"revoked":true}`)
	})
	mux.HandleFunc("GET /2/users/me", func(w http.ResponseWriter, r *http.Request) {
		s.seen = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		if s.user == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, id, _ := strings.Cut(s.seen, "canary-access-")
		_, _ = fmt.Fprintf(w, `{"data":{"id":%q,"name":"Ada \u001b[31mL.","username":"ada"}}`, cmp.Or(id, "1"))
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// follow is a browser: it opens the address and returns the last one, where the redirects end.
func follow(t *testing.T, address string, last bool) string {
	t.Helper()
	client := &http.Client{}
	if !last {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	resp, err := client.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.Header.Get("Location")
}

// command runs xapi.
type command struct {
	in       io.Reader
	out, err bytes.Buffer
	env      map[string]string
}

func newCommand(t *testing.T) *command {
	t.Helper()
	return &command{in: strings.NewReader(""), env: map[string]string{
		tokenFileVariable: filepath.Join(t.TempDir(), "token.json"), clientIDVariable: "my-app",
	}}
}

func (c *command) console() console {
	c.out.Reset()
	c.err.Reset()
	return console{in: c.in, out: &c.out, err: &c.err, env: func(name string) string { return c.env[name] }}
}

func (c *command) run(t *testing.T, args ...string) int {
	t.Helper()
	code := run(t.Context(), args, c.console())
	require.NotContains(t, c.out.String()+c.err.String(), "canary")
	return code
}

// login logs in at server, with more flags, and returns what it says beside the result.
func (c *command) login(t *testing.T, server *loginServer, more ...string) string {
	t.Helper()
	cmd := newLogin(c.console(), func(address string) error { follow(t, address, true); return nil })
	cmd.SetArgs(append([]string{"--base-url", server.URL, "--redirect-url", "http://127.0.0.1:0/callback"}, more...))
	cmd.SetOut(io.Discard)
	require.NoError(t, cmd.ExecuteContext(t.Context()))
	require.Contains(t, c.out.String(), "with tweet.read users.read; stored in ")
	require.NotContains(t, c.out.String()+c.err.String(), "canary")
	_, said, _ := strings.Cut(c.err.String(), "on this machine:\n")
	_, said, _ = strings.Cut(said, "\n")
	return said
}

// whoami says with what the API is called.
func (c *command) whoami(t *testing.T, server *loginServer, more ...string) string {
	t.Helper()
	require.Equal(t, done, c.run(t, append([]string{"whoami", "--base-url", server.URL}, more...)...), c.err.String())
	return server.seen
}

func TestLoginWhoamiLogout(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	require.Empty(t, c.login(t, server))
	require.Equal(t, "logged in as @ada (Ada [31mL., id 42) with tweet.read users.read; stored in "+c.env[tokenFileVariable]+"\n", c.out.String())
	require.Equal(t, "tweet.read tweet.write users.read media.write offline.access", server.authorized.Get("scope"))

	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server))
	require.Contains(t, c.out.String(), "@ada (Ada [31mL., id 42)\nby the login stored in "+c.env[tokenFileVariable])
	require.Contains(t, c.out.String(), "scopes tweet.read users.read\ngood until ")
	require.Contains(t, c.out.String(), "; it renews itself\n")

	require.Equal(t, done, c.run(t, "logout", "--base-url", server.URL), c.err.String())
	require.Equal(t, []string{"canary-refresh-42", "canary-access-42"}, server.revoked)
	_, err := os.Stat(c.env[tokenFileVariable])
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "no credentials: there is no stored login: run xapi login --base-url "+server.URL+", or set X_ACCESS_TOKEN")
	require.Equal(t, failed, c.run(t, "logout"))
	require.Contains(t, c.err.String(), "there is no stored login")
}

// typist is a user who opens the address that the command shows, and pastes where the browser ends up.
type typist struct {
	t      *testing.T
	screen *bytes.Buffer
	change func(string) string
	line   io.Reader
}

func (u *typist) Read(p []byte) (int, error) {
	if u.line == nil {
		_, shown, _ := strings.Cut(u.screen.String(), "any browser:\n")
		address, _, _ := strings.Cut(shown, "\n")
		u.line = strings.NewReader(u.change(follow(u.t, address, false)) + "\n")
	}
	return u.line.Read(p)
}

func TestHeadlessLogin(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.in = &typist{t: t, screen: &c.err, change: func(pasted string) string { return pasted }}
	require.Equal(t, done, c.run(t, "login", "--headless", "--base-url", server.URL, "--scopes", "tweet.read,users.read"), c.err.String())
	require.Equal(t, "http://127.0.0.1:8080/callback", server.authorized.Get("redirect_uri"))
	require.Equal(t, "tweet.read users.read", server.authorized.Get("scope"))
	require.Equal(t, done, c.run(t, "whoami", "--base-url", server.URL))
}

func TestHeadlessLoginAsksAgain(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.in = &typist{t: t, screen: &c.err, change: func(pasted string) string {
		return "\nhello\nhttp://127.0.0.1:8080/callback?code=canary-code&state=forged\n<" + strings.TrimPrefix(pasted, "http://") + ">"
	}}
	require.Equal(t, done, c.run(t, "login", "--headless", "--base-url", server.URL), c.err.String())
	require.Equal(t, 3, strings.Count(c.err.String(), "paste it once more:"))
	require.Contains(t, c.err.String(), "its state is that of another login")
	require.Contains(t, c.out.String(), "logged in as @ada")
}

func TestHeadlessLoginRefusesAForgedAddress(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.in = &typist{t: t, screen: &c.err, change: func(string) string { return "http://127.0.0.1:8080/callback?code=canary-code&state=forged" }}
	require.Equal(t, failed, c.run(t, "login", "--headless", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "xapi: finish the login: this is not the address at which the login ends: its state is that of another login")
	_, err := os.Stat(c.env[tokenFileVariable])
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestLoginEndsWithTheCommand(t *testing.T) {
	c := newCommand(t)
	reader, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	c.in = reader
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, failed, run(ctx, []string{"login", "--headless"}, c.console()))
	require.Contains(t, c.err.String(), "context canceled")
}

func TestLoginNeedsAnApp(t *testing.T) {
	c := newCommand(t)
	delete(c.env, clientIDVariable)
	require.Equal(t, misuse, c.run(t, "login"))
	require.Contains(t, c.err.String(), "--client-id or in X_CLIENT_ID")
}

func TestLogoutLocally(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.login(t, server)
	server.Close()
	require.Equal(t, failed, c.run(t, "logout", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "remove it with --local")
	require.Equal(t, done, c.run(t, "logout", "--local", "--base-url", server.URL))
	_, err := os.Stat(c.env[tokenFileVariable])
	require.ErrorIs(t, err, os.ErrNotExist)
}
