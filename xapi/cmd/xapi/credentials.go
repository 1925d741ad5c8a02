package main

import (
	"context"
	"errors"
	"fmt"
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

// bearerVariable holds an app-only bearer token, which goes beside whatever else there is.
const bearerVariable = "X_BEARER_TOKEN"

// identity is as whom to call.
type identity struct {
	option xapi.ClientOption
	// source says where the credentials come from, for the user.
	source string
	// session is the stored login where that is the source, else nil.
	session *auth.Session
}

// identify finds the credentials: the login that --as names; else those of the environment, as with every other tool;
// else the stored login.
func identify(ctx context.Context, c console, conn connection) (identity, error) {
	if conn.as == "" {
		if token := c.env(tokenVariable); token != "" {
			return identity{option: xapi.WithAccessToken(token), source: tokenVariable}, nil
		}
		if who, found, err := identifyOAuth1(c); found || err != nil {
			return who, err
		}
	}
	stored, err := findLogin(ctx, c, conn)
	if err != nil {
		return instead(c, conn, err)
	}
	session := auth.NewSession(stored.app, stored.file)
	_, err = session.Stored(ctx)
	switch {
	case errors.Is(err, auth.ErrNoLogin):
		return instead(c, conn, noLogin(c, conn, nil))
	case errors.Is(err, auth.ErrLoginRequired), errors.Is(err, auth.ErrExposed):
		return identity{}, fmt.Errorf("%w (%s)", err, conn.loginCommand())
	case err != nil:
		return identity{}, err
	}
	return identity{xapi.WithLogin(session), "the login stored in " + stored.file.Path(), session}, nil
}

// instead returns the app where there is no login, or what else would do.
func instead(c console, conn connection, err error) (identity, error) {
	if app := c.env(bearerVariable); app != "" && conn.as == "" && errors.Is(err, auth.ErrNoLogin) {
		return identity{option: xapi.WithBearerToken(app), source: bearerVariable}, nil
	}
	return identity{}, missing(err, conn)
}

// missing says what else would do where there is no login.
func missing(err error, conn connection) error {
	if !errors.Is(err, auth.ErrNoLogin) {
		return err
	}
	if conn.as != "" {
		return usageError{err}
	}
	return usage("no credentials: %w, or set %s, %s, or all of %s; --sandbox needs none",
		err, tokenVariable, bearerVariable, strings.Join(oauth1Variables[:], ", "))
}

// identifyOAuth1 takes the four variables of OAuth 1.0a, all or none.
func identifyOAuth1(c console) (who identity, found bool, err error) {
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
		source := "OAuth 1.0a from " + oauth1Variables[0] + " and its three companions"
		return identity{option: xapi.WithOAuth1(user), source: source}, true, nil
	case len(oauth1Variables):
		return identity{}, false, nil
	default:
		return identity{}, false, usage("OAuth 1.0a needs all four of %s: set %s as well",
			strings.Join(oauth1Variables[:], ", "), strings.Join(missing, ", "))
	}
}

// overruling names the variables that come before a stored login, or is empty.
func overruling(c console) string {
	for _, name := range append([]string{tokenVariable}, oauth1Variables[:]...) {
		if c.env(name) != "" {
			return name
		}
	}
	return ""
}
