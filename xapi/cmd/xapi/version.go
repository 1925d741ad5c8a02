package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
)

func newVersion(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of this command and of the spec it was made from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(c.out, "xapi %s, X API spec %s (%s)\n", xapi.Version, xapi.SpecVersion, xapi.SpecDigest)
			return err
		},
	}
}
