package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// console is where the command reads and writes, and what it knows of its surroundings.
type console struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

// terminal reports whether messages are read by a person as they come.
func (c console) terminal() bool {
	file, ok := c.err.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// json prints one object on one line.
func (c console) json(value any) error {
	encoder := json.NewEncoder(c.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// usageError is a command that was used wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

const (
	done   = 0
	failed = 1
	misuse = 2
)

// run carries out the command line args and returns the exit code.
func run(ctx context.Context, args []string, c console) int {
	started := false
	root := newRoot(c) //nolint:contextcheck // ExecuteContext hands it to the commands
	begin(root, func() { started = true })
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return done
	}
	_, _ = fmt.Fprintf(c.err, "xmedia: %s\n", reason(err))
	var wrong usageError
	var input *media.InputError
	if !started || errors.As(err, &wrong) || errors.As(err, &input) {
		return misuse
	}
	return failed
}

// begin has started called before any command does its work: what fails earlier is how the command was called. The
// hooks of cobra come too early for that, before required flags are looked for.
func begin(cmd *cobra.Command, started func()) {
	if work := cmd.RunE; work != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			started()
			return work(cmd, args)
		}
	}
	for _, below := range cmd.Commands() {
		begin(below, started)
	}
}

// reason returns what an error says on one line: joined errors have several.
func reason(err error) string { return oneLine(strings.ReplaceAll(err.Error(), "\n", "; ")) }

// oneLine makes what users and servers wrote fit for one line of a terminal, which nothing in it may steer.
func oneLine(text string) string {
	const joiner = '\u200d' // of the parts of an emoji
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == joiner {
			return r
		}
		return ' '
	}, text)), " ")
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

// newRoot returns the command with all its subcommands.
func newRoot(c console) *cobra.Command {
	root := &cobra.Command{
		Use:           "xmedia",
		Short:         "Upload media to X and describe it",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return usage("give a command: see xmedia --help")
		},
	}
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		newUpload(c), newMetadata(c), newSubtitles(c), newStatus(c), newLookup(c), newAnalytics(c),
		newLogin(c, openBrowser), newLogout(c), newWhoami(c), newSandbox(c), newVersion(c),
	)
	return root
}
