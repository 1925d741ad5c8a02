package auth_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// visit is a browser: it opens the address and returns where it is sent.
func visit(t *testing.T, address string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	resp, err := client.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.Header.Get("Location")
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestAuthorizeAddressCarriesPKCEAndState(t *testing.T) {
	login, err := auth.OAuth2{ClientID: clientID}.Begin()
	require.NoError(t, err)
	address, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.Equal(t, "https://x.com/i/oauth2/authorize", address.Scheme+"://"+address.Host+address.Path)
	query := address.Query()
	require.Equal(t, "code", query.Get("response_type"))
	require.Equal(t, "S256", query.Get("code_challenge_method"))
	require.Len(t, query.Get("code_challenge"), 43)
	require.Len(t, query.Get("state"), 43)
	require.Equal(t, clientID, query.Get("client_id"))
	require.Equal(t, "http://127.0.0.1:8080/callback", query.Get("redirect_uri"))
	require.Equal(t, "tweet.read tweet.write users.read media.write offline.access", query.Get("scope"))

	other, err := auth.OAuth2{ClientID: clientID}.Begin()
	require.NoError(t, err)
	require.NotEqual(t, login.URL, other.URL, "state and challenge are fresh each time")
}

func TestHeadlessLogin(t *testing.T) {
	for name, confidential := range map[string]bool{"public client": false, "confidential client": true} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			server.confidential = confidential
			config := server.config()
			if confidential {
				config.ClientSecret = auth.NewSecret(clientSecret)
			}
			login, err := config.Begin()
			require.NoError(t, err)
			record, err := login.Finish(t.Context(), "  "+visit(t, login.URL)+"\n")
			require.NoError(t, err)
			require.Equal(t, "canary-access-1", record.Token.Access.Reveal())
			require.Equal(t, "canary-refresh-1", record.Token.Refresh.Reveal())
			require.Equal(t, []string{"tweet.read", "users.read", "media.write", "offline.access"}, record.Token.Scopes)
			require.Equal(t, 2*time.Hour, record.Token.Expiry.Sub(record.Token.Issued))
			require.Equal(t, confidential, record.Confidential)
			require.Equal(t, clientID, record.ClientID)
		})
	}
}

func TestAnAnswerWithoutScopeGrantsWhatWasAskedFor(t *testing.T) {
	server := newAuthServer(t)
	server.scope = ""
	config := server.config()
	config.Scopes = []string{"media.write"}
	login, err := config.Begin()
	require.NoError(t, err)
	record, err := login.Finish(t.Context(), visit(t, login.URL))
	require.NoError(t, err)
	require.Equal(t, []string{"media.write"}, record.Token.Scopes)
}

func TestLoginRefusesAnswersThatAreNotItsOwn(t *testing.T) {
	server := newAuthServer(t)
	login, err := server.config().Begin()
	require.NoError(t, err)
	redirected, err := url.Parse(visit(t, login.URL))
	require.NoError(t, err)
	with := func(change func(url.Values)) string {
		query, address := redirected.Query(), *redirected
		change(query)
		address.RawQuery = query.Encode()
		return address.String()
	}
	tests := map[string]struct{ address, want string }{
		"wrong state":   {with(func(q url.Values) { q.Set("state", "canary-forged") }), "its state is that of another login"},
		"no state":      {with(func(q url.Values) { q.Del("state") }), "not the address at which the login ends"},
		"forged denial": {with(func(q url.Values) { q.Del("state"); q.Set("error", "access_denied") }), "not the address at which the login ends"},
		"denied":        {with(func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }), "access was denied in the browser"},
		"other error":   {with(func(q url.Values) { q.Del("code"); q.Set("error", "invalid_scope") }), `"invalid_scope"`},
		"no query":      {"http://127.0.0.1:8080/callback", "paste the whole line"},
		"other query":   {"http://127.0.0.1:8080/callback?image=1", "paste the whole line"},
		"malformed":     {redirected.String() + "&canary=%zz", "paste the whole line"},
		"no code":       {with(func(q url.Values) { q.Del("code") }), "carries no code"},
		"nothing":       {"", "not the address at which the login ends: paste the whole line"},
		"the code only": {"canary-code-1", "not the address at which the login ends: paste the whole line"},
		"no address":    {"http://[canary-code", "not the address at which the login ends: paste the whole line"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := login.Finish(t.Context(), test.address)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "canary")
			mine := name == "denied" || name == "other error" || name == "no code"
			require.Equal(t, !mine, errors.Is(err, auth.ErrWrongAddress), "whether it is worth asking again")
		})
	}
	require.Zero(t, server.count(), "nothing was exchanged")
}

