package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// loginByHand shows the address and reads the one where the browser ends up, again and again until it is the right one.
func loginByHand(ctx context.Context, c console, app auth.OAuth2) (*auth.Record, error) {
	login, err := app.Begin()
	if err != nil {
		return nil, usageError{err}
	}
	_, err = fmt.Fprintf(c.err, "open this address in any browser:\n%s\n\n"+
		"it ends up at a page that may not load: within 30 seconds, paste that page's whole address here:\n", login.URL)
	if err != nil {
		return nil, err
	}
	lines := newLines(c.in)
	var last error
	for {
		line, err := lines.next(ctx)
		if errors.Is(err, io.EOF) && last != nil {
			return nil, last
		}
		if err != nil {
			return nil, fmt.Errorf("read the redirected address: %w", err)
		}
		record, err := login.Finish(ctx, line)
		if !errors.Is(err, auth.ErrWrongAddress) {
			return record, err
		}
		last = err
		if _, err := fmt.Fprintf(c.err, "%s\npaste it once more:\n", reason(err)); err != nil {
			return nil, err
		}
	}
}

// lines reads lines of at most 16 KiB each.
type lines struct{ scanner *bufio.Scanner }

func newLines(in io.Reader) *lines {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 16<<10)
	return &lines{scanner}
}

// next returns the next line, or io.EOF. A read from a terminal cannot be called off: where ctx ends first it is left
// behind, and ends with the process.
func (l *lines) next(ctx context.Context) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		if l.scanner.Scan() {
			done <- result{line: l.scanner.Text()}
			return
		}
		err := l.scanner.Err()
		if err == nil {
			err = io.EOF
		}
		done <- result{err: err}
	}()
	select {
	case read := <-done:
		return read.line, read.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
