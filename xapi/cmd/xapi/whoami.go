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
			who, err := identify(cmd.Context(), c, conn)
			if err != nil {
				return err
			}
			client, err := conn.connect(who.option)
			if err != nil {
				return err
			}
			user, err := whoami(cmd.Context(), client)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(c.out, "%s\nby %s\n", user, who.source); err != nil || who.session == nil {
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

// user is who the API says that calls are made by.
type user struct{ ID, Name, Username string }

func (u user) String() string {
	return oneLine(fmt.Sprintf("@%s (%s, id %s)", u.Username, u.Name, u.ID))
}

// whoami asks for the user that the client's calls are made by.
func whoami(ctx context.Context, client *xapi.Client) (user, error) {
	result, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		return user{}, err
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return user{}, err
	}
	var answer struct{ Data user }
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Data.ID == "" {
		return user{}, errors.New("getUsersMe: the answer names no user: try again later")
	}
	return answer.Data, nil
}
