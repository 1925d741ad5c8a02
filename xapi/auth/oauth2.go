package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// DefaultRedirectURL is where the user's browser goes after the login. It has to stand, letter for letter, among the
// callback addresses in the app's settings; X refuses localhost where it takes 127.0.0.1.
const DefaultRedirectURL = "http://127.0.0.1:8080/callback"

// RefreshTimeout bounds one request to the authorization server.
const RefreshTimeout = 30 * time.Second

// maxAnswer bounds an answer of the authorization server, in bytes; golang.org/x/oauth2 has the same bound.
const maxAnswer = 1 << 20

// DefaultScopes are what uploading, describing and posting media needs, and a refresh token.
func DefaultScopes() []string {
	return []string{"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"}
}

// Endpoint holds the addresses of the authorization server. Each has to be https, or http on a loopback address.
type Endpoint struct {
	// AuthorizeURL is opened in the user's browser.
	AuthorizeURL string
	// TokenURL exchanges codes and refreshes tokens.
	TokenURL string
	// RevokeURL ends tokens.
	RevokeURL string
}

// DefaultEndpoint returns the addresses that X's guide gives. The authorize address differs from the one in the
// published OpenAPI document, which the guide's has replaced.
func DefaultEndpoint() Endpoint {
	return Endpoint{
		AuthorizeURL: "https://x.com/i/oauth2/authorize",
		TokenURL:     "https://api.x.com/2/oauth2/token",
		RevokeURL:    "https://api.x.com/2/oauth2/revoke",
	}
}

// OAuth2 describes an app that is registered with X for OAuth 2.0. Its methods may be called from several goroutines.
type OAuth2 struct {
	// ClientID names the app.
	ClientID string
	// ClientSecret makes it a confidential client, which proves itself with HTTP Basic. Leave it zero for a public
	// client, which sends its id in the body: native apps and command lines are public, since they keep no secret.
	ClientSecret Secret
	// RedirectURL is the callback. Empty means DefaultRedirectURL.
	RedirectURL string
	// Scopes to ask the user for. Empty means DefaultScopes. Without offline.access no login outlives two hours.
	Scopes []string
	// Endpoint of the authorization server. A field left empty takes its value from DefaultEndpoint.
	Endpoint Endpoint
	// HTTPClient carries the requests to the authorization server. It is copied: redirects are never followed, as
	// they would take credentials elsewhere, and a request without a timeout gets RefreshTimeout. Nil means a client of
	// its own on http.DefaultTransport.
	HTTPClient *http.Client
	// Grace is how long the answer to a refresh is awaited after the caller's context has ended. Zero means as long as the
	// request may take, RefreshTimeout: whoever leaves an answer behind may lose the login. A command that has to end when
	// it is told to takes a short one, which a server that answers at all will meet.
	Grace time.Duration
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
	// Random feeds the state and the verifier of a login. Nil means crypto/rand.
	Random io.Reader
}

func (c OAuth2) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c OAuth2) endpoint() Endpoint {
	endpoint, standard := c.Endpoint, DefaultEndpoint()
	if endpoint.AuthorizeURL == "" {
		endpoint.AuthorizeURL = standard.AuthorizeURL
	}
	if endpoint.TokenURL == "" {
		endpoint.TokenURL = standard.TokenURL
	}
	if endpoint.RevokeURL == "" {
		endpoint.RevokeURL = standard.RevokeURL
	}
	return endpoint
}

// library returns the settings for golang.org/x/oauth2. The auth style is explicit: left to itself, the library tries
// both, and a refresh token does not survive being tried.
func (c OAuth2) library() *oauth2.Config {
	endpoint := c.endpoint()
	config := &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), RedirectURL: c.RedirectURL, Scopes: c.Scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL: endpoint.AuthorizeURL, TokenURL: endpoint.TokenURL, AuthStyle: oauth2.AuthStyleInParams,
		},
	}
	if !c.ClientSecret.IsZero() {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	if config.RedirectURL == "" {
		config.RedirectURL = DefaultRedirectURL
	}
	if len(config.Scopes) == 0 {
		config.Scopes = DefaultScopes()
	}
	return config
}

// check finds what is missing or unsafe in the configuration.
func (c OAuth2) check() error {
	if c.ClientID == "" {
		return errors.New("the OAuth 2.0 client id is missing: take it from the app's keys and tokens page")
	}
	endpoint := c.endpoint()
	return errors.Join(
		checkSecure("the authorize address", endpoint.AuthorizeURL),
		checkSecure("the token address", endpoint.TokenURL),
		checkSecure("the revoke address", endpoint.RevokeURL))
}

// checkSecure refuses an address that would carry credentials in clear text off this machine.
func checkSecure(what, address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%s is malformed", what) // the parser's error would quote it whole
	}
	if parsed.User != nil {
		return fmt.Errorf("%s %q carries a user or password: leave them out", what, parsed.Redacted())
	}
	if parsed.Host == "" || !secure(parsed) {
		return fmt.Errorf("%s %q has to be https, or http on a loopback address", what, parsed.Redacted())
	}
	return nil
}

// secure reports whether credentials may go to u: by https, or by http to this very machine.
func secure(u *url.URL) bool {
	switch strings.ToLower(u.Scheme) {
	case "https":
		return true
	case "http":
		return transport.Loopback(u.Hostname())
	default:
		return false
	}
}

// boundedClient copies client so that it follows no redirect and ends by itself.
func boundedClient(client *http.Client) *http.Client {
	bounded := http.Client{}
	if client != nil {
		bounded = *client
	}
	if bounded.Timeout == 0 {
		bounded.Timeout = RefreshTimeout
	}
	bounded.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &bounded
}

// withClient hands the client to golang.org/x/oauth2, which takes it from the context.
func withClient(ctx context.Context, client *http.Client) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, boundedClient(client))
}

// record turns an answer into what the store keeps. Where it is the answer to a refresh, previous fills in what the
// server left out because it did not change.
func (c OAuth2) record(answer *oauth2.Token, previous *Record) *Record {
	now := c.now().Round(0).UTC()
	token := Token{
		Access: NewSecret(answer.AccessToken), Refresh: NewSecret(answer.RefreshToken),
		Issued: now, Scopes: previous.Token.Scopes,
	}
	if token.Refresh.IsZero() {
		token.Refresh = previous.Token.Refresh
	}
	if answer.ExpiresIn > 0 {
		token.Expiry = now.Add(time.Duration(answer.ExpiresIn) * time.Second)
	}
	if scope, _ := answer.Extra("scope").(string); scope != "" {
		token.Scopes = strings.Fields(scope)
	}
	return &Record{
		Token: token, ClientID: c.ClientID, Confidential: !c.ClientSecret.IsZero(), TokenURL: c.endpoint().TokenURL,
		LoginID: previous.LoginID, UserID: previous.UserID,
	}
}
