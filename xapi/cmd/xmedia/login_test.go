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
		if r.PostFormValue("code") != "canary-code" || !strings.Contains("my-app other-app", r.PostFormValue("client_id")) {
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
	require.Contains(t, c.err.String(), "no credentials: there is no stored login: run xmedia login --base-url "+server.URL+", or set X_ACCESS_TOKEN")
	require.Equal(t, failed, c.run(t, "logout"))
	require.Contains(t, c.err.String(), "there is no stored login")
}

// inFolder has logins kept in a folder of their own, as they are where no variable names a file.
func (c *command) inFolder(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	delete(c.env, tokenFileVariable)
	return home
}

func TestEachServerHasItsOwnLogins(t *testing.T) {
	here, there := newLoginServer(t), newLoginServer(t)
	there.user = "43"
	c := newCommand(t)
	c.inFolder(t)
	require.Empty(t, c.login(t, here))
	require.Empty(t, c.login(t, there), "a login at another server replaces nothing")
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, here))
	require.Equal(t, "Bearer canary-access-43", c.whoami(t, there))
	require.Equal(t, misuse, c.run(t, "whoami"), "and neither is one at X")
	require.Contains(t, c.err.String(), "no credentials: there is no stored login: run xmedia login, or set X_ACCESS_TOKEN")

	require.Equal(t, done, c.run(t, "logout", "--base-url", there.URL), c.err.String())
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, here))
	require.Equal(t, failed, c.run(t, "logout", "--base-url", there.URL))
}

func TestEachUserHasALogin(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.inFolder(t)
	require.Empty(t, c.login(t, server, "--as", "Ada"))
	server.user = "43"
	require.Empty(t, c.login(t, server, "--as", "../ada"), "names are kept apart, whatever they are")
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "there is no stored login called default, but there are: ../ada, Ada: choose one with --as")
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL, "--as", "bob"))
	require.Contains(t, c.err.String(), "called bob, but there are: ../ada, Ada: choose one with --as, or run xmedia login --base-url "+server.URL+" --as bob")

	server.user = "44"
	require.Empty(t, c.login(t, server))
	c.env[tokenVariable] = "canary-given"
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server, "--as", "Ada"), "what is asked for by name comes before the environment")
	require.Equal(t, "Bearer canary-given", c.whoami(t, server))
	delete(c.env, tokenVariable)
	require.Equal(t, "Bearer canary-access-43", c.whoami(t, server, "--as", "../ada"))
	require.Equal(t, "Bearer canary-access-44", c.whoami(t, server))

	require.Equal(t, done, c.run(t, "logout", "--base-url", server.URL, "--as", "Ada"), c.err.String())
	require.Equal(t, []string{"canary-refresh-42", "canary-access-42"}, server.revoked)
	require.Equal(t, "Bearer canary-access-43", c.whoami(t, server, "--as", "../ada"))
}

func TestReplacingALoginSaysSo(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.inFolder(t)
	require.Empty(t, c.login(t, server))
	require.Equal(t, "this replaces an earlier login of the same user\n", c.login(t, server))
	server.user = "43"
	require.Equal(t, "this replaces the login of the user with id 42: to keep several users, give each a name with --as\n", c.login(t, server))
	server.user = ""
	said := c.login(t, server)
	require.Contains(t, said, "X did not say who has logged in: getUsersMe: 403")
	require.Contains(t, said, "this replaces a login that was stored before")
	require.Contains(t, c.out.String(), "logged in with tweet.read", "the login is kept all the same")
	server.user = "42"
	c.env["X_API_KEY"] = "canary-key"
	require.Contains(t, c.login(t, server), "X_API_KEY is set and comes before the stored login")
}

func TestEachAppHasItsOwnLogins(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.inFolder(t)
	require.Empty(t, c.login(t, server))
	server.user = "43"
	require.Empty(t, c.login(t, server, "--client-id", "other-app"))
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server), "X_CLIENT_ID says which app")
	delete(c.env, clientIDVariable)
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "logins of several apps: set X_CLIENT_ID to one of my-app, other-app")
	c.env[clientIDVariable] = "third-app"
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "default of the app my-app, default of the app other-app")
	c.env[clientIDVariable] = "other-app"
	require.Equal(t, "Bearer canary-access-43", c.whoami(t, server))
}

