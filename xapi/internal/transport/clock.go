package transport

import (
	"context"
	"math/rand/v2"
	"time"
)

// Clock is what the chain knows of time and chance.
type Clock struct {
	Now func() time.Time
	// Sleep returns after d, or with the context's error as soon as ctx ends.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random returns a number in [0, 1).
	Random func() float64
}

// SystemClock is the machine's.
func SystemClock() Clock {
	return Clock{Now: time.Now, Sleep: Sleep, Random: rand.Float64}
}

// Sleep returns after d, or with the cause when ctx ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// fits reports whether ctx leaves the time to wait for d.
func (c Clock) fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || c.Now().Add(d).Before(deadline)
}
