package main

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
)

// calling is what the flags of call say.
type calling struct {
	connection
	body     string
	query    []string
	all      bool
	pages    bool
	limit    int
	from     string
	fields   string
	dryRun   bool
	estimate bool
	budget   string
	lasts    time.Duration
	// unchecked lets out what the spec does not allow.
	unchecked bool
}

func newCall(c console) *cobra.Command {
	var call calling
	cmd := &cobra.Command{
		Use:   "call OPERATION [name=value ...]",
		Short: "Carry out any operation of the API and print its answer as JSON",
		Long: "Carry out any operation of the API and print its answer as JSON, in the spelling that speaks of posts. Arguments of the\n" +
			"path and parameters are given by name; a list is values joined by commas, and * stands for all fields or expansions\n" +
			"that there are. A time is a date (2026-08-01), how long ago it was (90m, 2h, 3d, 1w), now, today, yesterday, or as the API\n" +
			"has it. An operation that streams prints one document a line until it is stopped.",
		Example: "  xapi call getUsersMe --fields everything\n  xapi call searchPostsRecent query='from:golang has:media' start_time=2d --all --limit 500\n" +
			"  xapi call searchPostsRecent query=golang --all --limit 500 --estimate\n" +
			"  xapi call createPosts --body '{\"text\":\"hello\"}' --dry-run",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("call takes an OPERATION: see xapi operations")
			}
			return nil
		},
		ValidArgsFunction: completeCall,
		RunE:              func(cmd *cobra.Command, args []string) error { return call.run(cmd.Context(), c, args[0], args[1:]) },
	}
	call.serverFlag(cmd)
	call.sandboxFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&call.body, "body", "", "send this `JSON`, that of a file (@FILE), or that of the standard input (-)")
	flags.StringArrayVar(&call.query, "query", nil, "add a parameter that the contract does not have, as `NAME=VALUE`")
	flags.BoolVar(&call.all, "all", false, "fetch all pages, and print one element a line")
	flags.BoolVar(&call.pages, "pages", false, "fetch all pages, and print one page a line, with what its elements refer to")
	flags.IntVar(&call.limit, "limit", 0, "fetch pages up to `N` elements, and no more than they need")
	flags.StringVar(&call.from, "from", "", "go on from a `CURSOR` that was printed when the list stopped")
	flags.StringVar(&call.fields, "fields", "", "`WHICH`: everything asks for all fields and expansions but those of owners alone")
	flags.BoolVar(&call.dryRun, "dry-run", false, "print the request without its credentials, and send nothing")
	flags.BoolVar(&call.estimate, "estimate", false, "print the most that it would cost, and send nothing")
	flags.StringVar(&call.budget, "budget", "", "send nothing that may cost more than so many `DOLLARS` in all, like 0.50")
	flags.BoolVar(&call.unchecked, "unchecked", false, "send the request as it is, whatever the spec says")
	flags.DurationVar(&call.lasts, "for", 0, "stop a stream after `DURATION`")
	_ = cmd.RegisterFlagCompletionFunc("fields", cobra.FixedCompletions([]cobra.Completion{"everything"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.MarkFlagsMutuallyExclusive("all", "pages")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "estimate")
	return cmd
}

func (call *calling) run(ctx context.Context, c console, name string, pairs []string) error {
	row, err := findOperation(name)
	if err != nil {
		return err
	}
	call.all = call.all || (call.limit != 0 || call.from != "") && !call.pages
	paged := call.all || call.pages
	switch {
	case call.fields != "" && call.fields != "everything":
		return usage("--fields %s: give everything, or name the fields as in user.fields=created_at", call.fields)
	case paged && row.Paging == nil:
		return usage("%s has no pages: leave --all, --pages, --limit and --from out", row.ID)
	case call.limit < 0:
		return usage("--limit %d: give how many elements to stop after", call.limit)
	}
	arguments, err := arguments(row, pairs, call.fields == "everything", time.Now())
	if err != nil {
		return err
	}
	body, err := call.readBody(c)
	if err != nil {
		return err
	}
	options, spent, err := call.options()
	if err != nil {
		return err
	}
	if call.dryRun || call.estimate {
		return call.rehearse(ctx, c, row, arguments, body, options)
	}
	client, server, err := call.open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	defer spent(c)
	switch {
	case row.Stream:
		return call.stream(ctx, c, client, row, arguments, options)
	case paged:
		return call.list(ctx, c, client, row, arguments, options)
	}
	var answer json.RawMessage
	if err := client.Call(ctx, row.ID, arguments, body, &answer, options...); err != nil {
		return err
	}
	if len(answer) == 0 {
		return nil
	}
	return c.json(answer)
}

// options are those of every call that is made, and what tells at the end what they cost.
func (call *calling) options() (options []xapi.CallOption, spent func(console), err error) {
	spent = func(console) {}
	for _, pair := range call.query {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, nil, usage("--query %q is no NAME=VALUE", pair)
		}
		options = append(options, xapi.WithQuery(name, value))
	}
	if call.unchecked {
		options = append(options, xapi.WithValidation(xapi.Off, xapi.Report))
	}
	if call.budget != "" {
		limit, err := dollars(call.budget)
		if err != nil {
			return nil, nil, err
		}
		budget := xapi.NewBudget(limit)
		options = append(options, xapi.WithBudget(budget))
		spent = func(c console) {
			if came := budget.Spent(); came.Amount > 0 {
				c.tell("xapi: spent about %s, by the prices of %s\n", came.String(), xapi.PricesDate)
			}
		}
	}
	return options, spent, nil
}

// maxBody bounds a body: with its media in base64, the largest upload in one request takes less.
const maxBody = 1 << 30

// readBody returns the JSON that the flag gives, nil where it gives none.
func (call *calling) readBody(c console) (any, error) {
	text := []byte(call.body)
	switch file, isFile := strings.CutPrefix(call.body, "@"); {
	case call.body == "":
		return nil, nil
	case isFile, call.body == "-":
		var err error
		if text, err = c.readUpTo(file, maxBody); err != nil {
			return nil, usage("reading the body: %w", err)
		}
	}
	if !json.Valid(text) {
		return nil, usage("the body is no JSON")
	}
	return json.RawMessage(text), nil
}
