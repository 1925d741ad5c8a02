// Command specsync keeps the contract: it builds openapi.yaml from its parts, corrects it for the generator, proves
// that nothing was edited by hand, takes over a new publication, and tells what changed between two.
//
// Every subcommand works on the project around the current folder. It exits 0 when all is well, 1 when something is
// wrong, and 2 when it was called wrongly; check and diff --fail-on exit 3 or 4 for a spec that adds or breaks the wire.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := execute(ctx, command())
	code, silent := exitCode(err)
	if !silent {
		fmt.Fprintln(os.Stderr, "specsync:", err)
	}
	return code
}

// execute runs the command. An error from before a subcommand has started is one in how it was called.
func execute(ctx context.Context, root *cobra.Command) error {
	started := false
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		err := cmd.ValidateFlagGroups()
		started = err == nil
		return err
	}
	err := root.ExecuteContext(ctx)
	if err != nil && !started {
		return usage{err}
	}
	return err
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use: "specsync", Short: "Keep the contract between this client and the X API",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.AddCommand(buildCommand(), correctCommand(), emitCommand(), verifyCommand(), modelCommand(), diffCommand(), checkCommand(), syncCommand(), fetchCommand(), impactCommand(), proposeCommand(), mutateCommand())
	return root
}

func buildCommand() *cobra.Command {
	return &cobra.Command{
		Use: "build", Short: "Put the parts together into openapi/openapi.yaml and its lock", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			files, err := project.Build(time.Now())
			if err != nil {
				return err
			}
			return project.Write(files)
		},
	}
}

func correctCommand() *cobra.Command {
	return &cobra.Command{
		Use: "correct", Short: "Apply the overlay and the model: write gen/spec, which the validator reads, and gen/types.json for the generator",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			files, _, err := project.Correct()
			if err != nil {
				return err
			}
			return project.Write(files)
		},
	}
}

func emitCommand() *cobra.Command {
	return &cobra.Command{
		Use: "emit", Short: "Write the table of operations and package xapi's client, once the types are generated", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			files, err := project.Emit()
			if err != nil {
				return err
			}
			return project.Write(files)
		},
	}
}

func verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Fail on a hand edit, a stale lock or corrected document, or an overlay action that matches nothing",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			project, err := contract.FindProject(".")
			if err != nil {
				return err
			}
			return project.Verify()
		},
	}
}
