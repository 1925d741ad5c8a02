package xapi

import (
	"log/slog"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// RateLimit is what the server last said of the windows that the calls of one operation count against. A window that it
// did not mention is zero.
type RateLimit struct {
	// FifteenMinutes is the window of 15 minutes, of the user or of the app depending on the credentials: the headers
	// x-rate-limit-limit, -remaining and -reset.
	FifteenMinutes Window
	// App24Hours is the app's window of 24 hours: x-app-limit-24hour-*.
	App24Hours Window
	// User24Hours is the user's window of 24 hours: x-user-limit-24hour-*.
	User24Hours Window
}

// Window is one budget of calls.
type Window struct {
	// Limit is how many calls the window allows in all, 0 where the server does not say.
	Limit int
	// Remaining is how many of them are left.
	Remaining int
	// Reset is when the window is renewed, by this machine's clock: where that and the server's differ, as the Date of
	// the answer shows, the difference is made up for. It is never further away than the window is long.
	Reset time.Time
}

// Known reports whether the server mentioned the window.
func (w Window) Known() bool { return !w.Reset.IsZero() }

// Known reports whether the server mentioned any window.
func (l RateLimit) Known() bool {
	return l.FifteenMinutes.Known() || l.App24Hours.Known() || l.User24Hours.Known()
}

func newRateLimit(l transport.RateLimit) RateLimit {
	return RateLimit{
		FifteenMinutes: newWindow(l[transport.FifteenMinutes]),
		App24Hours:     newWindow(l[transport.App24Hours]),
		User24Hours:    newWindow(l[transport.User24Hours]),
	}
}

func newWindow(w transport.Window) Window {
	return Window{Limit: w.Limit, Remaining: w.Remaining, Reset: w.Reset}
}

// RateLimit returns the windows of an operation, createPosts for one, as the answers to this client last told them:
// zero before the first answer. It is safe for concurrent use.
func (c *Client) RateLimit(operationID string) RateLimit {
	return newRateLimit(c.core().limits.Snapshot(operationID))
}

// RateLimitError is a call for which a rate limit left no room: refused by the server with 429, or not sent at all
// since the window was known to be spent.
//
// A 429 for another reason, a usage cap or too many connections, is a plain *Error: no wait cures it.
type RateLimitError struct {
	// Operation is the operationId of the call.
	Operation string
	// RetryAt is when the call may be tried again, zero where the server does not say.
	RetryAt time.Time
	// Window names the spent window: "15 minutes", "app, 24 hours" or "user, 24 hours"; empty where the server does not
	// say.
	Window string
	// RateLimit has the windows as the server last told them.
	RateLimit RateLimit
	// Err is the server's refusal, nil where the call was not sent.
	Err *Error
}

// Error says when to try again.
func (e *RateLimitError) Error() string {
	text := e.Operation + ": rate limit reached"
	if e.Err == nil {
		text = e.Operation + ": not sent: rate limit reached"
	}
	if e.RetryAt.IsZero() {
		return text + "; the server does not say until when: wait some minutes before trying again"
	}
	if e.Window != "" {
		text += " (" + e.Window + ")"
	}
	return text + ": try again at " + e.RetryAt.UTC().Format(time.RFC3339) + ", or allow a longer wait with WithRateLimitWait"
}

// Is makes it ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// Unwrap returns the server's refusal.
func (e *RateLimitError) Unwrap() error {
	if e.Err == nil {
		return nil
	}
	return e.Err
}

// LogValue has the fields of the error apart.
func (e *RateLimitError) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation), slog.Time("retry_at", e.RetryAt), slog.String("window", e.Window))
}

var familyNames = [...]string{
	transport.FifteenMinutes: "15 minutes",
	transport.App24Hours:     "app, 24 hours",
	transport.User24Hours:    "user, 24 hours",
	transport.NoFamily:       "",
}

// notSent is the error of a call held back by the chain.
func notSent(call *transport.Call, spent *transport.SpentError) *RateLimitError {
	e := &RateLimitError{
		Operation: call.Operation.ID,
		RetryAt:   spent.Until,
		Window:    familyNames[spent.Family],
		RateLimit: newRateLimit(spent.RateLimit),
	}
	if call.Refused != nil {
		e.Err = readError(call, call.Refused)
	}
	return e
}

// rateLimited wraps a 429 that a spent window is the reason of, or nothing that the server names.
func rateLimited(e *Error, refusal transport.Refusal) *RateLimitError {
	return &RateLimitError{
		Operation: e.Operation, RateLimit: e.RateLimit, RetryAt: refusal.Until, Window: familyNames[refusal.Family], Err: e,
	}
}
