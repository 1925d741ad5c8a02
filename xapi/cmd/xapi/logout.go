package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func newLogout(c console) *cobra.Command {
	var conn connection
	var local bool
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "End the stored login at X and remove it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stored, err := findLogin(cmd.Context(), c, conn)
			if err != nil {
				return err
			}
			session := auth.NewSession(stored.app, stored.file)
			if local {
				err = forget(cmd.Context(), session, stored)
			} else {
				err = logout(cmd.Context(), session)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.out, "logged out; %s is removed\n", stored.file.Path())
			return err
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().Lookup("as").Usage = "log out the login that was stored as `NAME`"
	cmd.Flags().BoolVar(&local, "local", false, "remove the login from this machine only: its tokens stay good until they end")
	return cmd
}

func logout(ctx context.Context, session *auth.Session) error {
	_, err := session.Stored(ctx)
	if errors.Is(err, auth.ErrNoLogin) {
		return err
	}
	if err = session.Logout(ctx); err != nil {
		return fmt.Errorf("%w: try again, or remove it with --local", err)
	}
	return nil
}

// forget removes the login, unless it is one at another server than the user speaks of.
func forget(ctx context.Context, session *auth.Session, stored storedLogin) error {
	record, err := stored.file.Load(ctx)
	if errors.Is(err, auth.ErrNoLogin) {
		return err
	}
	if err == nil && record.TokenURL != stored.app.Endpoint.TokenURL {
		return usage("%s holds a login at %s: name that server with --base-url", stored.file.Path(), oneLine(record.TokenURL))
	}
	return session.Forget(ctx)
}
