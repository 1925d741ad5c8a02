package xapitest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// Lifetimes of OAuth 2.0: documented by the API.
const (
	codeLives   = 30 * time.Second
	accessLives = 7200 * time.Second
)

// logins are the endpoints of the login. They are no operations of the spec, but are routed, recorded and disturbed
// like them, under ids of the sandbox's own.
var logins = []*gen.Operation{
	{ID: "oauth2Authorize", Method: http.MethodGet, Path: "/i/oauth2/authorize"},
	{ID: "oauth2Authorize", Method: http.MethodGet, Path: "/2/oauth2/authorize"},
	{ID: "oauth2Token", Method: http.MethodPost, Path: "/2/oauth2/token"},
	{ID: "oauth2Revoke", Method: http.MethodPost, Path: "/2/oauth2/revoke"},
	{ID: "oauth2AppToken", Method: http.MethodPost, Path: "/oauth2/token"},
	{ID: "oauth1RequestToken", Method: http.MethodPost, Path: "/oauth/request_token"},
	{ID: "oauth1Authorize", Method: http.MethodGet, Path: "/oauth/authorize"},
	{ID: "oauth1Authorize", Method: http.MethodGet, Path: "/oauth/authenticate"},
	{ID: "oauth1AccessToken", Method: http.MethodPost, Path: "/oauth/access_token"},
}

// oauthError is the body of the login's errors, which are no problems.
func oauthError(status int, name, description string) answer {
	return answer{status: status, contentType: "application/json;charset=utf-8", body: object{
		"error": name, "error_description": description,
	}}
}

// token answers /2/oauth2/token.
func (s *Server) token(c *call) answer {
	form := c.parameters()
	s.mu.Lock()
	defer s.mu.Unlock()
	client, refused := s.accounts.client(c, form)
	if refused != nil {
		return *refused
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return s.accounts.exchange(c, client, form)
	case "refresh_token":
		return s.accounts.refresh(c, client, form)
	default:
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "The grant_type is not supported.").
			because("the grant_type is authorization_code or refresh_token, in a form; POST /oauth2/token has client_credentials")
	}
}

// client finds out which client asks: a confidential one by Basic, a public one by its id in the body.
func (a *accounts) client(c *call, form url.Values) (string, *answer) {
	id, secret, basic := c.basic()
	switch {
	case basic && id == a.app.ClientID && secret == a.app.ClientSecret:
		return id, nil
	case !basic && form.Get("client_id") == a.app.PublicClientID:
		return a.app.PublicClientID, nil
	}
	refused := oauthError(http.StatusUnauthorized, "unauthorized_client", "Missing valid authorization header")
	refused.hint = "a confidential client sends its id and secret by Basic, a public one its client_id in the body: those of Server.App"
	return "", &refused
}

