package xapitest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/gen/wire"
)

// RateLimit is how often an operation may be called. Zero means as often as one likes.
type RateLimit struct {
	// PerUser is the number of calls that a user may make in 15 minutes.
	PerUser int
	// PerUserDay is the number of calls that a user may make in 24 hours.
	PerUserDay int
	// AppOnly is the number of calls that the app may make in 15 minutes with its own token.
	AppOnly int
	// PerApp is the number of calls that an app may make in 24 hours, over all its users.
	PerApp int
}

// limits are the windows of the limit.
func (l RateLimit) limits() (windows []wire.Limit) {
	for _, w := range []wire.Limit{{Calls: l.PerUser, Per: shortWindow, User: true}, {Calls: l.PerUserDay, Per: dayWindow, User: true}, {Calls: l.AppOnly, Per: shortWindow}, {Calls: l.PerApp, Per: dayWindow}} {
		if w.Calls > 0 {
			windows = append(windows, w)
		}
	}
	return windows
}

// otherLimits stand for the operations of which X publishes none.
var otherLimits = RateLimit{PerUser: 900}.limits()

// Windows of the limits. Some are shorter than the short one.
const (
	shortWindow = 15 * time.Minute
	dayWindow   = 24 * time.Hour
)

// window counts the calls of one caller within one span of time.
type window struct {
	limit, used int
	ends        time.Time
}

// limiter counts calls. Server.mu guards it.
type limiter struct {
	limits  map[string]RateLimit
	off     bool
	windows map[string]*window
}

// of returns the limits of an operation: those that were set, else those that X documents.
func (l *limiter) of(operation string) []wire.Limit {
	if set, ok := l.limits[operation]; ok {
		return set.limits()
	}
	if row := endpoints()[operation]; row != nil && len(row.Limits) > 0 {
		return row.Limits
	}
	return otherLimits
}

// holds says whether a limit counts for a caller. Those of a day are of the app's users together; the shorter ones are of
// who calls, a user or the app itself, unless X has them for the other alone.
func holds(limit wire.Limit, all []wire.Limit, user bool) bool {
	if limit.Per > shortWindow {
		return !limit.User || user
	}
	return limit.User == user || !slices.ContainsFunc(all, func(other wire.Limit) bool { return other.User == user && other.Per <= shortWindow })
}

// window returns the window that now falls into, a new one where the last has ended.
func (l *limiter) window(key string, limit int, lasts time.Duration, now time.Time) *window {
	w := l.windows[key]
	if w == nil || !now.Before(w.ends) {
		w = &window{limit: limit, ends: now.Add(lasts)}
		l.windows[key] = w
	}
	return w
}

// take counts the call. It returns the headers that tell of the windows, and what the caller is to know where one is used
// up.
func (l *limiter) take(c *call) (header http.Header, full string) {
	header = http.Header{}
	if l.off {
		return header, ""
	}
	all, operation := l.of(c.operation.ID), c.operation.ID
	for _, limit := range all {
		if !holds(limit, all, c.caller.user != "") {
			continue
		}
		key, prefix := operation+" "+limit.Per.String(), "X-Rate-Limit-"
		switch {
		case limit.User:
			key += " user " + c.caller.user
			if limit.Per > shortWindow {
				prefix = "X-User-Limit-24hour-"
			}
		case limit.Per > shortWindow:
			prefix = "X-App-Limit-24hour-"
		}
		w := l.window(key, limit.Calls, limit.Per, c.now)
		if !w.count(header, prefix) {
			full = fmt.Sprintf("%s takes %d calls in %v: the next at %s; Server.Advance or POST /sandbox/api/clock moves the clock, WithoutRateLimits or --no-rate-limits lifts all limits",
				operation, limit.Calls, limit.Per, w.ends.UTC().Format(time.RFC3339))
		}
	}
	return header, full
}

// count takes one call off the window and writes where that leaves it, unless another window of the name has less left.
func (w *window) count(header http.Header, prefix string) bool {
	ok := w.used < w.limit
	if ok {
		w.used++
	}
	left := w.limit - w.used
	if shown, err := strconv.Atoi(header.Get(prefix + "Remaining")); err == nil && shown <= left {
		return ok
	}
	header.Set(prefix+"Limit", strconv.Itoa(w.limit))
	header.Set(prefix+"Remaining", strconv.Itoa(left))
	header.Set(prefix+"Reset", strconv.FormatInt(w.ends.Unix(), 10))
	return ok
}

// WithRateLimit sets the limit of an operation, by operationId, in place of the documented one.
func WithRateLimit(operation string, limit RateLimit) Option {
	return func(s *settings) error {
		if err := exists(operation); err != nil {
			return fmt.Errorf("WithRateLimit: %w", err)
		}
		s.rateLimits[operation] = limit
		return nil
	}
}

// WithoutRateLimits counts no calls and sends no headers about it.
func WithoutRateLimits() Option {
	return func(s *settings) error { s.unlimited = true; return nil }
}
