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

// authenticate finds out who sends the request. It returns false where the credentials are missing or not good.
func (s *Server) authenticate(c *call) (caller, bool) {
	header := c.request.Header.Get("Authorization")
	kind, rest, _ := strings.Cut(header, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case strings.EqualFold(kind, "Bearer"):
		t := s.accounts.find(func(t *Token) bool { return t.Access == rest })
		switch {
		case t == nil || t.Revoked || !t.Expires.IsZero() && !c.now.Before(t.Expires):
			return caller{}, false
		case t.User == "":
			return caller{scheme: schemeApp}, true
		default:
			return caller{scheme: schemeOAuth2, user: t.User, scopes: t.Scopes}, true
		}
	case strings.EqualFold(kind, "OAuth"):
		if user, ok := s.accounts.signedBy(c, rest); ok {
			return caller{scheme: schemeOAuth1, user: user}, true
		}
	}
	return caller{}, false
}

// authorize takes in who calls, or refuses the call as the real API does.
func (s *Server) authorize(c *call) (answer, bool) {
	if len(c.operation.Security) == 0 {
		return answer{}, true
	}
	who, known := s.authenticate(c)
	if !known {
		return unauthorized(), false
	}
	i := slices.IndexFunc(c.operation.Security, func(r gen.Requirement) bool { return r.Scheme == who.scheme })
	if i < 0 {
		return s.unsupported(c.operation, who), false
	}
	for _, scope := range c.operation.Security[i].Scopes {
		if who.scheme == schemeOAuth2 && !slices.Contains(who.scopes, scope) {
			return forbidden("Forbidden"), false
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
	return answer{status: http.StatusForbidden, body: object{
		"title": "Unsupported Authentication",
		"detail": "Authenticating with " + schemeNames[who.scheme] + " is forbidden for this endpoint. Supported: " +
			strings.Join(names, ", ") + ".",
		"type":   s.problemType("unsupported-authentication"),
		"status": http.StatusForbidden,
	}}
}
