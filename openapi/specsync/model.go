package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
)

func modelCommand() *cobra.Command {
	var widen bool
	cmd := &cobra.Command{
		Use: "model [FROM...]", Short: "Merge the contract, or other publications of it, into openapi/model.yaml",
		Long: "Merge the contract, or other publications of it, into openapi/model.yaml. What is new is listed, and so is what\n" +
			"contradicts the model, which then wants a decision.",
		RunE: func(cmd *cobra.Command, from []string) error {
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			var publications []contract.Publication
			for _, name := range from {
				root, raw, err := read(cmd.Context(), name)
				if err != nil {
					return err
				}
				publications = append(publications, contract.Publication{From: name, Raw: raw, Root: root})
			}
			files, report, err := project.Model(publications, widen)
			if err != nil {
				return err
			}
			for _, added := range report.Added {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), "new:", added); err != nil {
					return err
				}
			}
			for _, contradiction := range report.Contradictions {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), "contradicts:", contradiction); err != nil {
					return err
				}
			}
			return project.Write(files)
		},
	}
	cmd.Flags().BoolVar(&widen, "widen", false, "let types give way where a publication contradicts them; changes Go types")
	return cmd
}
