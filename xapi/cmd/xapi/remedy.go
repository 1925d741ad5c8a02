package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// remedy adds to the error of a command by which command or variable its user gets what was lacking.
func remedy(cmd *cobra.Command, err error) error {
	var narrow *auth.ScopeError
	var refused *auth.SchemeError
	switch {
	case errors.As(err, &narrow):
		return fmt.Errorf("%w: %s --scopes %s", err, loginFor(cmd), strings.Join(slices.Concat(narrow.Granted, narrow.Missing), ","))
	case !errors.As(err, &refused):
		return err
	case slices.Contains(refused.Accepted, "OAuth2UserToken"):
		return fmt.Errorf("%w: log in by %s", err, loginFor(cmd))
	case slices.Contains(refused.Accepted, "BearerToken"):
		return fmt.Errorf("%w: set %s, or %s and %s", err, bearerVariable, oauth1Variables[0], oauth1Variables[1])
	case slices.Contains(refused.Accepted, "UserToken"):
		return fmt.Errorf("%w: set all of %s", err, strings.Join(oauth1Variables[:], ", "))
	}
	return err
}

// loginFor is how to log in to the server that cmd called, under the name that it was told.
func loginFor(cmd *cobra.Command) string {
	var conn connection
	if flag := cmd.Flag("base-url"); flag != nil {
		conn.baseURL = flag.Value.String()
	}
	if flag := cmd.Flag("as"); flag != nil {
		conn.as = flag.Value.String()
	}
	return conn.loginCommand()
}
