package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
)

// versions are those of this command and of the spec.
func versions() string {
	return fmt.Sprintf("%s, X API spec %s (%s)", xapi.Version, xapi.SpecVersion, xapi.SpecDigest)
}

func newVersion(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of this command and of the spec it was made from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return c.say("xapi version %s\n", versions())
		},
	}
}
