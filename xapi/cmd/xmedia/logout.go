package main

import (
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
			store, err := tokenStore(c)
			if err != nil {
				return err
			}
			session := auth.NewSession(loginApp(c, conn.baseURL), store)
			if local {
				err = session.Forget(cmd.Context())
			} else {
				err = logout(cmd, session)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.out, "logged out; %s is removed\n", store.Path())
			return err
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().BoolVar(&local, "local", false, "remove the login from this machine only: its tokens stay good until they end")
	return cmd
}

func logout(cmd *cobra.Command, session *auth.Session) error {
	_, err := session.Stored(cmd.Context())
	if errors.Is(err, auth.ErrNoLogin) {
		return err
	}
	if err = session.Logout(cmd.Context()); err != nil {
		return fmt.Errorf("%w: try again, or remove it with --local", err)
	}
	return nil
}
