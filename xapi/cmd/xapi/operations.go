package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
)

func newOperations(c console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "operations [WORD ...]",
		Short: "List the operations of the API: what they take, what may authorize them, what they are limited to and cost",
		Long: "List the operations of the API: what they take, what may authorize them, what they are limited to and cost. With WORDs,\n" +
			"those that have all of them in their name, path, family or summary. A parameter with ! must be given.",
		Example: "  xapi operations search posts\n  xapi operations --json bookmarks",
		RunE: func(_ *cobra.Command, words []string) error {
			found := operationsWith(words)
			if len(found) == 0 {
				return usage("no operation has %q in its name, its path, its family or its summary", strings.Join(words, " "))
			}
			heading := ""
			for _, op := range found {
				if asJSON {
					if err := c.json(document(op)); err != nil {
						return err
					}
					continue
				}
				if op.Family != heading {
					heading = op.Family
					if err := c.say("%s\n", heading); err != nil {
						return err
					}
				}
				if err := c.operation(op); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document a line")
	return cmd
}

// operationsWith are the operations that have all the words, by family.
func operationsWith(words []string) []xapi.Operation {
	var found []xapi.Operation
	for op := range xapi.Operations() {
		about := strings.ToLower(strings.Join([]string{op.ID, op.Name, op.Path, op.Family, op.Summary}, " "))
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(about, strings.ToLower(word)) }) {
			found = append(found, op)
		}
	}
	slices.SortStableFunc(found, func(a, b xapi.Operation) int { return strings.Compare(a.Family, b.Family) })
	return found
}

// operation prints one operation.
func (c console) operation(op xapi.Operation) error {
	withdrawn := ""
	if op.Withdrawn {
		withdrawn = "  (withdrawn)"
	}
	if err := c.say("  %s  %s %s%s\n", op.ID, op.Method, op.Path, withdrawn); err != nil {
		return err
	}
	lines := []string{op.Summary, strings.Join(taken(op), " "), authorizations(op)}
	if limits := limits(op); len(limits) > 0 {
		lines = append(lines, "limits: "+strings.Join(limits, ", "))
	}
	if cost := cost(op); cost != "" {
		lines = append(lines, "cost: "+cost)
	}
	if op.MostPerPage > 0 {
		lines = append(lines, fmt.Sprintf("pages of %d to %d", op.FewestPerPage, op.MostPerPage))
	}
	for _, line := range lines {
		if line == "" {
			continue
		}
		if err := c.say("      %s\n", line); err != nil {
			return err
		}
	}
	return nil
}

// document is an operation as JSON.
func document(op xapi.Operation) map[string]any {
	return map[string]any{
		"id": op.ID, "name": op.Name, "method": op.Method, "path": op.Path, "family": op.Family, "summary": op.Summary,
		"arguments": op.Arguments, "parameters": parameters(op), "body": op.Body, "authorization": authorizations(op),
		"limits": limits(op), "cost": cost(op), "paged": op.Paged, "repeatable": op.Repeatable, "stream": op.Unread, "withdrawn": op.Withdrawn,
	}
}

// taken are the arguments of an operation, those of the path first.
func taken(op xapi.Operation) []string {
	var names []string
	for _, name := range op.Arguments {
		names = append(names, name+"!")
	}
	names = append(names, parameters(op)...)
	if op.Body != "" {
		names = append(names, "--body")
	}
	return names
}

func parameters(op xapi.Operation) []string {
	var names []string
	for _, param := range op.Parameters {
		name := param.Wire
		if param.Required {
			name += "!"
		}
		names = append(names, name)
	}
	return names
}

// authorizations says what may authorize an operation.
func authorizations(op xapi.Operation) string {
	var all []string
	for _, way := range op.Authorization {
		switch {
		case way.Scheme == "BearerToken":
			all = append(all, "app-only token")
		case way.Scheme == "UserToken":
			all = append(all, "OAuth 1.0a")
		case len(way.Scopes) > 0:
			all = append(all, "OAuth 2.0 with "+strings.Join(way.Scopes, " "))
		default:
			all = append(all, way.Scheme)
		}
	}
	return strings.Join(all, ", or ")
}

func limits(op xapi.Operation) []string {
	var all []string
	for _, limit := range op.Limits {
		whose := "app"
		if limit.PerUser {
			whose = "user"
		}
		per := strings.TrimSuffix(strings.TrimSuffix(limit.Per.Round(time.Second).String(), "0s"), "0m")
		all = append(all, fmt.Sprintf("%d in %s for each %s", limit.Calls, per, whose))
	}
	return all
}

func cost(op xapi.Operation) string {
	switch {
	case op.Unit == "":
		return ""
	case op.PerResource:
		return fmt.Sprintf("%s for each %s", op.Price, op.Unit)
	}
	return fmt.Sprintf("%s (%s)", op.Price, op.Unit)
}
