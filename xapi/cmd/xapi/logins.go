package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// defaultName is what a login is called that no --as names.
const defaultName = "default"

// refreshGrace is how long the command goes on after it was told to stop, for the answer to a refresh that is under way.
const refreshGrace = 700 * time.Millisecond

// storedLogin is a login that is kept on this machine, or is to be.
type storedLogin struct {
	app  auth.OAuth2
	file *auth.FileStore
}

// name is what the login is called.
func (c *connection) name() string {
	if c.as == "" {
		return defaultName
	}
	return c.as
}

// loginCommand is how to log in again.
func (c *connection) loginCommand() string {
	command := "xapi login"
	if c.baseURL != "" {
		command += " --base-url " + c.baseURL
	}
	if strings.ContainsAny(c.as, " \"'\\$`*?;&|<>()[]{}#~!") {
		command += fmt.Sprintf(" --as %q", c.as)
	} else if c.as != "" {
		command += " --as " + c.as
	}
	return command
}

// check refuses what is no name of a login or no address of a server, before either is shown or looked for.
func (c *connection) check() error {
	const most = 64
	if len(c.as) > most || oneLine(c.as) != c.as {
		return usage("--as takes a name of at most %d characters that can be printed", most)
	}
	_, err := c.connect()
	return err
}

// findLogin finds the login to call the server with: the one of that name, of the app in the environment where there are
// logins of several.
func findLogin(ctx context.Context, c console, conn connection) (storedLogin, error) {
	if err := conn.check(); err != nil {
		return storedLogin{}, err
	}
	app := loginApp(c, conn.baseURL)
	ring, file, err := kept(c, conn)
	if err != nil {
		return storedLogin{}, err
	}
	if file != nil {
		return storedLogin{app, file}, nil
	}
	like := app.Key("")
	there := map[auth.Key]bool{}
	var apps []string
	for key, err := range ring.Keys(ctx, auth.Key{Server: like.Server}) {
		if err != nil {
			return storedLogin{}, err
		}
		there[key] = true
		if key.User == conn.name() && key.Matches(like) {
			apps = append(apps, key.ClientID)
		}
	}
	slices.Sort(apps)
	switch len(apps) {
	case 0:
		if conn.as == "" && len(there) == 0 {
			return storedLogin{}, noLoginAt(ctx, ring, conn, like.Server)
		}
		return storedLogin{}, noLogin(c, conn, there)
	case 1:
		app.ClientID = apps[0]
		return storedLogin{app, ring.File(app.Key(conn.name()))}, nil
	default:
		return storedLogin{}, usage("there are logins of several apps: set %s to one of %s", clientIDVariable, strings.Join(apps, ", "))
	}
}

// noLogin says that there is no such login, and what there is.
func noLogin(c console, conn connection, others map[auth.Key]bool) error {
	var there []string
	for key := range others {
		name := key.User
		if id := c.env(clientIDVariable); id != "" && id != key.ClientID {
			name += " of the app " + key.ClientID
		}
		there = append(there, oneLine(name))
	}
	slices.Sort(there)
	switch {
	case len(there) > 0:
		return fmt.Errorf("%w called %s, but there are: %s: choose one with --as, or run %s",
			auth.ErrNoLogin, conn.name(), strings.Join(slices.Compact(there), ", "), conn.loginCommand())
	case conn.as != "":
		return fmt.Errorf("%w called %s: run %s", auth.ErrNoLogin, conn.as, conn.loginCommand())
	default:
		return fmt.Errorf("%w: run %s", auth.ErrNoLogin, conn.loginCommand())
	}
}

// noLoginAt says that there is no login at the server, and at which others there is one.
func noLoginAt(ctx context.Context, ring *auth.FileKeyring, conn connection, server string) error {
	var elsewhere []string
	for key, err := range ring.Keys(ctx, auth.Key{}) {
		if err != nil {
			return err
		}
		elsewhere = append(elsewhere, oneLine(key.Server))
	}
	if len(elsewhere) == 0 {
		return fmt.Errorf("%w: run %s", auth.ErrNoLogin, conn.loginCommand())
	}
	slices.Sort(elsewhere)
	return fmt.Errorf("%w at %s, but there are at %s: name that server with --base-url, or run %s",
		auth.ErrNoLogin, server, strings.Join(slices.Compact(elsewhere), ", "), conn.loginCommand())
}

// kept is where logins are kept: in the one file that a variable names, or in a folder for all of them.
func kept(c console, conn connection) (*auth.FileKeyring, *auth.FileStore, error) {
	if path := c.env(tokenFileVariable); path != "" {
		if conn.as != "" {
			return nil, nil, usage("%s names the file of one login: unset it to choose among several with --as", tokenFileVariable)
		}
		return nil, auth.NewFileStore(path), nil
	}
	folder, err := auth.DefaultFolder()
	if err != nil {
		return nil, nil, fmt.Errorf("%w: set %s to a path", err, tokenFileVariable)
	}
	return auth.NewFileKeyring(folder), nil, nil
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
		Grace: refreshGrace,
	}
}
