package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

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

// stream yields one value for each JSON document of an answer that goes on until the caller stops, ctx ends or the
// server closes it. A failure is yielded last, with a nil value.
func stream[R any](ctx context.Context, c *caller, op *gen.Endpoint, in gen.Input, opts []CallOption) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		body, err := open(ctx, c, op, in, opts)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = body.Close() }()
		settings, _ := c.settings.forCall(opts) // which the call has taken
		for documents := json.NewDecoder(body); ; {
			var text json.RawMessage
			value := new(R)
			err := documents.Decode(&text)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				settings.keepRaw(text)
				err = json.Unmarshal(op.Answer(text), value)
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: reading the stream: %w", op.ID, err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
	}
}
