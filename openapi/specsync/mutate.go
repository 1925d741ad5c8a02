package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/mutate"
)

func mutateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "mutate [RULE [FROM]]", Short: "Write the contract, or FROM, as X might publish it: changed by a rule; or list the rules",
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var names []string
			for _, rule := range mutate.Rules() {
				names = append(names, rule.Name)
				if len(args) == 0 || rule.Name != args[0] {
					continue
				}
				from := ""
				if len(args) > 1 {
					from = args[1]
				}
				root, err := baseline(cmd.Context(), from)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(document.JSON(rule.Apply(root)))
				return err
			}
			if len(args) > 0 {
				return usage{fmt.Errorf("there is no rule %s: give one of %s", args[0], strings.Join(names, ", "))}
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(names, "\n"))
			return err
		},
	}
}