func TestAnAddressIsUnderstoodAsPeoplePasteIt(t *testing.T) {
	server := newAuthServer(t)
	for name, paste := range map[string]func(address string) string{
		"whole":            func(a string) string { return a },
		"without a scheme": func(a string) string { return strings.TrimPrefix(a, "http://") },
		"in brackets":      func(a string) string { return "<" + a + ">" },
		"in parentheses":   func(a string) string { return "(" + strings.TrimPrefix(a, "http://") + ")" },
		"in quotes":        func(a string) string { return ` "` + a + `" ` },
		"in code":          func(a string) string { return "`" + a + "`" },
		"with a fragment":  func(a string) string { return a + "#_=_" },
		"from the path on": func(a string) string { return strings.TrimPrefix(a, "http://127.0.0.1:8080") },
		"the query alone":  func(a string) string { return strings.TrimPrefix(a, "http://127.0.0.1:8080/callback") },
	} {
		t.Run(name, func(t *testing.T) {
			login, err := server.config().Begin()
			require.NoError(t, err)
			_, err = login.Finish(t.Context(), paste(visit(t, login.URL)))
			require.NoError(t, err)
		})
	}
}

func TestAnExpiredCodeSaysWhatToDo(t *testing.T) {
	server := newAuthServer(t)
	login, err := server.config().Begin()
	require.NoError(t, err)
	redirected := visit(t, login.URL)
	server.challenges = map[string]string{}
	_, err = login.Finish(t.Context(), redirected)
	require.ErrorContains(t, err, "Value passed for the authorization code was invalid.")
	require.ErrorContains(t, err, "a code lives 30 seconds and works once: start the login again")
	var answer *auth.TokenError
	require.ErrorAs(t, err, &answer)
	require.Equal(t, "invalid_request", answer.Code)
	require.NotContains(t, err.Error(), "canary")
}

func TestLoginOnLoopback(t *testing.T) {
	server := newAuthServer(t)
	config := server.config()
	config.RedirectURL = "http://127.0.0.1:0/callback"
	var callback string
	record, err := config.LoginOnLoopback(t.Context(), func(address string) error {
		opened, err := url.Parse(address)
		require.NoError(t, err)
		callback = opened.Query().Get("redirect_uri")

		status, text := get(t, callback+"?state=forged&code=forged")
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, text, "does not belong to the login")
		for _, query := range []string{"", "?", "?code=forged", "?error=access_denied", "?state=", "?state=%zz", "?%00"} {
			status, _ = get(t, callback+query)
			require.Equal(t, http.StatusBadRequest, status, "an image tag on any page could ask for it: %q", query)
		}
		status, _ = get(t, strings.TrimSuffix(callback, "/callback")+"/favicon.ico")
		require.Equal(t, http.StatusNotFound, status)

		status, text = get(t, address)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, text, "You are logged in")
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, "canary-access-1", record.Token.Access.Reveal())

	address, err := url.Parse(callback)
	require.NoError(t, err)
	_, err = new(net.Dialer).DialContext(t.Context(), "tcp", address.Host)
	require.Error(t, err, "nobody listens after the login")
}

