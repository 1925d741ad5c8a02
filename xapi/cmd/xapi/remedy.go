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
	case errors.As(err, &refused):
		return fmt.Errorf("%w: %s", err, credentialsFor(cmd, refused.Accepted))
	case errors.Is(err, auth.ErrLoginRequired) && !strings.Contains(err.Error(), "xapi login"):
		return fmt.Errorf("%w: %s", err, loginFor(cmd))
	}
	return err
}

// credentialsFor is how to come by credentials of one of the schemes.
func credentialsFor(cmd *cobra.Command, schemes []string) string {
	switch {
	case slices.Contains(schemes, "OAuth2UserToken"):
		return "log in by " + loginFor(cmd)
	case slices.Contains(schemes, "BearerToken"):
		return fmt.Sprintf("set %s, or %s and %s", bearerVariable, oauth1Variables[0], oauth1Variables[1])
	}
	return "set all of " + strings.Join(oauth1Variables[:], ", ")
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