func TestAFileThatIsNamedKeepsItsLogin(t *testing.T) {
	server, other := newLoginServer(t), newLoginServer(t)
	c := newCommand(t)
	require.Empty(t, c.login(t, server))
	require.Equal(t, misuse, c.run(t, "login", "--base-url", other.URL))
	require.Contains(t, c.err.String(), "holds a login at "+server.URL+"/2/oauth2/token: name another file in X_TOKEN_FILE")
	require.Equal(t, misuse, c.run(t, "login", "--base-url", server.URL, "--client-id", "other-app"))
	require.Contains(t, c.err.String(), "holds a login of the app my-app")
	require.Equal(t, failed, c.run(t, "whoami", "--base-url", other.URL))
	require.Contains(t, c.err.String(), "the stored login is one at "+server.URL)
	require.Empty(t, other.seen)
	require.Equal(t, misuse, c.run(t, "logout", "--local", "--base-url", other.URL))
	require.Contains(t, c.err.String(), "name that server with --base-url")
	require.Equal(t, misuse, c.run(t, "whoami", "--base-url", server.URL, "--as", "ada"))
	require.Contains(t, c.err.String(), "X_TOKEN_FILE names the file of one login")
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server))

	link := filepath.Join(t.TempDir(), "link.json")
	require.NoError(t, os.Symlink(c.env[tokenFileVariable], link))
	file := c.env[tokenFileVariable]
	c.env[tokenFileVariable] = link
	server.user = "43"
	c.login(t, server)
	c.env[tokenFileVariable] = file
	require.Equal(t, "Bearer canary-access-43", c.whoami(t, server), "the file behind the link is the one that was written")
}

func TestAnAddressOfAServerIsCheckedBeforeItIsShown(t *testing.T) {
	c := newCommand(t)
	for _, address := range []string{"https://me:canary@api.x.com", "ftp://127.0.0.1", "foo", "https://exa mple"} {
		for _, command := range []string{"login", "logout", "whoami"} {
			require.Equal(t, misuse, c.run(t, command, "--base-url", address), "%s %s: %s", command, address, c.err.String())
		}
	}
}

func TestNamesOfLoginsAreNames(t *testing.T) {
	c := newCommand(t)
	c.inFolder(t)
	for _, name := range []string{strings.Repeat("a", 65), "a\x1b[31m", "a\nb", " a"} {
		for _, command := range []string{"login", "logout", "whoami"} {
			require.Equal(t, misuse, c.run(t, command, "--as", name))
			require.Contains(t, c.err.String(), "--as takes a name of at most 64 characters that can be printed")
		}
	}
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
	require.Contains(t, c.err.String(), "xmedia: finish the login: this is not the address at which the login ends: its state is that of another login")
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

func TestTheEnvironmentComesBeforeTheLogin(t *testing.T) {
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

	require.Equal(t, "X_ACCESS_TOKEN is set and comes before the stored login: unset it to use the login\n", c.login(t, server))
	require.Equal(t, "Bearer canary-given", c.whoami(t, server))
	delete(c.env, tokenVariable)
	require.Contains(t, c.whoami(t, server), `OAuth oauth_consumer_key="canary-key"`)
	for name := range oauth1 {
		delete(c.env, name)
	}
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server))
}

func TestHalfOfTheCredentialsIsTold(t *testing.T) {
	c := newCommand(t)
	c.env["X_API_KEY"], c.env["X_OAUTH1_TOKEN"] = "canary-key", "canary-token"
	require.Equal(t, misuse, c.run(t, "whoami"))
	require.Contains(t, c.err.String(), "set X_API_KEY_SECRET, X_OAUTH1_TOKEN_SECRET as well")
}

func TestABrokenTokenFileIsToldWhereItIsNeeded(t *testing.T) {
	server := newLoginServer(t)
	for content, want := range map[string]string{`{"version":1,"acc`: "cut short", `{"version":7}`: "newer release: version 7, this release reads up to 1: update it"} {
		c := newCommand(t)
		require.NoError(t, os.WriteFile(c.env[tokenFileVariable], []byte(content), 0o600))
		require.Equal(t, failed, c.run(t, "whoami"))
		require.Contains(t, c.err.String(), want)
		c.env[tokenVariable] = "canary-given"
		require.Equal(t, "Bearer canary-given", c.whoami(t, server), "what is not needed blocks nothing")
	}
	c := newCommand(t)
	require.NoError(t, os.WriteFile(c.env[tokenFileVariable], []byte(`{}`), 0o600))
	require.NoError(t, os.Chmod(c.env[tokenFileVariable], 0o644))
	require.Equal(t, failed, c.run(t, "whoami"))
	require.Contains(t, c.err.String(), fmt.Sprintf("%s may be read by others (mode 0644)", c.env[tokenFileVariable]))
	require.Contains(t, c.login(t, server), "this replaces a login that was stored before")
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server))
}
