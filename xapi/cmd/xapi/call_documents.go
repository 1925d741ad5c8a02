package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
)

// documents prints what a stream sends, one document a line, until it ends or the time is over.
func (call *calling) documents(ctx context.Context, c console, body io.Reader) error {
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
