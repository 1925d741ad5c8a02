package xapitest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// maxState is how long a state may be, in characters.
const maxState = 500

// code is an authorization code that was handed out.
type code struct {
	client, redirect, challenge string
	scopes                      []string
	expires                     time.Time
}

// authorizeLogin sends the user, who always agrees, back with a code.
func (s *Server) authorizeLogin(c *call) answer {
	q := c.request.URL.Query()
	target, err := url.Parse(q.Get("redirect_uri"))
	s.mu.Lock()
	defer s.mu.Unlock()
	switch app := s.accounts.app; {
	case q.Get("client_id") != app.ClientID && q.Get("client_id") != app.PublicClientID:
		return oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the client_id was invalid.").
			because("the client_id is " + app.ClientID + ", or " + app.PublicClientID + " of a client without a secret")
	case err != nil || !s.redirectsTo(target):
		return oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the redirect_uri did not match a registered one.").
			because("give an address of this machine or, where WithRedirectURI has any, one of those to the letter")
	case q.Get("response_type") != "code":
		return oauthError(http.StatusBadRequest, "unsupported_response_type", "The response_type must be code.")
	case q.Get("state") == "" || len(q.Get("state")) > maxState:
		return oauthError(http.StatusBadRequest, "invalid_request", "The state must have 1 to 500 characters.")
	case q.Get("code_challenge") == "" || !strings.EqualFold(q.Get("code_challenge_method"), "S256"):
		return oauthError(http.StatusBadRequest, "invalid_request", "The code_challenge must be given, with code_challenge_method S256.")
	}
	scopes := strings.Fields(q.Get("scope"))
	if len(scopes) == 0 {
		return oauthError(http.StatusBadRequest, "invalid_scope", "The scope is missing.")
	}
	for _, scope := range scopes {
		if !slices.Contains(allScopes(), scope) {
			refused := oauthError(http.StatusBadRequest, "invalid_scope", "The requested scope is invalid, unknown, or malformed: "+scope+".")
			refused.hint = "the scopes are " + strings.Join(allScopes(), " ")
			return refused
		}
	}
	issued := s.accounts.secret.next("code")
	s.accounts.codes[issued] = &code{
		client: q.Get("client_id"), redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
		scopes: scopes, expires: c.now.Add(codeLives),
	}
	back := target.Query()
	back.Set("state", q.Get("state"))
	back.Set("code", issued)
	target.RawQuery = back.Encode()
	return answer{status: http.StatusFound, header: http.Header{"Location": {target.String()}}}
}

// redirectsTo says whether a login may end at target: a registered address to the letter or, where none is registered,
// any address of this machine.
func (s *Server) redirectsTo(target *url.URL) bool {
	if len(s.settings.redirects) > 0 {
		return slices.Contains(s.settings.redirects, target.String())
	}
	return transport.Loopback(target.Hostname())
}
