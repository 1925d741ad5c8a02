package xapi

import (
	"context"

	"github.com/xapi-go/xapi-go/gen"
)

// fetching is a page on its way while the caller works.
type fetching[T any] struct {
	at     cursor
	cancel context.CancelFunc
	done   chan struct{}
	result *Result[[]T]
	err    error
}

// ahead begins to fetch a page.
func (l *Pager[T]) ahead(ctx context.Context, at cursor, in gen.Input) *fetching[T] {
	ctx, cancel := context.WithCancel(ctx) //nolint:gosec // stop calls cancel
	f := &fetching[T]{at: at, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.result, f.err = l.fetch(ctx, in)
	}()
	return f
}

// wait returns the page, if it is the one at the cursor.
func (f *fetching[T]) wait(at cursor) (*Result[[]T], error) {
	if f == nil || f.at != at {
		return nil, nil
	}
	<-f.done
	return f.result, f.err
}

// stop ends a fetch that nobody waits for.
func (f *fetching[T]) stop() {
	if f != nil {
		f.cancel()
		<-f.done
	}
}
