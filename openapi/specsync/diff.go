package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/source"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/witness"
)

// read returns the whole, canonical document at an address or in a file, and its bytes.
func read(ctx context.Context, from string) (document.Object, []byte, error) {
	data, err := source.Read(ctx, from)
	if err != nil {
		return nil, nil, err
	}
	root, err := document.Parse(data)
	if err == nil {
		document.Canonicalize(root)
		document.Identify(root)
		err = document.Check(root)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", from, err)
	}
	return root, data, nil
}

// format is how a report is written.
type format struct {
	json, markdown, details bool
	operation               string
}

func (f *format) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.json, "json", false, "write JSON, for machines")
	cmd.Flags().BoolVar(&f.markdown, "markdown", false, "write Markdown, for a pull request")
	cmd.Flags().BoolVar(&f.details, "details", false, "tell every change, after the summary")
	cmd.Flags().StringVar(&f.operation, "operation", "", "tell every change of one operation")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
}

func (f *format) write(w io.Writer, report diff.Report) error {
	if f.operation != "" {
		report = report.Of(f.operation)
	}
	switch {
	case f.json:
		text, err := report.JSON()
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	case f.markdown:
		return report.Markdown(w)
	case f.details:
		if err := report.Summary(w); err != nil {
			return err
		}
		return report.Text(w)
	case f.operation != "":
		return report.Text(w)
	default:
		return report.Summary(w)
	}
}

// compared is what changed, with a witness for all that breaks the wire unless the summary alone is asked for, which
// names none.
func (f *format) compared(base, head document.Object) (diff.Report, error) {
	report := diff.Compare(base, head)
	if !f.json && !f.markdown && !f.details && f.operation == "" {
		return report, nil
	}
	return report, witness.Prove(&report, base, head)
}

func diffCommand() *cobra.Command {
	var format format
	var failOn string
	var doubt int
	cmd := &cobra.Command{
		Use: "diff BASE HEAD", Short: "Tell what changed from one spec to another, for someone who calls the API",
		Long: "Tell what changed from one spec to another, for someone who calls the API. BASE and HEAD are files or addresses.",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			threshold, err := thresholdOf(failOn)
			if err != nil {
				return err
			}
			base, _, err := read(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			head, _, err := read(cmd.Context(), args[1])
			if err != nil {
				return err
			}
			report, err := format.compared(base, head)
			if err != nil {
				return err
			}
			if err := format.write(cmd.OutOrStdout(), report); err != nil {
				return err
			}
			if doubt > 0 {
				faults, err := witness.Doubt(report, base, head, doubt, 1)
				if err != nil {
					return err
				}
				if len(faults) > 0 {
					return fmt.Errorf("told as harmless, and refused:\n%s", strings.Join(faults, "\n"))
				}
			}
			if threshold != nil && len(report.Changes) > 0 && report.Class >= *threshold {
				return exit{code: codeOf(report.Class)}
			}
			return nil
		},
	}
	format.flags(cmd)
	cmd.Flags().IntVar(&doubt, "doubt", 0, "try so many values of each body and parameter, and fail if one was valid, is refused, and is told as harmless")
	cmd.Flags().StringVar(&failOn, "fail-on", "", "exit by class if a change is as bad as wire, or any")
	return cmd
}

func thresholdOf(name string) (*diff.Class, error) {
	classes := map[string]diff.Class{"wire": diff.Wire, "any": diff.None}
	if name == "" {
		return nil, nil
	}
	class, ok := classes[name]
	if !ok {
		return nil, usage{fmt.Errorf("--fail-on %s: give wire or any", name)}
	}
	return &class, nil
}

func checkCommand() *cobra.Command {
	var format format
	var base, from string
	var all bool
	cmd := &cobra.Command{
		Use: "check", Short: "Compare the vendored spec with the live one, and exit by what changed",
		Long: "Compare the vendored spec with the live one. Exit 0: no change, or none for callers; 3: adds; 4: breaks\n" +
			"the wire; 1: the check itself failed. Only the vendored operations count unless --all is given.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			vendored, err := baseline(cmd.Context(), base)
			if err != nil {
				return err
			}
			live, _, err := read(cmd.Context(), from)
			if err != nil {
				return err
			}
			if !all {
				live, _ = contract.Vendored(vendored, live)
			}
			report, err := format.compared(vendored, live)
			if err != nil {
				return err
			}
			if err := format.write(cmd.OutOrStdout(), report); err != nil {
				return err
			}
			if report.Class > diff.None {
				return exit{code: codeOf(report.Class)}
			}
			return nil
		},
	}
	format.flags(cmd)
	cmd.Flags().StringVar(&base, "base", "", "file or address of the vendored spec (default: the contract of this checkout)")
	cmd.Flags().StringVar(&from, "from", source.Live, "file or address of the spec to compare with")
	cmd.Flags().BoolVar(&all, "all", false, "count the operations that are not vendored too")
	return cmd
}

// baseline is the document at base, or the contract of the checkout around the current folder.
func baseline(ctx context.Context, base string) (document.Object, error) {
	if base != "" {
		root, _, err := read(ctx, base)
		return root, err
	}
	project, err := contract.FindProject(".")
	if err != nil {
		return nil, err
	}
	return project.Contract()
}

// codeOf is the exit code that tells a class of change.
func codeOf(class diff.Class) int { return 2 + int(max(class, diff.Adds)) }

// exit is an exit code that says it all.
type exit struct{ code int }

func (e exit) Error() string { return fmt.Sprintf("exit %d", e.code) }

// usage is an error in how the command was called.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

// exitCode is the code for an error, and whether there is something to say about it.
func exitCode(err error) (code int, silent bool) {
	var said exit
	var wrong usage
	switch {
	case err == nil:
		return 0, true
	case errors.As(err, &said):
		return said.code, true
	case errors.As(err, &wrong):
		return 2, false
	default:
		return 1, false
	}
}
