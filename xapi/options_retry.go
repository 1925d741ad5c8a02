package xapi

import (
	"errors"
	"fmt"
	"time"
)

// WithMaxAttempts sends the request of a call at most n times; 1 is never to repeat it. 5 without this option.
//
// Only what is safe is repeated, see the package's documentation.
func WithMaxAttempts(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("WithMaxAttempts: %d is less than the 1 attempt that every call has", n)
		}
		s.policy.MaxAttempts = n
		return nil
	}
}

// WithMaxElapsed begins no further attempt later than d after the call began, waits for rate limits aside. 3 minutes
// without this option. An attempt under way is not cut: give the context a deadline for that.
func WithMaxElapsed(d time.Duration) Option {
	return func(s *settings) error {
		if d < 0 {
			return errors.New("WithMaxElapsed: the time is negative; 0 is to make one attempt alone")
		}
		s.policy.MaxElapsed = d
		return nil
	}
}

// WithBackoff bounds the wait before an attempt is repeated: it is drawn evenly between a tenth of a ceiling
// and the ceiling, which is initial before the second attempt and doubles with each further one up to most. 500 ms and
// 20 s without this option. After a 429 the wait is a second at the least.
func WithBackoff(initial, most time.Duration) Option {
	return func(s *settings) error {
		if initial < 0 || most < initial {
			return fmt.Errorf("WithBackoff: want 0 ≤ initial ≤ most, got %s and %s", initial, most)
		}
		s.policy.FirstDelay, s.policy.MaxDelay = initial, most
		return nil
	}
}

// WithRateLimitWait waits up to d for a spent rate limit window to be renewed, or for as long as the Retry-After of a 429
// says, as far as the context's deadline allows.
// A longer wait fails at once with a *RateLimitError. 1 minute without this option; 0 is never to wait; 15 minutes and
// some seconds ride out any window but those of 24 hours.
func WithRateLimitWait(d time.Duration) Option {
	return func(s *settings) error {
		if d < 0 {
			return errors.New("WithRateLimitWait: the time is negative; 0 is never to wait")
		}
		s.policy.RateLimitWait = d
		return nil
	}
}

// WithIdleTimeout gives up an attempt in which nothing is sent or received for d; the failure counts as one of the
// network and is repeated like one, over a fresh connection. 1 minute without this option; 0 is never to give up.
//
// It does not limit how long a transfer takes: an upload or a stream in motion is never cut. As systems and proxies on
// the way take some megabytes of an upload at once and do not tell when they leave, what was sent extends the timeout by
// the time that it may need: four times as long as earlier bodies took to be answered, or, until one was, the time of
// all that the client has under way at 64 KiB a second.
func WithIdleTimeout(d time.Duration) Option {
	return func(s *settings) error {
		if d < 0 {
			return errors.New("WithIdleTimeout: the time is negative; 0 is never to give up")
		}
		s.policy.IdleTimeout = d
		return nil
	}
}
