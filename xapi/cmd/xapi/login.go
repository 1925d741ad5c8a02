package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

// loginTimeout is how long the user may take in the browser.
const loginTimeout = 10 * time.Minute

// askTimeout is how long X may take to say who has logged in.
const askTimeout = 15 * time.Second

// loggingIn is the login command.
type loggingIn struct {
	console
	connection
	browse                func(address string) error // opens an address in the user's browser
	headless              bool
	clientID, redirectURL string
	scopes                []string
}

func newLogin(c console, browse func(address string) error) *cobra.Command {
	l := &loggingIn{console: c, browse: browse}
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Log in to X in the browser and keep the login",
		Long: "Log in to X with OAuth 2.0 and keep the login for the other commands, which renew it by themselves.\n\n" +
			"The app has to have the redirect address among its callback addresses, letter for letter. A confidential\n" +
			"client's secret is read from " + clientSecretVariable + ", at the login and whenever the login is used.\n\n" +
			"Each server has logins of its own, and so has each app. To keep several users, give each a name with --as.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.run(cmd.Context()) },
	}
	l.serverFlag(cmd)
	cmd.Flags().Lookup("as").Usage = "keep the login as `NAME`, beside those of other users"
	cmd.Flags().BoolVar(&l.headless, "headless", false, "open the address anywhere and paste the one where the browser ends up")
	cmd.Flags().StringVar(&l.clientID, "client-id", "", "log in to the app with this client `ID` (default $"+clientIDVariable+")")
	cmd.Flags().StringVar(&l.redirectURL, "redirect-url", auth.DefaultRedirectURL, "have the browser come back to `URL`")
	cmd.Flags().StringSliceVar(&l.scopes, "scopes", auth.DefaultScopes(), "ask for these `SCOPES`")
	return cmd
}

func (l *loggingIn) run(ctx context.Context) error {
	stored, err := l.place()
	if err != nil {
		return err
	}
	// What the login replaces is looked at before the user is sent to the browser.
	old, err := l.standing(ctx, stored)
	if err != nil {
		return err
	}
	record, err := l.authorize(ctx, stored.app)
	if err != nil {
		return err
	}
	who, err := l.ask(ctx, record)
	if err != nil {
		l.say("X did not say who has logged in: %s", reason(err))
	}
	record.UserID = who.ID
	if err := auth.NewSession(stored.app, stored.file).Login(ctx, record); err != nil {
		return err
	}
	l.compare(old, record)
	if name := overruling(l.console); name != "" && l.as == "" {
		l.say("%s is set and comes before the stored login: unset it to use the login", name)
	}
	as := ""
	if who.ID != "" {
		as = " as " + who.String()
	}
	_, err = fmt.Fprintf(l.out, "logged in%s with %s; stored in %s\n", as, oneLine(strings.Join(record.Token.Scopes, " ")), stored.file.Path())
	return err
}

// place is the app to log in to, and where its login is to be kept.
func (l *loggingIn) place() (storedLogin, error) {
	if err := l.check(); err != nil {
		return storedLogin{}, err
	}
	app := loginApp(l.console, l.baseURL)
	app.RedirectURL, app.Scopes = l.redirectURL, l.scopes
	if l.clientID != "" {
		app.ClientID = l.clientID
	}
	if app.ClientID == "" {
		return storedLogin{}, usage("whose login? give the app's client id with --client-id or in %s", clientIDVariable)
	}
	ring, file, err := kept(l.console, l.connection)
	if file == nil && err == nil {
		file = ring.File(app.Key(l.name()))
	}
	return storedLogin{app, file}, err
}

// standing returns the login that is to be replaced, nil for none, empty for one that is of no use. In a file that a variable names, one
// of another server or app is not replaced: whoever named the file may not think of it.
func (l *loggingIn) standing(ctx context.Context, stored storedLogin) (*auth.Record, error) {
	old, err := stored.file.Load(ctx)
	switch {
	case errors.Is(err, auth.ErrNoLogin):
		return nil, nil
	case errors.Is(err, auth.ErrLoginRequired), errors.Is(err, auth.ErrExposed):
		return new(auth.Record), nil
	case err != nil:
		return nil, err
	case old.TokenURL != stored.app.Endpoint.TokenURL:
		return nil, usage("%s holds a login at %s: name another file in %s, or log that one out first",
			stored.file.Path(), oneLine(old.TokenURL), tokenFileVariable)
	case old.ClientID != stored.app.ClientID:
		return nil, usage("%s holds a login of the app %s: name another file in %s, or log that one out first",
			stored.file.Path(), oneLine(old.ClientID), tokenFileVariable)
	}
	return old, nil
}

// authorize has the user authorize the app.
func (l *loggingIn) authorize(ctx context.Context, app auth.OAuth2) (*auth.Record, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, loginTimeout, fmt.Errorf("nobody logged in within %v", loginTimeout))
	defer cancel()
	if l.headless {
		return loginByHand(ctx, l.console, app)
	}
	return app.LoginOnLoopback(ctx, func(address string) error {
		_, err := fmt.Fprintf(l.err, "your browser opens; if not, open this address on this machine:\n%s\n", address)
		_ = l.browse(address) // the address stands there all the same
		return err
	})
}

// ask asks X who has logged in.
func (l *loggingIn) ask(ctx context.Context, record *auth.Record) (user, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	client, err := l.connect(xapi.WithAccessToken(record.Token.Access.Reveal(), record.Token.Scopes...))
	if err != nil {
		return user{}, err
	}
	return whoami(ctx, client)
}

// compare says what became of the login that was there.
func (l *loggingIn) compare(old, record *auth.Record) {
	switch {
	case old == nil:
	case old.UserID == "" || record.UserID == "":
		l.say("this replaces a login that was stored before: to keep several users, give each a name with --as")
	case old.UserID != record.UserID:
		l.say("this replaces the login of the user with id %s: to keep several users, give each a name with --as", oneLine(old.UserID))
	default:
		l.say("this replaces an earlier login of the same user")
	}
}

// say tells the user something beside the result.
func (l *loggingIn) say(format string, args ...any) { _, _ = fmt.Fprintf(l.err, format+"\n", args...) }

// openBrowser starts the user's browser and does not wait for it.
func openBrowser(address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	// The browser outlives the command: no context ends it.
	cmd := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // the address is the one that login built
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open the browser: %w", err)
	}
	return cmd.Process.Release()
}
