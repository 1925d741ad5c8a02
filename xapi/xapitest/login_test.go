package xapitest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// login is a client that logs in by OAuth 2.0.
type login struct {
	*wire

	client, secret, redirect, verifier string
}

func newLogin(w *wire) *login {
	return &login{
		wire: w, client: w.srv.App().ClientID, secret: w.srv.App().ClientSecret,
		redirect: "http://127.0.0.1:9999/callback", verifier: strings.Repeat("verifier", 8),
	}
}

// consent opens the authorize URL, with changes, and returns the answer and what the redirect carries.
func (l *login) consent(change url.Values) (reply, url.Values) {
	l.t.Helper()
	sum := sha256.Sum256([]byte(l.verifier))
	q := url.Values{
		"response_type": {"code"}, "client_id": {l.client}, "redirect_uri": {l.redirect}, "state": {"a state"},
		"scope": {"tweet.read users.read offline.access"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
	for name, values := range change {
		q[name] = values
	}
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, l.srv.URL+"/i/oauth2/authorize?"+q.Encode(), nil)
	require.NoError(l.t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(l.t, err)
	require.NoError(l.t, resp.Body.Close())
	back, err := url.Parse(resp.Header.Get("Location"))
	require.NoError(l.t, err)
	return reply{status: resp.StatusCode, header: resp.Header}, back.Query()
}

// form posts a form to an endpoint of the login, with Basic where there is a secret.
func (l *login) form(path string, values url.Values) reply {
	l.t.Helper()
	if l.secret == "" {
		values.Set("client_id", l.client)
	}
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, l.srv.URL+path, strings.NewReader(values.Encode()))
	require.NoError(l.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if l.secret != "" {
		req.SetBasicAuth(url.QueryEscape(l.client), url.QueryEscape(l.secret))
	}
	return l.send(req)
}

func (l *login) exchange(code string) reply {
	l.t.Helper()
	return l.form("/2/oauth2/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {l.redirect}, "code_verifier": {l.verifier},
	})
}

func (l *login) refresh(token string) reply {
	l.t.Helper()
	return l.form("/2/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

func TestLoginGivesATokenThatRotates(t *testing.T) {
	for name, public := range map[string]bool{"confidential": false, "public": true} {
		l := newLogin(newWire(t))
		if public {
			l.client, l.secret = l.srv.App().PublicClientID, ""
		}
		_, back := l.consent(nil)
		require.Equal(t, "a state", back.Get("state"), name)
		issued := l.exchange(back.Get("code"))
		require.Equal(t, http.StatusOK, issued.status, "%s: %s", name, issued.body)
		require.InEpsilon(t, 7200, issued.json(t, "expires_in"), 0)
		require.Equal(t, "tweet.read users.read offline.access", issued.json(t, "scope"))
		require.Equal(t, http.StatusOK, l.as("Bearer "+issued.json(t, "access_token").(string)).get("/2/users/me").status)

		first := issued.json(t, "refresh_token").(string)
		second := l.refresh(first)
		require.Equal(t, http.StatusOK, second.status)
		require.NotEqual(t, first, second.json(t, "refresh_token"))
		spent := l.refresh(first)
		require.Equal(t, http.StatusBadRequest, spent.status)
		require.JSONEq(t, `{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`, string(spent.body))

		revoked := second.json(t, "access_token").(string)
		require.Equal(t, http.StatusOK, l.form("/2/oauth2/revoke", url.Values{"token": {revoked}}).status)
		require.Equal(t, http.StatusUnauthorized, l.as("Bearer "+revoked).get("/2/users/me").status)

		tokens := l.srv.Tokens()
		require.Len(t, tokens, 3, "that of Server.Token, and two by the login")
		require.True(t, tokens[1].Spent)
		require.True(t, tokens[2].Revoked)
	}
}

func TestCodeWorksOnceAndForThirtySeconds(t *testing.T) {
	l := newLogin(newWire(t))
	_, back := l.consent(nil)
	require.Equal(t, http.StatusOK, l.exchange(back.Get("code")).status)
	require.Equal(t, http.StatusBadRequest, l.exchange(back.Get("code")).status)

	_, back = l.consent(nil)
	l.srv.Advance(31 * time.Second)
	require.Equal(t, http.StatusBadRequest, l.exchange(back.Get("code")).status)

	_, back = l.consent(nil)
	l.verifier = "another"
	require.Equal(t, http.StatusBadRequest, l.exchange(back.Get("code")).status)
}

func TestBadLoginsAreRefused(t *testing.T) {
	l := newLogin(newWire(t, xapitest.WithRedirectURI("http://127.0.0.1:9999/callback")))
	for name, change := range map[string]url.Values{
		"client":    {"client_id": {"somebody"}},
		"redirect":  {"redirect_uri": {"http://127.0.0.1:9999/callback/"}},
		"state":     {"state": {strings.Repeat("x", 501)}},
		"challenge": {"code_challenge_method": {"plain"}},
		"scope":     {"scope": {""}},
	} {
		refused, back := l.consent(change)
		require.Equal(t, http.StatusBadRequest, refused.status, name)
		require.Empty(t, back.Get("code"), name)
	}
	l.secret = "wrong"
	refused := l.refresh("any")
	require.Equal(t, http.StatusUnauthorized, refused.status)
	require.Equal(t, "unauthorized_client", refused.json(t, "error"))
}

func TestAppTokenIsForTheKeysOfTheApp(t *testing.T) {
	l := newLogin(newWire(t))
	l.client, l.secret = l.srv.App().APIKey, l.srv.App().APIKeySecret
	issued := l.form("/oauth2/token", url.Values{"grant_type": {"client_credentials"}})
	require.Equal(t, http.StatusOK, issued.status)
	require.Equal(t, "bearer", issued.json(t, "token_type"))
	app := l.as("Bearer " + issued.json(t, "access_token").(string))
	require.Equal(t, http.StatusOK, app.get("/2/tweets/1").status)
	require.Equal(t, http.StatusForbidden, app.get("/2/users/me").status)
	l.secret = "wrong"
	require.Equal(t, http.StatusForbidden, l.form("/oauth2/token", url.Values{"grant_type": {"client_credentials"}}).status)
}

// TestLoginsOfOtherClientsAreTaken has the two liberties that node-twitter-api-v2 takes and the real server allows: the
// name of the method in small letters, and JSON in place of a form.
func TestLoginsOfOtherClientsAreTaken(t *testing.T) {
	l := newLogin(newWire(t))
	_, back := l.consent(url.Values{"code_challenge_method": {"s256"}})
	body, err := json.Marshal(object{
		"grant_type": "authorization_code", "code": back.Get("code"), "redirect_uri": l.redirect, "code_verifier": l.verifier,
	})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.srv.URL+"/2/oauth2/token", bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json;charset=UTF-8")
	req.SetBasicAuth(l.client, l.secret)
	require.Equal(t, http.StatusOK, l.send(req).status)
}
