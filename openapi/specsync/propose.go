package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
)

func proposeCommand() *cobra.Command {
	var least int
	cmd := &cobra.Command{
		Use: "propose [FILE...]", Short: "Make overlay actions of reports of drift, for review",
		Long: "Make overlay actions of reports of drift, for review: JSON documents, one a line, as the client logs them by log/slog\n" +
			"or as WithDriftFunc was told, from files or standard input. Values are not looked at. The actions go to standard\n" +
			"output as they stand in openapi/overlay.yaml; what nothing can be proposed for goes to standard error.",
		RunE: func(cmd *cobra.Command, files []string) error {
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			reports := cmd.InOrStdin()
			if len(files) > 0 {
				var all []io.Reader
				for _, name := range files {
					file, err := os.Open(name)
					if err != nil {
						return fmt.Errorf("opening the reports: %w", err)
					}
					defer func() { _ = file.Close() }()
					all = append(all, file)
				}
				reports = io.MultiReader(all...)
			}
			proposal, err := project.Propose(reports, least)
			if err != nil {
				return err
			}
			if _, err := cmd.OutOrStdout().Write(proposal.YAML()); err != nil {
				return fmt.Errorf("writing the actions: %w", err)
			}
			out := &lines{w: cmd.ErrOrStderr()}
			for _, left := range proposal.Left {
				out.say("no action: %s", left)
			}
			if proposal.Skipped > 0 {
				out.say("%d lines are no report of an answer", proposal.Skipped)
			}
			return out.err
		},
	}
	cmd.Flags().IntVar(&least, "least", 3, "how often a difference has to be reported at least")
	return cmd
}
