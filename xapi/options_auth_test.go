package xapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// guarded is an API and its authorization server in one. It takes the tokens that it issued last.
type guarded struct {
	*httptest.Server
	calls, refreshes atomic.Int32
	spent            bool   // refuse refreshes
	seen             string // the last Authorization header
}

func newGuarded(t *testing.T) *guarded {
	g := &guarded{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2/oauth2/token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if g.spent {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`))
			return
		}
		_, _ = fmt.Fprintf(w, `{"access_token":"canary-fresh-%d","refresh_token":"canary-next","expires_in":7200}`, g.refreshes.Add(1))
	})
	mux.HandleFunc("POST /oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		key, secret, _ := r.BasicAuth()
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"token_type":"bearer","access_token":%q}`, "canary-fresh-"+key+secret)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		g.calls.Add(1)
		g.seen = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		if !strings.HasPrefix(g.seen, "Bearer canary-fresh") && !strings.HasPrefix(g.seen, "OAuth ") {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]any{
				"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized: " + g.seen,
			})
			return
		}
		_, _ = w.Write([]byte(`{"data":{"id":"1","name":"n","username":"u"}}`))
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

func (g *guarded) session(t *testing.T) *auth.Session {
	store := auth.NewFileStore(filepath.Join(t.TempDir(), "token.json"))
	tokenURL := g.URL + "/2/oauth2/token"
	require.NoError(t, store.Save(t.Context(), &auth.Record{
		ClientID: "app", TokenURL: tokenURL,
		Token: auth.Token{
			Access: auth.NewSecret("canary-stale"), Refresh: auth.NewSecret("canary-refresh"),
			Issued: time.Now().Add(-time.Hour), Expiry: time.Now().Add(time.Hour), Scopes: []string{"tweet.read", "users.read"},
		},
	}, nil))
	return auth.NewSession(auth.OAuth2{ClientID: "app", Endpoint: auth.Endpoint{TokenURL: tokenURL}}, store)
}

func TestALoginRenewsItselfOnA401(t *testing.T) {
	server := newGuarded(t)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithLogin(server.session(t)))
	require.NoError(t, err)
	_, err = client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "Bearer canary-fresh-1", server.seen)
	require.Equal(t, int32(2), server.calls.Load())
	_, err = client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, int32(1), server.refreshes.Load())
}

func TestTheOriginal401CarriesTheFailureOfItsRefresh(t *testing.T) {
	server := newGuarded(t)
	server.spent = true
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithLogin(server.session(t)))
	require.NoError(t, err)
	_, err = client.GetUsersMe(t.Context(), nil)
	var answer *xapi.Error
	require.ErrorAs(t, err, &answer)
	require.Equal(t, http.StatusUnauthorized, answer.Status)
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	var refused *auth.TokenError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "invalid_request", refused.Code)
	require.ErrorContains(t, err, "Value passed for the token was invalid.")
	require.ErrorContains(t, err, "log in again")
	require.NotContains(t, err.Error(), "canary", "though the server quoted the token")
	require.NotContains(t, string(answer.Body), "canary")
	require.Equal(t, int32(1), server.calls.Load())
}

func TestAMissingScopeFailsBeforeSending(t *testing.T) {
	server := newGuarded(t)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithLogin(server.session(t)))
	require.NoError(t, err)
	_, err = client.CreateMediaMetadata(t.Context(), xapi.MediaMetadataUpdate{})
	require.EqualError(t, err, "createMediaMetadata needs media.write; this token has tweet.read users.read; log in again with it")
	var scope *auth.ScopeError
	require.ErrorAs(t, err, &scope)
	require.Zero(t, server.calls.Load())
}

func TestAnAppOnlyTokenMayNotUpload(t *testing.T) {
	server := newGuarded(t)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithBearerToken("canary-app"))
	require.NoError(t, err)
	_, err = client.FinalizeMediaUpload(t.Context(), "1")
	var scheme *auth.SchemeError
	require.ErrorAs(t, err, &scheme)
	require.ErrorContains(t, err, "finalizeMediaUpload needs an OAuth 2.0 user token with media.write or OAuth 1.0a user credentials")
	require.Zero(t, server.calls.Load())
}

func TestEachSchemeIsAnOption(t *testing.T) {
	oauth1 := auth.OAuth1{
		ConsumerKey: auth.NewSecret("k"), ConsumerSecret: auth.NewSecret("ks"), Token: auth.NewSecret("t"), TokenSecret: auth.NewSecret("ts"),
	}
	for want, option := range map[string]xapi.ClientOption{
		"Bearer canary-fresh-given":      xapi.WithAccessToken("canary-fresh-given", "tweet.read", "users.read"),
		"Bearer canary-fresh-app":        xapi.WithBearerToken("canary-fresh-app"),
		"Bearer canary-fresh-key-secret": xapi.WithClientCredentials("key-", "secret"),
		`OAuth oauth_consumer_key="k"`:   xapi.WithOAuth1(oauth1),
	} {
		server := newGuarded(t)
		client, err := xapi.New(xapi.WithBaseURL(server.URL), option)
		require.NoError(t, err)
		_, err = client.GetMediaByMediaKey(t.Context(), "3_1", nil)
		require.NoError(t, err)
		require.Contains(t, server.seen, want)
	}
}

func TestCredentialsAreCheckedByNew(t *testing.T) {
	_, err := xapi.New(xapi.WithBearerToken(""), xapi.WithOAuth1(auth.OAuth1{}), xapi.WithClientCredentials("k", ""), xapi.WithLogin(nil))
	for _, want := range []string{"WithBearerToken: the token is empty", "WithOAuth1: the API key is missing",
		"WithClientCredentials: the API key or its secret is missing", "WithLogin: the session is nil"} {
		require.ErrorContains(t, err, want)
	}
	_, err = xapi.New(xapi.WithAccessToken("one"), xapi.WithAccessToken("two"))
	require.ErrorContains(t, err, "configured twice")
}
