package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/impact"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/source"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/witness"
)

func impactCommand() *cobra.Command {
	var base, from string
	var all, asJSON bool
	cmd := &cobra.Command{
		Use: "impact [PACKAGE...]", Short: "Tell which calls, fields and constants of a Go program a new spec touches, by file and line",
		Long: "Tell which calls, fields and constants of a Go program a new spec touches, by file and line. Run it in the program's\n" +
			"module; packages are named as for go build, ./... where none is. The spec is compared with the contract of the\n" +
			"client that the module uses. Exit 0: nothing of the program's breaks the wire; 4: something does.",
		RunE: func(cmd *cobra.Command, patterns []string) error {
			if len(patterns) == 0 {
				patterns = []string{"./..."}
			}
			project, err := clientOf(cmd)
			if err != nil {
				return err
			}
			m, err := project.ReadModel()
			if err != nil {
				return err
			}
			vendored, err := project.Contract()
			if base != "" {
				vendored, _, err = read(cmd.Context(), base)
			}
			if err != nil {
				return err
			}
			live, _, err := read(cmd.Context(), from)
			if err != nil {
				return err
			}
			report := diff.Compare(vendored, live)
			if err := witness.Prove(&report, vendored, live); err != nil {
				return err
			}
			least := diff.Wire
			if all {
				least = diff.None
			}
			program, err := impact.Load(cmd.Context(), m, ".", patterns)
			if err != nil {
				return err
			}
			found := program.Find(report, least, vendored, live)
			if asJSON {
				text, err := json.MarshalIndent(found, "", "  ")
				if err != nil {
					return fmt.Errorf("writing the report: %w", err)
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
				if err != nil {
					return fmt.Errorf("writing the report: %w", err)
				}
			} else if err := found.Text(cmd.OutOrStdout()); err != nil {
				return err
			}
			if len(found.Hits) > 0 && found.Hits[0].Class == diff.Wire {
				return exit{code: codeOf(diff.Wire)}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "file or address of the spec to compare with (default: the contract of the client that the module uses)")
	cmd.Flags().StringVar(&from, "from", source.Live, "file or address of the new spec")
	cmd.Flags().BoolVar(&all, "all", false, "tell of every change, not of those alone that break the wire")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, for machines")
	return cmd
}

// clientOf is the checkout of the client around the current folder, or else the one that the module there uses.
func clientOf(cmd *cobra.Command) (contract.Project, error) {
	if project, err := contract.FindProject("."); err == nil {
		return project, nil
	}
	list := exec.CommandContext(cmd.Context(), "go", "list", "-m", "-f", "{{.Dir}}", impact.Module) //nolint:gosec // constants
	folder, err := list.Output()
	if err != nil || strings.TrimSpace(string(folder)) == "" {
		return contract.Project{}, fmt.Errorf("the module here does not use %s: run specsync impact inside a program that does", impact.Module)
	}
	return contract.Project{Root: strings.TrimSpace(string(folder))}, nil
}
