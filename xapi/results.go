package xapi

import (
	"context"
	"io"

	"github.com/xapi-go/xapi-go/gen"
)

// fetch makes a call that answers with one result. The result that comes beside an error holds what could be decoded.
func fetch[R any](ctx context.Context, c *caller, op *gen.Endpoint, in gen.Input, opts []CallOption) (*R, error) {
	result := new(R)
	return result, c.call(ctx, op, in, result, opts)
}

// open makes a call whose answer is read by the caller, who closes it.
func open(ctx context.Context, c *caller, op *gen.Endpoint, in gen.Input, opts []CallOption) (io.ReadCloser, error) {
	var body io.ReadCloser
	if err := c.call(ctx, op, in, &body, opts); err != nil {
		return nil, err
	}
	return body, nil
}
