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
	got    *answered[T]
}

// ahead begins to fetch a page.
func (l *Pager[T]) ahead(ctx context.Context, at cursor, in gen.Input) *fetching[T] {
	ctx, cancel := context.WithCancel(ctx) //nolint:gosec // stop calls cancel
	f := &fetching[T]{at: at, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.got = l.fetch(ctx, at, in)
	}()
	return f
}

// wait returns the page, if it is the one at the cursor, and nil otherwise.
func (f *fetching[T]) wait(at cursor) *answered[T] {
	if f == nil || f.at != at {
		return nil
	}
	<-f.done
	f.cancel()
	return f.got
}

// stop ends a fetch that nobody waits for.
func (f *fetching[T]) stop() {
	if f != nil {
		f.cancel()
		<-f.done
	}
}
