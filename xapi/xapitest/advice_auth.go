package xapitest

import (
	"slices"
	"strings"
)

// oneIsHad says where tokens come from.
const oneIsHad = "Server.Token, POST /oauth2/token or a login gives one"

// noToken says what stands where a token has to. accounts are guarded by Server.mu.
func (a *accounts) noToken(given string) string {
	given = strings.TrimSpace(given)
	switch {
	case given == "":
		return "there is no token after Bearer: " + oneIsHad
	case strings.HasPrefix(given, "Bearer "):
		return "the word Bearer stands there twice: write it once, and the token after it"
	case strings.Trim(given, "\"'") != given:
		return "write the token without quotes around it"
	case placeholder(given):
		return "the token is a placeholder: " + oneIsHad + "; a shell puts no variables into single quotes"
	}
	for name, value := range map[string]string{
		"API key": a.app.APIKey, "API key's secret": a.app.APIKeySecret, "client id": a.app.ClientID, "client secret": a.app.ClientSecret,
		"public client id": a.app.PublicClientID, "access token's secret": a.app.AccessTokenSecret,
	} {
		if given == value {
			return "this is the " + name + ", which is no token: " + oneIsHad
		}
	}
	if _, signs := a.signing[given]; signs {
		return "this is an access token of OAuth 1.0a: sign with it, by Authorization: OAuth; " + oneIsHad + " for Bearer"
	}
	if a.find(func(t *Token) bool { return t.Refresh != "" && t.Refresh == given }) != nil {
		return "this is a refresh token: POST /2/oauth2/token gives an access token for it"
	}
	return "the sandbox did not issue this token: " + oneIsHad
}

// noCredentials says what is wrong with a header of no scheme that the API knows, or what to send where there is none.
func (a *accounts) noCredentials(c *call, kind, header string) string {
	query := c.request.URL.Query()
	switch {
	case strings.EqualFold(kind, "Basic"):
		return "Basic is for POST /oauth2/token and /2/oauth2/token alone: send Authorization: Bearer and the token that they give"
	case a.find(func(t *Token) bool { return t.Access == header }) != nil:
		return "put the word Bearer before the token, with a space between them"
	case slices.ContainsFunc(secretParameters, query.Has):
		return "a token goes into the header: Authorization: Bearer and the token"
	}
	return "send the header Authorization: Bearer and a token, or a signature of OAuth 1.0a"
}
