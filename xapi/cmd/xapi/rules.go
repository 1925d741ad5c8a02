package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/stream"
)

func newRules(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "rules", Short: "Keep the rules of the filtered stream", Args: onlyCommands,
		RunE: withoutCommand,
	}
	cmd.AddCommand(newSync(c))
	return cmd
}

func newSync(c console) *cobra.Command {
	var conn connection
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "sync FILE|-",
		Short: "Make the app's rules those of a file, and no others",
		Long: "Make the app's rules those of a file, and no others: what is missing is added, what is not in the file is deleted,\n" +
			"and what is there already stays. A rule whose tag alone differs is deleted and added, as X cannot change a tag.\n\n" +
			"The file has one rule a line, with a tab and its tag behind it where it has one; empty lines are passed over, and\n" +
			"those that begin with \"# \". Or it is JSON: a list of {\"value\": ..., \"tag\": ...} or of texts, or an object that has\n" +
			"such a list as \"add\" or \"data\", as X's requests and answers have. [] deletes all rules; an empty file is refused.\n\n" +
			"It prints a line for each rule: what became of it, its id, its tag and its text, with tabs between.",
		Example: "  xapi rules sync rules.txt --dry-run\n  printf 'from:golang has:media\\tgo\\n#cats\\n' | xapi rules sync -",
		Args:    exactly("a FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := c.readUpTo(args[0], maxRules)
			if err != nil {
				return err
			}
			rules, err := parseRules(data)
			if err != nil {
				return usage("%s: %w", args[0], err)
			}
			client, server, err := conn.open(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer func() { _ = server.Close() }()
			var opts []stream.SyncOption
			if dryRun {
				opts = append(opts, stream.WithDryRun())
			}
			return c.sync(cmd.Context(), func(ctx context.Context) (*stream.RulesReport, error) {
				return stream.SyncRules(ctx, client, rules, opts...)
			})
		},
	}
	conn.serverFlag(cmd)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "change nothing: have X check what would be added, and print what would be done")
	return cmd
}

// maxRules bounds a file of rules: 25,000 of 2,048 characters, the most that an app may have, need less.
const maxRules = 128 << 20

// sync prints what became of each rule, and how many of each there are.
func (c console) sync(ctx context.Context, do func(context.Context) (*stream.RulesReport, error)) error {
	report, failed := do(ctx)
	for _, result := range report.Results {
		if err := c.say("%s\t%s\t%s\t%s\n", result.Outcome, result.ID, result.Tag, result.Value); err != nil {
			return err
		}
		if result.Reason != "" {
			c.tell("xapi: %s: %s: %s\n", result.Outcome, result.Value, result.Reason)
		}
	}
	if failed != nil && len(report.Results) == 0 {
		return failed
	}
	text := "xapi: %d kept, %d added, %d deleted\n"
	if report.DryRun {
		text = "xapi: %d kept, %d added, %d deleted (dry run: nothing was changed)\n"
	}
	c.tell(text, report.Count(stream.Kept), report.Count(stream.Added), report.Count(stream.Deleted))
	return failed
}

// parseRules reads the rules of a file.
func parseRules(data []byte) ([]stream.Rule, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(data) > 0 && (data[0] == '[' || data[0] == '{') && json.Valid(data) {
		return parseJSONRules(data)
	}
	var rules []stream.Rule
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		value, tag, _ := strings.Cut(line, "\t")
		rules = append(rules, stream.Rule{Value: strings.TrimSpace(value), Tag: strings.TrimSpace(tag)})
	}
	if len(rules) == 0 { // more likely a file that went wrong than the wish to have no rules
		return nil, errors.New("there is no rule in it: write [] to delete all rules")
	}
	return rules, nil
}

func parseJSONRules(data []byte) ([]stream.Rule, error) {
	list := data
	if data[0] == '{' {
		var object struct{ Add, Data json.RawMessage }
		if err := json.Unmarshal(data, &object); err != nil {
			return nil, err
		}
		if list = object.Add; list == nil {
			list = object.Data
		}
		if list == nil {
			return nil, errors.New(`the object has no list of rules: call it "add"`)
		}
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(list, &elements); err != nil {
		return nil, errors.New("the rules are no list")
	}
	rules := make([]stream.Rule, len(elements))
	for i, element := range elements {
		err := json.Unmarshal(element, &rules[i])
		if element[0] == '"' {
			err = json.Unmarshal(element, &rules[i].Value)
		}
		if err != nil {
			return nil, fmt.Errorf("rule %d is neither a text nor an object with a value and a tag", i+1)
		}
	}
	return rules, nil
}