func TestARedirectAddressNeedsNoPath(t *testing.T) {
	server := newAuthServer(t)
	config := server.config()
	config.RedirectURL = "http://127.0.0.1:0"
	record, err := config.LoginOnLoopback(t.Context(), func(address string) error {
		opened, err := url.Parse(address)
		require.NoError(t, err)
		require.NotContains(t, strings.TrimPrefix(opened.Query().Get("redirect_uri"), "http://"), "/", "it is sent as it is registered")
		status, text := get(t, address)
		require.Equal(t, http.StatusOK, status, text)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, "canary-access-1", record.Token.Access.Reveal())
}

func TestLoginOnLoopbackFailsWithTheReason(t *testing.T) {
	server := newAuthServer(t)
	config := server.config()
	config.RedirectURL = "http://127.0.0.1:0/callback"
	_, err := config.LoginOnLoopback(t.Context(), func(address string) error {
		opened, err := url.Parse(address)
		require.NoError(t, err)
		query := opened.Query()
		status, text := get(t, query.Get("redirect_uri")+"?error=access_denied&state="+query.Get("state"))
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, text, "The login failed")
		return nil
	})
	require.ErrorContains(t, err, "access was denied")

	ctx, cancel := context.WithCancel(t.Context())
	_, err = config.LoginOnLoopback(ctx, func(string) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)

	_, err = config.LoginOnLoopback(t.Context(), func(string) error { return io.ErrClosedPipe })
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestLoginOnLoopbackListensOnThisMachineOnly(t *testing.T) {
	for _, redirect := range []string{"https://127.0.0.1:8080/cb", "http://example.com:8080/cb", "http://0.0.0.0:8080/cb", "http://127.0.0.1/cb", "http://127.0.0.1:0/cb#here", "://"} {
		config := auth.OAuth2{ClientID: clientID, RedirectURL: redirect}
		_, err := config.LoginOnLoopback(t.Context(), func(string) error { return nil })
		require.ErrorContains(t, err, "the redirect address", redirect)
	}
}

func TestBeginRefusesAnUnsafeConfiguration(t *testing.T) {
	_, err := auth.OAuth2{}.Begin()
	require.ErrorContains(t, err, "client id is missing")
	for _, address := range []string{"http://api.x.com/token", "ftp://127.0.0.1/token", "/token", "http://127.0.0.1.example.com/", "https://me:canary@api.x.com/token", "https://me:canary@[/token"} {
		_, err = auth.OAuth2{ClientID: clientID, Endpoint: auth.Endpoint{TokenURL: address}}.Begin()
		require.ErrorContains(t, err, "the token address", address)
		require.NotContains(t, err.Error(), "canary")
	}
	_, err = auth.OAuth2{ClientID: clientID, Random: strings.NewReader("short")}.Begin()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestCredentialsFollowNoRedirect(t *testing.T) {
	server := newAuthServer(t)
	elsewhere := newAuthServer(t)
	server.hook = func(_ string, _ url.Values, w http.ResponseWriter) bool {
		w.Header().Set("Location", elsewhere.URL+"/token")
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	}
	login, err := server.config().Begin()
	require.NoError(t, err)
	_, err = login.Finish(t.Context(), visit(t, login.URL))
	require.ErrorContains(t, err, "answered 307")
	require.Zero(t, elsewhere.count())
}

// FuzzFinish holds that an address which does not answer this very login never gets as far as the server, and that no
// error quotes the address.
func FuzzFinish(f *testing.F) {
	server := newAuthServer(f)
	login, err := server.config().Begin()
	require.NoError(f, err)
	f.Add("http://127.0.0.1:8080/callback?state=canary&code=canary")
	f.Add("?error=access_denied&error_description=canary")
	f.Add("http://[canary")
	f.Fuzz(func(t *testing.T, address string) {
		_, err := login.Finish(t.Context(), address)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "canary")
		require.Zero(t, server.count())
	})
}
