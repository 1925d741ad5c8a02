package auth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

const (
	clientID     = "client-of-tests"
	clientSecret = "canary-client-secret"
)

// authServer is an authorization server with X's ways: refresh tokens are good for one use, and a spent one is answered
// with invalid_request.
type authServer struct {
	*httptest.Server
	open atomic.Int64 // connections

	mu           sync.Mutex
	confidential bool
	issued       int
	lifetime     int               // expires_in, in seconds; 0 leaves it out
	scope        string            // "" leaves it out
	keepRefresh  bool              // answer a refresh without a refresh token
	live         map[string]bool   // refresh tokens that are not spent
	presented    map[string]int    // how often each refresh token was presented
	challenges   map[string]string // code to PKCE challenge
	revoked      []string
	requests     int
	// hook runs at the start of a token request, and again after the state has changed, before the answer.
	hook func(when string, form url.Values, w http.ResponseWriter) (handled bool)
}

func newAuthServer(tb testing.TB) *authServer {
	tb.Helper()
	s := &authServer{
		lifetime: 7200, scope: "tweet.read users.read media.write offline.access",
		live: map[string]bool{}, presented: map[string]int{}, challenges: map[string]string{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /revoke", s.revoke)
	s.Server = httptest.NewUnstartedServer(mux)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.open.Add(1)
		case http.StateClosed, http.StateHijacked:
			s.open.Add(-1)
		}
	}
	s.Start()
	tb.Cleanup(s.Close)
	return s
}

// outlive returns when the server has dealt with all that a program sent before it died. A connection of our own comes
// after those of the program, so that the server has taken them once it answers ours.
func (s *authServer) outlive(t *testing.T) {
	t.Helper()
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.URL)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Eventually(t, func() bool { return s.open.Load() == 0 }, 30*time.Second, time.Millisecond)
}

func (s *authServer) endpoint() auth.Endpoint {
	return auth.Endpoint{AuthorizeURL: s.URL + "/authorize", TokenURL: s.URL + "/token", RevokeURL: s.URL + "/revoke"}
}

func (s *authServer) config() auth.OAuth2 {
	return auth.OAuth2{ClientID: clientID, Endpoint: s.endpoint()}
}

// authorize plays the browser of a user who agrees.
func (s *authServer) authorize(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	code := fmt.Sprintf("canary-code-%d", len(s.challenges)+1)
	s.challenges[code] = query.Get("code_challenge")
	back, _ := url.Parse(query.Get("redirect_uri"))
	back.RawQuery = url.Values{"state": {query.Get("state")}, "code": {code}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (s *authServer) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.hook != nil && s.hook("asked", r.PostForm, w) {
		return
	}
	if !s.knows(r) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "unauthorized_client", "error_description": "Missing valid authorization header"})
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
		challenge, known := s.challenges[r.PostForm.Get("code")]
		delete(s.challenges, r.PostForm.Get("code"))
		if !known || challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request", "error_description": "Value passed for the authorization code was invalid."})
			return
		}
	case "refresh_token":
		token := r.PostForm.Get("refresh_token")
		s.presented[token]++
		if !s.live[token] {
			answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request", "error_description": "Value passed for the token was invalid."})
			return
		}
		if !s.keepRefresh {
			delete(s.live, token)
		}
	}
	pair := s.issue()
	if s.hook != nil && s.hook("issued", r.PostForm, w) {
		return
	}
	answer(w, http.StatusOK, pair)
}

// knows checks the client: Basic for a confidential one, the id in the body for a public one.
func (s *authServer) knows(r *http.Request) bool {
	user, password, basic := r.BasicAuth()
	if s.confidential {
		return basic && user == clientID && password == clientSecret && r.PostForm.Get("client_secret") == ""
	}
	return !basic && r.PostForm.Get("client_id") == clientID
}

// issue makes the next pair. The caller holds the lock.
func (s *authServer) issue() map[string]any {
	s.issued++
	pair := map[string]any{"token_type": "bearer", "access_token": fmt.Sprintf("canary-access-%d", s.issued)}
	if s.lifetime != 0 {
		pair["expires_in"] = s.lifetime
	}
	if s.scope != "" {
		pair["scope"] = s.scope
	}
	if !s.keepRefresh {
		refresh := fmt.Sprintf("canary-refresh-%d", s.issued)
		s.live[refresh] = true
		pair["refresh_token"] = refresh
	}
	return pair
}

func (s *authServer) revoke(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.knows(r) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "unauthorized_client"})
		return
	}
	s.revoked = append(s.revoked, r.PostForm.Get("token"))
	answer(w, http.StatusOK, map[string]any{"revoked": true})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// expired is a stored login whose access token has ended; its refresh token is good.
func (s *authServer) expired() *auth.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	pair := s.issue()
	return &auth.Record{
		Token: auth.Token{
			Access: auth.NewSecret(pair["access_token"].(string)), Refresh: auth.NewSecret(fmt.Sprintf("canary-refresh-%d", s.issued)),
			Issued: time.Now().Add(-3 * time.Hour), Expiry: time.Now().Add(-time.Hour),
			Scopes: []string{"tweet.read", "users.read", "media.write", "offline.access"},
		},
		ClientID: clientID, TokenURL: s.endpoint().TokenURL,
	}
}

func (s *authServer) setHook(hook func(when string, form url.Values, w http.ResponseWriter) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

func (s *authServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// most returns how often the most presented refresh token was presented.
func (s *authServer) most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := 0
	for _, n := range s.presented {
		most = max(most, n)
	}
	return most
}

// session returns a session on an expired login, and its store.
func (s *authServer) session(t *testing.T) (*auth.Session, *auth.MemoryStore) {
	t.Helper()
	store := new(auth.MemoryStore)
	require.NoError(t, store.Save(t.Context(), s.expired(), nil))
	return auth.NewSession(s.config(), store), store
}

// halfway returns a session on a login whose access token is good for an hour yet.
func (s *authServer) halfway(t *testing.T) *auth.Session {
	t.Helper()
	record := s.expired()
	record.Token.Issued, record.Token.Expiry = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	store := new(auth.MemoryStore)
	require.NoError(t, store.Save(t.Context(), record, nil))
	return auth.NewSession(s.config(), store)
}
