package main

import (
	"context"
	"encoding/json"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// pager returns the list that the flags ask for.
func (call *calling) pager(client *xapi.Client, row *gen.Endpoint, arguments map[string]string, options ...xapi.PagerOption) (*xapi.Pager[json.RawMessage], error) {
	pager, err := client.CallPages(row.ID, arguments, append(options, xapi.Limit(call.limit), xapi.From(call.from))...)
	if err != nil {
		return nil, usageError{err}
	}
	return pager, nil
}

// list prints the elements of a list, or its pages. Where it stops early it tells how to go on.
func (call *calling) list(ctx context.Context, c console, client *xapi.Client, row *gen.Endpoint, arguments map[string]string, options []xapi.CallOption) error {
	var problems []xapi.Problem
	pager, err := call.pager(client, row, arguments, xapi.CollectProblems(&problems), xapi.ForEachPage(options...))
	if err != nil {
		return err
	}
	if call.pages {
		err = call.printPages(ctx, c, row, pager)
	} else {
		for element, failed := range pager.Each(ctx) {
			if err = failed; err == nil {
				err = c.json(element)
			}
			if err != nil {
				break
			}
		}
	}
	for _, problem := range xapi.PartialErrors(problems) {
		c.tell("xapi: not all of it: %s\n", reason(problem))
	}
	if cursor := pager.Cursor(); cursor != "" && pager.Stopped() != xapi.AtEnd {
		c.tell("xapi: there is more: go on with --from %s\n", cursor)
	}
	return err
}

func (call *calling) printPages(ctx context.Context, c console, row *gen.Endpoint, pager *xapi.Pager[json.RawMessage]) error {
	for _, err := range pager.Pages(ctx) {
		if err != nil {
			return err
		}
		if err := c.json(json.RawMessage(row.Answer(pager.Raw()))); err != nil {
			return err
		}
	}
	return nil
}
