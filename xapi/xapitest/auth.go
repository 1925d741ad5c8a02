package xapitest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
)

// The security schemes by their names in the spec.
const (
	schemeApp    = "BearerToken"
	schemeOAuth2 = "OAuth2UserToken"
	schemeOAuth1 = "UserToken"
)

// caller is who sends a request, and by what right.
type caller struct {
	scheme string
	// user is the id of the user, empty for an app.
	user   string
	scopes []string
}

// authenticate finds out who sends the request. Where the credentials are missing or not good, it says why.
func (s *Server) authenticate(c *call) (who caller, why string) {
	header := c.request.Header.Get("Authorization")
	kind, rest, _ := strings.Cut(header, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case strings.EqualFold(kind, "Bearer"):
		t := s.accounts.find(func(t *Token) bool { return t.Access == rest })
		switch {
		case t == nil:
			return caller{}, s.accounts.noToken(rest)
		case t.Revoked:
			return caller{}, "the token was revoked"
		case !t.Expires.IsZero() && !c.now.Before(t.Expires):
			return caller{}, "the token has expired: refresh it"
		case t.User == "":
			return caller{scheme: schemeApp}, ""
		default:
			return caller{scheme: schemeOAuth2, user: t.User, scopes: t.Scopes}, ""
		}
	case strings.EqualFold(kind, "OAuth"):
		user, wrong := s.accounts.signedBy(c, rest)
		if wrong != "" {
			return caller{}, wrong
		}
		return caller{scheme: schemeOAuth1, user: user}, ""
	}
	return caller{}, s.accounts.noCredentials(c, kind, header)
}

// authorize takes in who calls, or refuses the call as the real API does.
func (s *Server) authorize(c *call) (answer, bool) {
	if len(c.operation.Security) == 0 {
		return answer{}, true
	}
	who, why := s.authenticate(c)
	if why != "" {
		refused := unauthorized()
		refused.hint = why
		return refused, false
	}
	i := slices.IndexFunc(c.operation.Security, func(r gen.Requirement) bool { return r.Scheme == who.scheme })
	if i < 0 {
		return s.unsupported(c.operation, who), false
	}
	for _, scope := range c.operation.Security[i].Scopes {
		if who.scheme == schemeOAuth2 && !slices.Contains(who.scopes, scope) {
			refused := forbidden("Forbidden")
			refused.hint = "the token lacks the scope " + scope + ": log in again, with it"
			return refused, false
		}
	}
	c.caller = who
	return answer{}, true
}

// schemeNames are what the API's answers call the schemes.
var schemeNames = map[string]string{
	schemeApp:    "OAuth 2.0 Application-Only",
	schemeOAuth2: "OAuth 2.0 User Context",
	schemeOAuth1: "OAuth 1.0a User Context",
}

// unsupported refuses a kind of credentials that the operation does not take.
func (s *Server) unsupported(op *gen.Operation, who caller) answer {
	var names []string
	for _, r := range op.Security {
		names = append(names, schemeNames[r.Scheme])
	}
	hint := "call with the token of a user, in place of the app's"
	if who.scheme != schemeApp {
		hint = "call with a token of the kind that is supported: POST /oauth2/token gives the app's, a login a user's"
	}
	return answer{status: http.StatusForbidden, hint: hint, body: object{
		"title": "Unsupported Authentication",
		"detail": "Authenticating with " + schemeNames[who.scheme] + " is forbidden for this endpoint. Supported: " +
			strings.Join(names, ", ") + ".",
		"type":   s.problemType("unsupported-authentication"),
		"status": http.StatusForbidden,
	}}
}
