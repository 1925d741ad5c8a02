package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// calling is what the flags of call say.
type calling struct {
	connection
	body   string
	all    bool
	limit  int
	fields string
	dryRun bool
	lasts  time.Duration
}

func newCall(c console) *cobra.Command {
	var call calling
	cmd := &cobra.Command{
		Use:   "call OPERATION [name=value ...]",
		Short: "Carry out any operation of the API and print its answer as JSON",
		Long: "Carry out any operation of the API and print its answer as JSON. Arguments of the path and parameters are given by\n" +
			"name; a list is values joined by commas. An operation that streams prints one document a line until it is stopped.",
		Example: "  xapi call getUsersMe --fields everything\n  xapi call searchPostsRecent query='from:golang has:media' --all --limit 500\n" +
			"  xapi call createPosts --body '{\"text\":\"hello\"}'",
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
	flags.BoolVar(&call.all, "all", false, "fetch all pages, and print one element a line")
	flags.IntVar(&call.limit, "limit", 0, "with --all, stop after `N` elements")
	flags.StringVar(&call.fields, "fields", "", "everything: ask for all fields and expansions but those of owners alone")
	flags.BoolVar(&call.dryRun, "dry-run", false, "print the request without its credentials, and send nothing")
	flags.DurationVar(&call.lasts, "for", 0, "stop a stream after `DURATION`")
	return cmd
}

func (call *calling) run(ctx context.Context, c console, name string, pairs []string) error {
	row, err := findOperation(name)
	if err != nil {
		return err
	}
	if call.fields != "" && call.fields != "everything" {
		return usage("--fields %s: give everything, or name the fields as in user.fields=created_at", call.fields)
	}
	request, err := request(row, pairs, call.fields == "everything")
	if err != nil {
		return err
	}
	if request.Body, err = call.readBody(c); err != nil {
		return err
	}
	if call.dryRun {
		return describe(c, request)
	}
	client, server, err := call.open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	switch {
	case row.Stream:
		return call.stream(ctx, c, client, request)
	case call.all:
		return call.pages(ctx, c, client, row, request)
	}
	var answer json.RawMessage
	if err := client.Do(ctx, request, &answer); err != nil {
		return err
	}
	return c.json(answer)
}

// readBody returns the JSON that the flag gives, nil where it gives none.
func (call *calling) readBody(c console) (any, error) {
	var text []byte
	var err error
	switch file, isFile := strings.CutPrefix(call.body, "@"); {
	case call.body == "":
		return nil, nil
	case call.body == "-":
		text, err = io.ReadAll(c.in)
	case isFile:
		text, err = os.ReadFile(file)
	default:
		text = []byte(call.body)
	}
	if err != nil {
		return nil, usage("reading the body: %w", err)
	}
	if !json.Valid(text) {
		return nil, usage("the body is no JSON")
	}
	return text, nil
}

// describe prints a request as it would be sent, without credentials.
func describe(c console, request xapi.Request) error {
	address := request.Path
	if len(request.Query) > 0 {
		address += "?" + request.Query.Encode()
	}
	if err := c.say("%s %s\n", request.Method, address); err != nil {
		return err
	}
	if body, ok := request.Body.([]byte); ok {
		return c.say("Content-Type: application/json\n\n%s\n", string(body))
	}
	return nil
}

// errRepeated is a server that gives out a page a second time.
var errRepeated = errors.New("the server gave the same page token again; stopped, since the pages would never end")

// pages prints the elements of all pages.
func (call *calling) pages(ctx context.Context, c console, client *xapi.Client, row *gen.Endpoint, request xapi.Request) error {
	token := "pagination_token"
	if parameter(row, token) == nil {
		token = "next_token"
	}
	if parameter(row, token) == nil {
		return usage("%s has no pages: leave --all out", row.ID)
	}
	seen := map[string]bool{}
	for printed := 0; ; {
		var page struct {
			Data []json.RawMessage
			Meta struct {
				NextToken string `json:"next_token"`
			}
		}
		if err := client.Do(ctx, request, &page); err != nil {
			return err
		}
		for _, element := range page.Data {
			if call.limit > 0 && printed == call.limit {
				return nil
			}
			if err := c.json(element); err != nil {
				return err
			}
			printed++
		}
		next := page.Meta.NextToken
		switch {
		case next == "" || call.limit > 0 && printed == call.limit:
			return nil
		case seen[next]:
			return fmt.Errorf("%s: %w", row.ID, errRepeated)
		}
		seen[next] = true
		request.Query.Set(token, next)
	}
}

// stream prints the documents of a stream until it ends or the time is over.
func (call *calling) stream(ctx context.Context, c console, client *xapi.Client, request xapi.Request) error {
	if call.lasts > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, call.lasts)
		defer cancel()
	}
	var body io.ReadCloser
	if err := client.Do(ctx, request, &body); err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	for documents := json.NewDecoder(body); ; {
		var document json.RawMessage
		switch err := documents.Decode(&document); {
		case errors.Is(err, io.EOF), call.lasts > 0 && errors.Is(ctx.Err(), context.DeadlineExceeded):
			return nil
		case err != nil:
			return err
		}
		if err := c.json(document); err != nil {
			return err
		}
	}
}
