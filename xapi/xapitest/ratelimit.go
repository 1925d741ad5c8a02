package xapitest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// RateLimit is how often an operation may be called. Zero means as often as one likes.
type RateLimit struct {
	// PerUser is the number of calls that a user may make in 15 minutes.
	PerUser int
	// PerUserDay is the number of calls that a user may make in 24 hours.
	PerUserDay int
	// PerApp is the number of calls that an app may make in 24 hours, over all its users.
	PerApp int
}

// rateLimits are the limits that X documents, by operationId.
var rateLimits = map[string]RateLimit{
	"mediaUpload":           {PerUser: 500, PerApp: 50_000},
	"getMediaUploadStatus":  {PerUser: 1_000, PerApp: 100_000},
	"initializeMediaUpload": {PerUser: 1_875, PerApp: 180_000},
	"appendMediaUpload":     {PerUser: 1_875, PerApp: 180_000},
	"finalizeMediaUpload":   {PerUser: 1_875, PerApp: 180_000},
	"createMediaMetadata":   {PerUser: 500, PerApp: 50_000},
	"createMediaSubtitles":  {PerUser: 100, PerApp: 10_000},
	"deleteMediaSubtitles":  {PerUser: 100, PerApp: 10_000},
	"createPosts":           {PerUser: 100, PerApp: 10_000},
	"deletePosts":           {PerUser: 50},
}

// otherLimit stands for the operations whose limits are not in the table.
var otherLimit = RateLimit{PerUser: 900}

// Windows of the limits.
const (
	userWindow = 15 * time.Minute
	dayWindow  = 24 * time.Hour
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

func (l *limiter) limit(operation string) RateLimit {
	if set, ok := l.limits[operation]; ok {
		return set
	}
	if documented, ok := rateLimits[operation]; ok {
		return documented
	}
	return otherLimit
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

// take counts the call. It returns the headers that tell of the windows, and false where a window is used up.
func (l *limiter) take(c *call) (http.Header, bool) {
	header := http.Header{}
	if l.off {
		return header, true
	}
	limit, operation := l.limit(c.operation.ID), c.operation.ID
	ok := true
	if limit.PerUser > 0 {
		ok = l.window(operation+" user "+c.caller.user, limit.PerUser, userWindow, c.now).count(header, "X-Rate-Limit-") && ok
	}
	if limit.PerUserDay > 0 {
		ok = l.window(operation+" day "+c.caller.user, limit.PerUserDay, dayWindow, c.now).count(header, "X-User-Limit-24hour-") && ok
	}
	if limit.PerApp > 0 {
		ok = l.window(operation+" app", limit.PerApp, dayWindow, c.now).count(header, "X-App-Limit-24hour-") && ok
	}
	return header, ok
}

// count takes one call off the window and writes where that leaves it.
func (w *window) count(header http.Header, prefix string) bool {
	ok := w.used < w.limit
	if ok {
		w.used++
	}
	header.Set(prefix+"Limit", strconv.Itoa(w.limit))
	header.Set(prefix+"Remaining", strconv.Itoa(w.limit-w.used))
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
