package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
)

func newWhoami(c console) *cobra.Command {
	var conn connection
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Say as which user the other commands call X",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			who, err := identify(cmd.Context(), c, conn.baseURL)
			if err != nil {
				return err
			}
			client, err := conn.connect(who.option)
			if err != nil {
				return err
			}
			name, err := whoami(cmd.Context(), client)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(c.out, "%s\nby %s\n", name, who.source); err != nil || who.session == nil {
				return err
			}
			return describeLogin(cmd.Context(), c, who.session)
		},
	}
	conn.serverFlag(cmd)
	return cmd
}

// describeLogin says what the stored login may do, and for how long.
func describeLogin(ctx context.Context, c console, session *auth.Session) error {
	record, err := session.Stored(ctx)
	if err != nil {
		return err
	}
	until, renewal := "it is turned away", "; it renews itself"
	if !record.Token.Expiry.IsZero() {
		until = record.Token.Expiry.Local().Format(time.DateTime)
	}
	if record.Token.Refresh.IsZero() {
		renewal = ", and then has to be made anew: it has no refresh token (scope offline.access)"
	}
	_, err = fmt.Fprintf(c.out, "scopes %s\ngood until %s%s\n", strings.Join(record.Token.Scopes, " "), until, renewal)
	return err
}

// whoami returns the handle, name and id of the user that the client's calls are made by.
func whoami(ctx context.Context, client *xapi.Client) (string, error) {
	result, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return "", err
	}
	var answer struct {
		Data struct{ ID, Name, Username string }
	}
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Data.ID == "" {
		return "", errors.New("getUsersMe: the answer names no user: try again later")
	}
	return oneLine(fmt.Sprintf("@%s (%s, id %s)", answer.Data.Username, answer.Data.Name, answer.Data.ID)), nil
}
