package xapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
)

// Call calls an operation by its id or name, for programs that learn at run time which. arguments are by name what the
// path leaves open and the query parameters, in the spelling of Go or of the wire, several values joined by commas; see
// [Operation]. body is written as JSON, nil where the operation takes none.
//
// result is a pointer to what the answer's JSON is decoded into, in Go's spelling: a struct with the fields data,
// includes, errors and meta, *json.RawMessage for the text, or nil. Of an operation whose answer is a stream or a file it
// is a pointer to an io.ReadCloser, for the caller to close, or the answer is thrown away.
func (c *Client) Call(ctx context.Context, operation string, arguments map[string]string, body, result any, opts ...CallOption) error {
	row := endpointNamed(operation)
	if row == nil {
		return unknownOperation(operation)
	}
	if _, unread := result.(*io.ReadCloser); row.Stream && !unread {
		var discarded io.ReadCloser
		if err := c.Call(ctx, operation, arguments, body, &discarded, opts...); err != nil {
			return err
		}
		return discarded.Close()
	}
	if body == nil && row.Body == "struct{}" { // an object of which nothing is told, and which must be there
		body = struct{}{}
	}
	args, query, err := wire.Values(arguments).Split(row)
	if err != nil {
		return err
	}
	return c.core().call(ctx, row, gen.Input{Args: args, Params: query, Body: body}, result, opts)
}

// CallPages returns a Pager of the list that an operation answers page by page, by its id or name, as [Client.Call] calls
// it. The elements are JSON texts in Go's spelling.
func (c *Client) CallPages(operation string, arguments map[string]string, opts ...PagerOption) (*Pager[json.RawMessage], error) {
	row := endpointNamed(operation)
	switch {
	case row == nil:
		return nil, unknownOperation(operation)
	case row.Paging == nil:
		return nil, fmt.Errorf("%s answers no page of a list: Client.Call calls it", row.ID)
	}
	args, query, err := wire.Values(arguments).Split(row)
	if err != nil {
		return nil, err
	}
	return newPager[json.RawMessage](c.core(), row, gen.Input{Args: args, Params: query}, opts), nil
}

// unknownOperation names the operations that may have been meant.
func unknownOperation(name string) error {
	var near []string
	for row := range gen.Operations() {
		if name != "" && strings.Contains(strings.ToLower(row.ID), strings.ToLower(name)) {
			near = append(near, row.ID)
		}
	}
	slices.Sort(near)
	switch {
	case len(near) == 0:
		return fmt.Errorf("there is no operation %q: Operations lists all; Client.Do sends what none of them does", name)
	case len(near) > 8:
		near = append(near[:8], "…")
	}
	return fmt.Errorf("there is no operation %q; these are near it: %s", name, strings.Join(near, ", "))
}
