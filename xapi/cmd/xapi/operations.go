package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/gen"
)

func newOperations(c console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "operations [WORD]",
		Short: "List the operations of the API, with their parameters and what may authorize them",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			word := strings.ToLower(strings.Join(args, ""))
			found := false
			for _, tag := range tags() {
				heading := tag
				for row := range gen.Operations() {
					about := strings.ToLower(row.ID + " " + row.Path + " " + row.Tag)
					if row.Tag != tag || !strings.Contains(about, word) {
						continue
					}
					found = true
					if err := c.operation(row, heading, asJSON); err != nil {
						return err
					}
					heading = ""
				}
			}
			if !found {
				return usage("no operation has %q in its name, its path or its family", word)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document a line")
	return cmd
}

// operation prints one operation.
func (c console) operation(row *gen.Endpoint, heading string, asJSON bool) error {
	var params []string
	for _, param := range row.Params {
		name := param.Wire
		if param.Required {
			name += "!"
		}
		params = append(params, name)
	}
	if asJSON {
		return c.json(map[string]any{
			"id": row.ID, "method": row.Method, "path": row.Path, "family": row.Tag, "arguments": placeholders(row.Path),
			"parameters": params, "authorization": scopes(row), "repeatable": row.Repeatable, "stream": row.Stream, "gone": row.Gone,
		})
	}
	if heading != "" {
		if err := c.say("%s\n", heading); err != nil {
			return err
		}
	}
	if err := c.say("  %s  %s %s\n", row.ID, row.Method, row.Path); err != nil {
		return err
	}
	if len(params) > 0 {
		if err := c.say("      %s\n", strings.Join(params, " ")); err != nil {
			return err
		}
	}
	return c.say("      %s\n", scopes(row))
}
