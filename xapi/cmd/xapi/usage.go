package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/xapi-go/xapi-go/xapi/internal/nearest"
)

// usageError is a command that was used wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exactly is the arguments that a command takes, by their names.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usage("%s takes %s, given are %d arguments: see %s --help", cmd.Name(), strings.Join(names, " and "), len(args), cmd.CommandPath())
		}
		return nil
	}
}

// onlyCommands is the arguments of a command that only has others below it.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, below := range cmd.Commands() {
		if below.IsAvailableCommand() {
			names = append(names, below.Name())
		}
	}
	return usage("there is no command %q; the nearest name is %s: see %s --help", args[0], nearName(args[0], names), cmd.CommandPath())
}

// withoutCommand is what a command does that only has others below it.
func withoutCommand(cmd *cobra.Command, _ []string) error {
	_ = cmd.Help()
	return usage("give a command: see %s --help", cmd.CommandPath())
}

// unknownFlag names the flag that may have been meant.
func unknownFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageError{err}
	}
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return usage("there is no flag -%s: see %s --help", name, cmd.CommandPath())
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if near := nearName(name, names); nearest.Distance(name, near) <= len(name)/2 {
		return usage("there is no flag --%s; the nearest is --%s: see %s --help", name, near, cmd.CommandPath())
	}
	return usage("there is no flag --%s: see %s --help", name, cmd.CommandPath())
}

// requireFlags has cmd and the commands below it refuse to work without the flags that must be given.
func requireFlags(cmd *cobra.Command) {
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var missing []string
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if slices.Contains(flag.Annotations[cobra.BashCompOneRequiredFlag], "true") && !flag.Changed {
				missing = append(missing, "--"+flag.Name)
			}
		})
		if len(missing) == 0 {
			return nil
		}
		return usage("give %s: see %s --help", strings.Join(missing, " and "), cmd.CommandPath())
	}
	for _, below := range cmd.Commands() {
		requireFlags(below)
	}
}
