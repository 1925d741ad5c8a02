package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// The environment variables that credentials come from.
const (
	tokenVariable        = "X_ACCESS_TOKEN"
	tokenFileVariable    = "X_TOKEN_FILE"
	clientIDVariable     = "X_CLIENT_ID"
	clientSecretVariable = "X_CLIENT_SECRET"
)

// oauth1Variables are the four of OAuth 1.0a, in the order of the fields of auth.OAuth1.
var oauth1Variables = [4]string{"X_API_KEY", "X_API_KEY_SECRET", "X_OAUTH1_TOKEN", "X_OAUTH1_TOKEN_SECRET"}

// identity is as whom to call.
type identity struct {
	option xapi.ClientOption
	// source says where the credentials come from, for the user.
	source string
	// session is the stored login where that is the source, else nil.
	session *auth.Session
}

// identify finds the credentials: the stored login, else those of the environment.
//
// A login at another server than baseURL's is left alone, as if it were not there: a sandbox gets no real token.
func identify(ctx context.Context, c console, baseURL string) (identity, error) {
	store, err := tokenStore(c)
	if err != nil {
		return identity{}, err
	}
	app := loginApp(c, baseURL)
	record, err := store.Load(ctx)
	switch {
	case err == nil && record.TokenURL == app.Endpoint.TokenURL:
		session := auth.NewSession(app, store)
		return identity{xapi.WithLogin(session), "the login stored in " + store.Path(), session}, nil
	case err != nil && !errors.Is(err, auth.ErrNoLogin):
		return identity{}, fmt.Errorf("%w (xmedia login)", err)
	}
	if token := c.env(tokenVariable); token != "" {
		return identity{option: xapi.WithAccessToken(token), source: tokenVariable}, nil
	}
	return identifyOAuth1(c)
}

// identifyOAuth1 takes the four variables of OAuth 1.0a, all or none.
func identifyOAuth1(c console) (identity, error) {
	var values [4]auth.Secret
	var missing []string
	for i, name := range oauth1Variables {
		if values[i] = auth.NewSecret(c.env(name)); values[i].IsZero() {
			missing = append(missing, name)
		}
	}
	switch len(missing) {
	case 0:
		user := auth.OAuth1{ConsumerKey: values[0], ConsumerSecret: values[1], Token: values[2], TokenSecret: values[3]}
		return identity{option: xapi.WithOAuth1(user), source: "OAuth 1.0a from " + oauth1Variables[0] + " and its three companions"}, nil
	case len(oauth1Variables):
		return identity{}, usage("no credentials: run xmedia login, or set %s, or all of %s; xmedia upload --sandbox needs none",
			tokenVariable, strings.Join(oauth1Variables[:], ", "))
	default:
		return identity{}, usage("OAuth 1.0a needs all four of %s: set %s as well",
			strings.Join(oauth1Variables[:], ", "), strings.Join(missing, ", "))
	}
}

// tokenStore is where the login is kept.
func tokenStore(c console) (*auth.FileStore, error) {
	if path := c.env(tokenFileVariable); path != "" {
		return auth.NewFileStore(path), nil
	}
	path, err := auth.DefaultPath()
	if err != nil {
		return nil, fmt.Errorf("%w: set %s to a path", err, tokenFileVariable)
	}
	return auth.NewFileStore(path), nil
}

// loginApp is the app that logs in, at the authorization server that goes with baseURL: X's own, or the one that a
// sandbox has under its address.
func loginApp(c console, baseURL string) auth.OAuth2 {
	endpoint := auth.DefaultEndpoint()
	if base, err := url.Parse(strings.TrimSuffix(baseURL, "/")); err == nil && baseURL != "" && base.String() != xapi.DefaultBaseURL {
		endpoint = auth.Endpoint{
			AuthorizeURL: base.JoinPath("i", "oauth2", "authorize").String(),
			TokenURL:     base.JoinPath("2", "oauth2", "token").String(),
			RevokeURL:    base.JoinPath("2", "oauth2", "revoke").String(),
		}
	}
	return auth.OAuth2{
		ClientID: c.env(clientIDVariable), ClientSecret: auth.NewSecret(c.env(clientSecretVariable)), Endpoint: endpoint,
	}
}
