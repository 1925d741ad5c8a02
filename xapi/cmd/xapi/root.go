package main

import (
	"context"
	"sync/atomic"

	"github.com/spf13/cobra"
)

// run carries out the command line args and returns the exit code. It returns within a second of the end of ctx.
func run(ctx context.Context, args []string, c console) int {
	var started atomic.Bool
	end := &ending{begun: make(chan context.Context, 1)}
	root := newRoot(c) //nolint:contextcheck // ExecuteContext hands it to the commands
	end.add(root)
	begin(root, func() { started.Store(true) })
	root.SetArgs(append([]string{}, args...)) // cobra takes nil for the arguments of the process
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

// newRoot returns the command with all its subcommands.
func newRoot(c console) *cobra.Command {
	root := &cobra.Command{
		Use:   "xapi",
		Short: "Call the X API: every operation, media uploads, logins, a sandbox",
		Long: `Call the X API: every operation, media uploads, logins, a sandbox.

Credentials come from the login that xapi login keeps, or from the environment, which goes before it:

  X_ACCESS_TOKEN                         a user's OAuth 2.0 access token
  X_API_KEY, X_API_KEY_SECRET            the app of OAuth 1.0a; alone they call in the name of the app
  X_OAUTH1_TOKEN, X_OAUTH1_TOKEN_SECRET  a user of that app
  X_BEARER_TOKEN                         the app's own token, beside a user's where an operation takes no other
  X_CLIENT_ID, X_CLIENT_SECRET           the app to log in to; a secret where it is a confidential client
  X_TOKEN_FILE                           the file of one login, in place of the folder of all

The exit code is 0 when all is done, 1 when something failed, 2 when the command was used wrongly, in which case
nothing was sent, and 130 when a signal stopped it. The reason is one line on the standard error. Colours are for
terminals alone, and NO_COLOR turns them off.`,
		Example: `  xapi login --client-id ID                         # log in to X in the browser
  xapi upload cat.mp4 --post "Look at this"         # upload a video and post it
  xapi operations search                            # find an operation
  xapi call searchPostsRecent query=cats --limit 500
  xapi sandbox                                      # a server to try all of it on, without an account`,
		Version:       versions(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          onlyCommands,
		RunE:          withoutCommand,
	}
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.SetFlagErrorFunc(unknownFlag)
	root.AddCommand(
		newCall(c), newOperations(c), newUpload(c), newPost(c), newThread(c), newMetadata(c), newSubtitles(c), newStatus(c), newLookup(c), newAnalytics(c),
		newLogin(c, openBrowser), newLogout(c), newWhoami(c), newSandbox(c), newWebhook(c), newRules(c), newManual(c), newVersion(c),
	)
	requireFlags(root)
	return root
}
