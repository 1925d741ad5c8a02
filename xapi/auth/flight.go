package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// flight has one caller at a time do some work. Those who waited meanwhile share its failure, since they would fail in
// the same way; where it succeeded, they find the result where the work has put it. The zero value is ready to use.
type flight struct {
	once sync.Once
	turn chan struct{} // holds an element while one caller is at work

	mu      sync.Mutex
	ended   int
	failure error // of the last work
}

// do calls work when it is this caller's turn, unless the turn before ended in a failure meanwhile. Work reports whether
// its failure is everyone's. A failure by the end of ctx is the caller's own: it gave up, which says nothing to others.
func (f *flight) do(ctx context.Context, work func() (shared bool, err error)) error {
	f.once.Do(func() { f.turn = make(chan struct{}, 1) })
	seen, _ := f.last()
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for another caller to bring a token: %w", context.Cause(ctx))
	}
	if ended, failure := f.last(); ended != seen && failure != nil {
		return failure
	}
	shared, err := work()
	if err != nil && (!shared || gaveUp(ctx, err)) {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended++
	f.failure = err
	return err
}

func (f *flight) last() (ended int, failure error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended, f.failure
}

// gaveUp reports whether err came from the end of ctx.
func gaveUp(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}
