package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

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
	address := strings.TrimPrefix(here.URL, "http://")
	require.Contains(t, c.err.String(), "no credentials: there is no stored login at api.x.com, but there are at ")
	require.Contains(t, c.err.String(), address)
	require.Contains(t, c.err.String(), ": name that server with --base-url, or run xapi login, or set X_ACCESS_TOKEN")
	require.NotContains(t, c.err.String(), "--sandbox", "which whoami does not have")
	require.Equal(t, misuse, c.run(t, "call", "getUsersMe"))
	require.Contains(t, c.err.String(), "--sandbox needs none")

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
	require.Contains(t, c.err.String(), "called bob, but there are: ../ada, Ada: choose one with --as, or run xapi login --base-url "+server.URL+" --as bob")

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
	c.env["X_OAUTH1_TOKEN"] = "canary-token"
	require.Contains(t, c.login(t, server), "X_OAUTH1_TOKEN is set and comes before the stored login")
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

// TestTheSecretOfTheAppIsNoUser has what the listener of webhooks is told beside a login: the two know nothing of each other.
func TestTheSecretOfTheAppIsNoUser(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	require.Empty(t, c.login(t, server))
	c.env["X_API_KEY_SECRET"] = "canary-key-secret"
	require.Equal(t, "Bearer canary-access-42", c.whoami(t, server))
	require.Contains(t, c.login(t, server), "this replaces an earlier login")
	require.NotContains(t, c.err.String(), "comes before the stored login")
}

func TestAnAppIsKnownByItsKey(t *testing.T) {
	sandbox := xapitest.New(t)
	app := sandbox.App()
	c := newCommand(t)
	c.env["X_API_KEY"], c.env["X_API_KEY_SECRET"] = app.APIKey, app.APIKeySecret
	require.Equal(t, done, c.run(t, "call", "getRules", "--base-url", sandbox.URL), c.err.String())
	c.env[tokenVariable] = sandbox.Token()
	require.Equal(t, done, c.run(t, "call", "getRules", "--base-url", sandbox.URL), c.err.String())
	require.Equal(t, done, c.run(t, "whoami", "--base-url", sandbox.URL), "the user stays the user")
	require.NotContains(t, c.out.String()+c.err.String(), app.APIKeySecret)
}

func TestWhatTheCredentialsMayNotDoIsToldWithTheCommandThatHelps(t *testing.T) {
	server := newLoginServer(t)
	c := newCommand(t)
	c.inFolder(t)
	require.Empty(t, c.login(t, server, "--as", "ada"))
	require.Equal(t, failed, c.run(t, "post", "hello", "--base-url", server.URL, "--as", "ada"))
	require.Contains(t, c.err.String(), "log in again with it: xapi login --base-url "+server.URL+" --as ada --scopes tweet.read,users.read,tweet.write\n")
	require.Equal(t, failed, c.run(t, "call", "getRules", "--base-url", server.URL, "--as", "ada"))
	require.Contains(t, c.err.String(), "only an OAuth 2.0 user token: set X_BEARER_TOKEN, or X_API_KEY and X_API_KEY_SECRET\n")
	c.env[bearerVariable] = "canary-app"
	require.Equal(t, failed, c.run(t, "post", "hello", "--base-url", server.URL))
	require.Contains(t, c.err.String(), "only an app-only bearer token: log in by xapi login --base-url "+server.URL+"\n")
}

func TestALoginThatIsSpentIsToldWithTheCommandThatHelps(t *testing.T) {
	sandbox := xapitest.New(t)
	c := newCommand(t)
	record := &auth.Record{ClientID: sandbox.App().PublicClientID, TokenURL: sandbox.URL + "/2/oauth2/token", Token: auth.Token{
		Access: auth.NewSecret("canary-access"), Refresh: auth.NewSecret("canary-spent"), Expiry: time.Now().Add(-time.Minute),
	}}
	c.env[clientIDVariable] = record.ClientID
	require.NoError(t, auth.NewFileStore(c.env[tokenFileVariable]).Replace(t.Context(), record))
	for range 2 { // X is asked once: then it is known
		require.Equal(t, failed, c.run(t, "post", "hello", "--base-url", sandbox.URL))
		require.Contains(t, c.err.String(), "log in again")
		require.True(t, strings.HasSuffix(c.err.String(), "xapi login --base-url "+sandbox.URL+"\n"), c.err.String())
	}
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
