package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newManual(c console) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:   "manual DIRECTORY",
		Short: "Write a page on each command, for man or as Markdown",
		Long:  "Write a page on each command into DIRECTORY, which is made where it is missing: for man, or as Markdown.",
		Args:  exactly("a DIRECTORY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return usage("the pages cannot be written: %w", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // no line on the tool that made them
			write := func() error { return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "xapi"}, args[0]) }
			if markdown {
				write = func() error { return doc.GenMarkdownTree(root, args[0]) }
			}
			if err := write(); err != nil {
				return err
			}
			return c.say("the pages are in %s\n", args[0])
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "write Markdown")
	return cmd
}
