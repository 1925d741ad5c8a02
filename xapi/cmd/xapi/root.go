package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"
)

// usageError is a command that was used wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run carries out the command line args and returns the exit code. It returns within a second of the end of ctx.
func run(ctx context.Context, args []string, c console) int {
	var started atomic.Bool
	end := &ending{begun: make(chan context.Context, 1)}
	root := newRoot(c) //nolint:contextcheck // ExecuteContext hands it to the commands
	end.add(root)
	begin(root, func() { started.Store(true) })
	root.SetArgs(args)
	err := end.carry(func() error { return root.ExecuteContext(ctx) })
	if err != nil {
		c.tell("xapi: %s\n", reason(err))
	}
	return code(ctx, err, started.Load())
}

// begin has started called before any command does its work: what fails earlier is how the command was called. The
// hooks of cobra come too early for that, before required flags are looked for. What fails in the work itself gets its
// remedy.
func begin(cmd *cobra.Command, started func()) {
	if work := cmd.RunE; work != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			started()
			return remedy(cmd, work(cmd, args))
		}
	}
	for _, below := range cmd.Commands() {
		begin(below, started)
	}
}

// exactly is the arguments that a command takes, by their names.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usage("%s takes %s, given are %d arguments: see %s --help", cmd.Name(), strings.Join(names, " and "), len(args), cmd.CommandPath())
		}
		return nil
	}
}

// withoutCommand is what a command does that only has others below it.
func withoutCommand(cmd *cobra.Command, _ []string) error {
	_ = cmd.Help()
	return usage("give a command: see %s --help", cmd.CommandPath())
}

// newRoot returns the command with all its subcommands.
func newRoot(c console) *cobra.Command {
	root := &cobra.Command{
		Use:   "xapi",
		Short: "Call the X API: every operation, media uploads, logins, a sandbox",
		Long: "Call the X API: every operation, media uploads, logins, a sandbox.\n\n" +
			"The exit code is 0 when all is done, 1 when something failed, 2 when the command was used wrongly, in which case\n" +
			"nothing was sent, and 130 when a signal stopped it. The reason is one line on the standard error.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          withoutCommand,
	}
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.AddCommand(
		newCall(c), newOperations(c), newUpload(c), newPost(c), newThread(c), newMetadata(c), newSubtitles(c), newStatus(c), newLookup(c), newAnalytics(c),
		newLogin(c, openBrowser), newLogout(c), newWhoami(c), newSandbox(c), newWebhook(c), newRules(c), newManual(c), newVersion(c),
	)
	return root
}
