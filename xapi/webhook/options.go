package webhook

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Option changes how a Handler behaves.
type Option func(*settings) error

type settings struct {
	window      Window
	keep        time.Duration
	lease       time.Duration
	deadline    time.Duration
	concurrency int
	queue       int
	maxBody     int64
	logger      *slog.Logger
}

// apply returns the settings with opts applied, or all that is wrong with them.
func apply(opts []Option) (settings, error) {
	s := settings{
		keep: 25 * time.Hour, lease: 15 * time.Second, deadline: 8 * time.Second,
		concurrency: 64, queue: 1024, maxBody: 1 << 20,
		logger: slog.New(slog.DiscardHandler),
	}
	var failed []error
	for _, opt := range opts {
		if opt != nil {
			failed = append(failed, opt(&s))
		}
	}
	if s.window == nil {
		s.window = NewMemoryWindow(defaultRemembered)
	}
	return s, errors.Join(failed...)
}

// WithWindow keeps what was taken in window, in place of the process's memory.
func WithWindow(window Window) Option {
	return func(s *settings) error { s.window = window; return nil }
}

// WithKeep remembers an event for d, 25 hours by default: X replays what is up to 24 hours old.
func WithKeep(d time.Duration) Option {
	return func(s *settings) error { s.keep = d; return positive("time to remember events", d) }
}

// WithLease has a claim in the window run out after d, 15 seconds by default, unless it is renewed, which it is while
// the process lives. It is how long another process waits for one that was killed.
func WithLease(d time.Duration) Option {
	return func(s *settings) error { s.lease = d; return positive("lease", d) }
}

// WithDeadline answers within d, 8 seconds by default, of the 10 that X waits. The context of the function ends then.
func WithDeadline(d time.Duration) Option {
	return func(s *settings) error {
		s.deadline = d
		if d > 10*time.Second {
			return fmt.Errorf("webhook: a deadline of %s is beyond the 10 seconds that X waits", d)
		}
		return positive("deadline", d)
	}
}

// WithConcurrency calls the function for up to n deliveries at once, 64 by default. Those of one delivery are given in
// their order, one after the other; between deliveries there is no order.
func WithConcurrency(n int) Option {
	return func(s *settings) error { s.concurrency = n; return positive("concurrency", n) }
}

// WithQueue lets n verified deliveries wait for their turn, 1024 by default. Further ones are answered with 503 at once.
func WithQueue(n int) Option {
	return func(s *settings) error {
		s.queue = n
		if n < 0 {
			return fmt.Errorf("webhook: a queue of %d is less than none", n)
		}
		return nil
	}
}

// WithMaxBody refuses bodies over n bytes, 1 MiB by default. All that is read and not yet verified is at most 64 times
// that.
func WithMaxBody(n int64) Option {
	return func(s *settings) error { s.maxBody = n; return positive("largest body", n) }
}

// WithLogger tells logger which challenges were answered, why a request was refused, which the answer does not say, and
// what could not be taken. No secret, no signature and nothing of a body is among it.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger != nil {
			s.logger = logger
		}
		return nil
	}
}

func positive[N int | int64 | time.Duration](what string, n N) error {
	if n <= 0 {
		return fmt.Errorf("webhook: %s of %v: it must be above zero", what, n)
	}
	return nil
}