// exchange gives a token for a code, which works once and within 30 seconds.
func (a *accounts) exchange(c *call, client string, form url.Values) answer {
	given := a.codes[form.Get("code")]
	delete(a.codes, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	switch {
	case given == nil || given.client != client || c.now.After(given.expires):
		return oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the authorization code was invalid.").
			because("a code works once, for the client that asked for it, and within 30 seconds")
	case given.redirect != form.Get("redirect_uri"):
		return oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the redirect uri did not match the uri of the authorization code.").
			because("give the redirect_uri of the login again, which was " + given.redirect)
	case given.challenge != base64.RawURLEncoding.EncodeToString(sum[:]):
		return oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the code verifier did not match the code challenge.").
			because("the code_challenge is the base64url, without =, of the SHA-256 of the code_verifier")
	}
	return granted(a.issue(a.me.ID, given.scopes, c.now.Add(accessLives), client))
}

// refresh gives a new pair for a refresh token, which is spent by it.
func (a *accounts) refresh(c *call, client string, form url.Values) answer {
	value := form.Get("refresh_token")
	old := a.find(func(t *Token) bool { return value != "" && t.Refresh == value })
	if old == nil || old.Spent || old.Revoked || old.client != client {
		// Not invalid_grant, as RFC 6749 has it: this is what the real API has been seen to answer.
		refused := oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the token was invalid.")
		if old != nil && old.Spent {
			return refused.because("this refresh token was used before: each works once, and the answer to that has the next")
		}
		return refused.because("refresh_token is one that was issued to this client, with the scope offline.access, and not revoked")
	}
	old.Spent = true
	return granted(a.issue(old.User, old.Scopes, c.now.Add(accessLives), client))
}

func granted(t *Token) answer {
	body := object{
		"token_type": "bearer", "expires_in": int(accessLives.Seconds()), "access_token": t.Access,
		"scope": strings.Join(t.Scopes, " "),
	}
	if t.Refresh != "" {
		body["refresh_token"] = t.Refresh
	}
	return answer{status: http.StatusOK, contentType: "application/json;charset=utf-8", body: body}
}

// revoke takes back the token of that name, be it an access or a refresh token.
func (s *Server) revoke(c *call) answer {
	form := c.parameters()
	s.mu.Lock()
	defer s.mu.Unlock()
	client, refused := s.accounts.client(c, form)
	if refused != nil {
		return *refused
	}
	value := form.Get("token")
	t := s.accounts.find(func(t *Token) bool { return value != "" && (t.Access == value || t.Refresh == value) })
	if t != nil && t.client == client {
		t.Revoked = true
	}
	return answer{status: http.StatusOK, body: object{"revoked": true}}
}

// appToken answers /oauth2/token: an app-only token for the app's keys.
func (s *Server) appToken(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, secret, _ := c.basic()
	switch {
	case key != s.accounts.app.APIKey || secret != s.accounts.app.APIKeySecret:
		return answer{status: http.StatusForbidden, contentType: "application/json;charset=utf-8", hint: "send the API key and its secret by Basic", body: object{
			"errors": []object{{"code": 99, "message": "Unable to verify your credentials", "label": "authenticity_token_error"}},
		}}
	case c.parameters().Get("grant_type") != "client_credentials":
		return answer{status: http.StatusForbidden, contentType: "application/json;charset=utf-8", hint: "send the form grant_type=client_credentials", body: object{
			"errors": []object{{"code": 170, "message": "Missing required parameter: grant_type", "label": "forbidden_missing_parameter"}},
		}}
	}
	t := s.accounts.find(func(t *Token) bool { return t.User == "" && !t.Revoked })
	if t == nil {
		t = s.accounts.issue("", nil, time.Time{}, key)
	}
	return answer{status: http.StatusOK, contentType: "application/json;charset=utf-8", body: object{
		"token_type": "bearer", "access_token": t.Access,
	}}
}

// basic returns the credentials of HTTP Basic. Both are form-encoded inside (RFC 6749, 2.3.1).
func (c *call) basic() (id, secret string, ok bool) {
	id, secret, ok = c.request.BasicAuth()
	if plain, err := url.QueryUnescape(id); err == nil {
		id = plain
	}
	if plain, err := url.QueryUnescape(secret); err == nil {
		secret = plain
	}
	return id, secret, ok
}

// parameters returns those of a login's body: form-encoded as RFC 6749 has it, or JSON, which some clients send.
func (c *call) parameters() url.Values {
	if c.contentType() != "application/json" {
		return c.form()
	}
	var fields map[string]any
	_ = c.decode(&fields)
	values := url.Values{}
	for name, value := range fields {
		if text, isText := value.(string); isText {
			values.Set(name, text)
		}
	}
	return values
}

// form returns the parameters of a form-encoded body, or none.
func (c *call) form() url.Values {
	if c.contentType() != "application/x-www-form-urlencoded" {
		return nil
	}
	values, _ := url.ParseQuery(string(c.body))
	return values
}
