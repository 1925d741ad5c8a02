package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
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
}

func newLoginServer(t *testing.T) *loginServer {
	t.Helper()
	s := &loginServer{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /i/oauth2/authorize", func(w http.ResponseWriter, r *http.Request) {
		s.authorized = r.URL.Query()
		http.Redirect(w, r, s.authorized.Get("redirect_uri")+"?code=canary-code&state="+s.authorized.Get("state"), http.StatusFound)
	})
	mux.HandleFunc("POST /2/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.PostFormValue("code") != "canary-code" || r.PostFormValue("client_id") != "my-app" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, `{"access_token":"canary-access","refresh_token":"canary-refresh","expires_in":7200,"scope":"tweet.read users.read"}`)
	})
	mux.HandleFunc("POST /2/oauth2/revoke", func(w http.ResponseWriter, r *http.Request) {
		s.revoked = append(s.revoked, r.PostFormValue("token"))
		_, _ = io.WriteString(w, `{"revoked":true}`)
	})
	mux.HandleFunc("GET /2/users/me", func(w http.ResponseWriter, r *http.Request) {
		s.seen = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{"id":"42","name":"Ada \u001b[31mL.","username":"ada"}}`)
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

// command runs xmedia.
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

func (c *command) login(t *testing.T, server *loginServer) {
	t.Helper()
	cmd := newLogin(c.console(), func(address string) error { follow(t, address, true); return nil })
	cmd.SetArgs([]string{"--base-url", server.URL, "--redirect-url", "http://127.0.0.1:0/callback"})
	require.NoError(t, cmd.ExecuteContext(t.Context()))
	require.Equal(t, "logged in with tweet.read users.read; stored in "+c.env[tokenFileVariable]+"\n", c.out.String())
	require.NotContains(t, c.err.String(), "canary")
}

func TestLoginWhoamiLogout(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.login(t, server)
	require.Equal(t, "tweet.read tweet.write users.read media.write offline.access", server.authorized.Get("scope"))

	require.Equal(t, done, c.run(t, "whoami", "--base-url", server.URL), c.err.String())
	require.Contains(t, c.out.String(), "@ada (Ada [31mL., id 42)\nby the login stored in "+c.env[tokenFileVariable])
	require.Contains(t, c.out.String(), "scopes tweet.read users.read\ngood until ")
	require.Contains(t, c.out.String(), "; it renews itself\n")
	require.Equal(t, "Bearer canary-access", server.seen)

	require.Equal(t, done, c.run(t, "logout", "--base-url", server.URL), c.err.String())
	require.Equal(t, []string{"canary-refresh", "canary-access"}, server.revoked)
	_, err := os.Stat(c.env[tokenFileVariable])
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "no credentials: run xmedia login")
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

func TestHeadlessLoginRefusesAForgedAddress(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.in = &typist{t: t, screen: &c.err, change: func(string) string { return "http://127.0.0.1:8080/callback?code=canary-code&state=forged" }}
	require.Equal(t, failed, c.run(t, "login", "--headless", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "state in the redirected address is not that of this login")
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
	require.Equal(t, done, c.run(t, "logout", "--local"))
	_, err := os.Stat(c.env[tokenFileVariable])
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestCredentialsComeFromTheLoginThenTheEnvironment(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	oauth1 := map[string]string{
		"X_API_KEY": "canary-key", "X_API_KEY_SECRET": "canary-key-secret",
		"X_OAUTH1_TOKEN": "canary-token", "X_OAUTH1_TOKEN_SECRET": "canary-token-secret",
	}
	for name, value := range oauth1 {
		c.env[name] = value
	}
	require.Equal(t, done, c.run(t, "whoami", "--base-url", server.URL), c.err.String())
	require.Contains(t, server.seen, `OAuth oauth_consumer_key="canary-key"`)
	require.Contains(t, c.out.String(), "by OAuth 1.0a from X_API_KEY")

	c.env[tokenVariable] = "canary-given"
	require.Equal(t, done, c.run(t, "whoami", "--base-url", server.URL), c.err.String())
	require.Equal(t, "Bearer canary-given", server.seen)
	require.Contains(t, c.out.String(), "by X_ACCESS_TOKEN\n")

	c.login(t, server)
	require.Equal(t, done, c.run(t, "whoami", "--base-url", server.URL), c.err.String())
	require.Equal(t, "Bearer canary-access", server.seen)

	other := newLoginServer(t)
	require.Equal(t, done, c.run(t, "whoami", "--base-url", other.URL), c.err.String())
	require.Equal(t, "Bearer canary-given", other.seen, "another server does not get the login's token")
}

func TestHalfOfTheCredentialsIsTold(t *testing.T) {
	c := newCommand(t)
	c.env["X_API_KEY"], c.env["X_OAUTH1_TOKEN"] = "canary-key", "canary-token"
	require.Equal(t, misuse, c.run(t, "whoami"))
	require.Contains(t, c.err.String(), "set X_API_KEY_SECRET, X_OAUTH1_TOKEN_SECRET as well")
}

func TestABrokenTokenFileIsNotPassedOver(t *testing.T) {
	for content, want := range map[string]string{`{"version":1,"acc`: "cut short", `{"version":7}`: "newer release"} {
		c := newCommand(t)
		c.env[tokenVariable] = "canary-given"
		require.NoError(t, os.WriteFile(c.env[tokenFileVariable], []byte(content), 0o600))
		require.Equal(t, failed, c.run(t, "whoami"))
		require.Contains(t, c.err.String(), want)
		require.Contains(t, c.err.String(), "xmedia login")
	}
	c := newCommand(t)
	require.NoError(t, os.WriteFile(c.env[tokenFileVariable], []byte(`{}`), 0o600))
	require.NoError(t, os.Chmod(c.env[tokenFileVariable], 0o644))
	require.Equal(t, failed, c.run(t, "whoami"))
	require.Contains(t, c.err.String(), fmt.Sprintf("%s may be read by others (mode 0644)", c.env[tokenFileVariable]))
}
