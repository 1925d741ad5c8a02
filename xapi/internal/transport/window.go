package transport

import (
	"net/http"
	"strconv"
	"time"
)

// Window is one budget of calls: so many until it is renewed. The zero Window is one that the server did not mention.
type Window struct {
	Limit, Remaining int
	Reset            time.Time
}

// Known reports whether the server mentioned the window.
func (w Window) Known() bool { return !w.Reset.IsZero() }

// rounding is how much later than told a window may be renewed: the server tells whole seconds.
const rounding = time.Second

// renewed reports whether the window has its limit again at now.
func (w Window) renewed(now time.Time) bool { return !now.Before(w.Reset.Add(rounding)) }

// spent reports whether the window allows no call at now.
func (w Window) spent(now time.Time) bool { return w.Known() && w.Remaining == 0 && !w.renewed(now) }

// Families are the windows that one call counts against.
const (
	FifteenMinutes = iota
	App24Hours
	User24Hours
	families
)

// RateLimit is what an answer says of each family's window.
type RateLimit [families]Window

// Known reports whether the server mentioned any window.
func (l RateLimit) Known() bool {
	return l[FifteenMinutes].Known() || l[App24Hours].Known() || l[User24Hours].Known()
}

// SpentUntil returns when the last of the spent windows is renewed, as the server told it, and its family.
func (l RateLimit) SpentUntil(now time.Time) (until time.Time, family int, spent bool) {
	for i, w := range l {
		if w.spent(now) && w.Reset.After(until) {
			until, family, spent = w.Reset, i, true
		}
	}
	return until, family, spent
}

// rateHeaders are the headers of each family, as http.Header keys them.
var rateHeaders = [families]struct{ limit, remaining, reset string }{
	FifteenMinutes: {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"},
	App24Hours:     {"X-App-Limit-24hour-Limit", "X-App-Limit-24hour-Remaining", "X-App-Limit-24hour-Reset"},
	User24Hours:    {"X-User-Limit-24hour-Limit", "X-User-Limit-24hour-Remaining", "X-User-Limit-24hour-Reset"},
}

// ParseRateLimit reads the windows out of an answer's headers. One whose remaining calls or reset cannot be made out is
// taken as not mentioned.
func ParseRateLimit(header http.Header) RateLimit {
	var l RateLimit
	for i, names := range rateHeaders {
		remaining, ok := number(header, names.remaining)
		reset, known := number(header, names.reset)
		if !ok || !known || reset == 0 {
			continue
		}
		limit, _ := number(header, names.limit)
		l[i] = Window{Limit: int(limit), Remaining: int(remaining), Reset: time.Unix(reset, 0)}
	}
	return l
}

// number reads a header of digits alone. Its 12 digits reach to the year 33658 as seconds, and no count comes near.
func number(header http.Header, name string) (int64, bool) {
	values := header[name]
	if len(values) == 0 || len(values[0]) > 12 {
		return 0, false
	}
	n, err := strconv.ParseUint(values[0], 10, 40)
	return int64(n), err == nil
}

// retryAfter reads the header by which a server in front of the API may say when to come back.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
