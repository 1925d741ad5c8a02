package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// loginTimeout is how long the user may take in the browser.
const loginTimeout = 10 * time.Minute

// newLogin returns the command that logs in. browse opens an address in the user's browser.
func newLogin(c console, browse func(address string) error) *cobra.Command {
	var conn connection
	var headless bool
	var clientID, redirectURL string
	var scopes []string
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Log in to X in the browser and keep the login",
		Long: "Log in to X with OAuth 2.0 and keep the login for the other commands, which renew it by themselves.\n\n" +
			"The app has to have the redirect address among its callback addresses, letter for letter. A confidential\n" +
			"client's secret is read from " + clientSecretVariable + ", at the login and whenever the login is used.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := tokenStore(c)
			if err != nil {
				return err
			}
			app := loginApp(c, conn.baseURL)
			app.RedirectURL, app.Scopes = redirectURL, scopes
			if clientID != "" {
				app.ClientID = clientID
			}
			if app.ClientID == "" {
				return usage("whose login? give the app's client id with --client-id or in %s", clientIDVariable)
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), loginTimeout)
			defer cancel()
			var record *auth.Record
			if headless {
				record, err = loginByHand(ctx, c, app)
			} else {
				record, err = app.LoginOnLoopback(ctx, func(address string) error {
					_, err := fmt.Fprintf(c.err, "your browser opens; if not, open this address on this machine:\n%s\n", address)
					_ = browse(address) // the address stands there all the same
					return err
				})
			}
			if err != nil {
				return err
			}
			if err := auth.NewSession(app, store).Login(ctx, record); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.out, "logged in with %s; stored in %s\n", strings.Join(record.Token.Scopes, " "), store.Path())
			return err
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().BoolVar(&headless, "headless", false, "open the address anywhere and paste the one where the browser ends up")
	cmd.Flags().StringVar(&clientID, "client-id", "", "log in to the app with this client `ID` (default $"+clientIDVariable+")")
	cmd.Flags().StringVar(&redirectURL, "redirect-url", auth.DefaultRedirectURL, "have the browser come back to `URL`")
	cmd.Flags().StringSliceVar(&scopes, "scopes", auth.DefaultScopes(), "ask for these `SCOPES`")
	return cmd
}

// loginByHand shows the address and reads the one where the browser ends up.
func loginByHand(ctx context.Context, c console, app auth.OAuth2) (*auth.Record, error) {
	login, err := app.Begin()
	if err != nil {
		return nil, usageError{err}
	}
	_, err = fmt.Fprintf(c.err, "open this address in any browser:\n%s\n\n"+
		"it ends up at a page that may not load: within 30 seconds, paste that page's whole address here:\n", login.URL)
	if err != nil {
		return nil, err
	}
	line, err := readLine(ctx, c.in)
	if err != nil {
		return nil, fmt.Errorf("read the redirected address: %w", err)
	}
	return login.Finish(ctx, line)
}

// readLine reads one line, at most 16 KiB. A read from a terminal cannot be called off: where ctx ends first it is left
// behind, and ends with the process.
func readLine(ctx context.Context, in io.Reader) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(in, 16<<10)).ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil
		}
		done <- result{line, err}
	}()
	select {
	case read := <-done:
		return read.line, read.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

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
