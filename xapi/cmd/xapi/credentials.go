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

// bearerVariable holds an app-only bearer token, which goes beside whatever else there is. In its place the app's key and
// secret fetch one.
const bearerVariable = "X_BEARER_TOKEN"

// identity is as whom to call.
type identity struct {
	option xapi.ClientOption
	// source says where the credentials come from, for the user.
	source string
	// app says that they are the app's own, and no user's.
	app bool
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
	return identity{option: xapi.WithLogin(session), source: "the login stored in " + stored.file.Path(), session: session}, nil
}

// instead returns the app where there is no login, or what else would do.
func instead(c console, conn connection, err error) (identity, error) {
	if option, source := identifyApp(c); option != nil && conn.as == "" && errors.Is(err, auth.ErrNoLogin) {
		return identity{option: option, source: source, app: true}, nil
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
	or := ""
	if conn.sandboxed {
		or = "; --sandbox needs none"
	}
	return usage("no credentials: %w, or set %s, %s, or all of %s%s",
		err, tokenVariable, bearerVariable, strings.Join(oauth1Variables[:], ", "), or)
}

// identifyApp takes the app's own token, or the key and secret that fetch one; nil where there is neither.
func identifyApp(c console) (option xapi.ClientOption, source string) {
	if token := c.env(bearerVariable); token != "" {
		return xapi.WithBearerToken(token), bearerVariable
	}
	key, secret := c.env(oauth1Variables[0]), c.env(oauth1Variables[1])
	if key == "" || secret == "" {
		return nil, ""
	}
	return xapi.WithClientCredentials(key, secret), oauth1Variables[0] + " and " + oauth1Variables[1]
}

// identifyOAuth1 takes the four variables of OAuth 1.0a, all or none. The app's key and secret alone are no user.
func identifyOAuth1(c console) (who identity, found bool, err error) {
	if !namesOAuth1User(c) {
		return identity{}, false, nil
	}
	var values [4]auth.Secret
	var missing []string
	for i, name := range oauth1Variables {
		if values[i] = auth.NewSecret(c.env(name)); values[i].IsZero() {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return identity{}, false, usage("OAuth 1.0a needs all four of %s: set %s as well",
			strings.Join(oauth1Variables[:], ", "), strings.Join(missing, ", "))
	}
	user := auth.OAuth1{ConsumerKey: values[0], ConsumerSecret: values[1], Token: values[2], TokenSecret: values[3]}
	source := "OAuth 1.0a from " + oauth1Variables[0] + " and its three companions"
	return identity{option: xapi.WithOAuth1(user), source: source}, true, nil
}

// namesOAuth1User reports whether the environment has a user's token of OAuth 1.0a, or half of one.
func namesOAuth1User(c console) bool {
	return c.env(oauth1Variables[2]) != "" || c.env(oauth1Variables[3]) != ""
}

// overruling names the variable that comes before a stored login, or is empty.
func overruling(c console) string {
	switch {
	case c.env(tokenVariable) != "":
		return tokenVariable
	case namesOAuth1User(c):
		return oauth1Variables[2]
	}
	return ""
}
