package transport

import (
	"net/http"
	"strconv"
	"time"
)

// Window is one budget of calls: so many until it is renewed. The zero Window is one that the server did not mention.
type Window struct {
	Limit, Remaining int
	// Reset is when the window is renewed, by the clock of this machine.
	Reset time.Time
	// Told is the reset as the server told it, by its own clock. It tells one window from the next. It is zero where no
	// window of the family can be renewed as late as that.
	Told time.Time
}

// Known reports whether the server mentioned the window.
func (w Window) Known() bool { return !w.Reset.IsZero() }

// rounding is how much later than told a window may be renewed: the server tells whole seconds.
const rounding = time.Second

// sameWindow is how far the resets of one window may lie apart, as servers round them each in its own way.
const sameWindow = 2 * time.Second

// renewed reports whether the window has its limit again at now.
func (w Window) renewed(now time.Time) bool { return !now.Before(w.Reset.Add(rounding)) }

// spent reports whether the window allows no call at now.
func (w Window) spent(now time.Time) bool { return w.Known() && w.Remaining == 0 && !w.renewed(now) }

// merge takes in what a later answer said. Answers may overtake one another: within one window what is left only
// shrinks, and of a window that is over nothing is taken in.
func (w Window) merge(told Window, now time.Time) Window {
	apart := told.Told.Sub(w.Told)
	switch {
	case !told.Known():
		return w
	case !w.Known() || w.renewed(now) || w.Told.IsZero():
		return told
	case told.Told.IsZero():
		w.Remaining = min(w.Remaining, told.Remaining)
		return w
	case apart > sameWindow:
		return told
	case apart < -sameWindow:
		return w
	}
	told.Remaining = min(w.Remaining, told.Remaining)
	switch {
	case apart == 0 && w.Reset.Before(told.Reset): // what an answer takes to arrive makes its reset seem later
		told.Reset = w.Reset
	case apart < 0:
		told.Reset, told.Told = w.Reset, w.Told
	}
	return told
}

// Families are the windows that one call counts against.
const (
	FifteenMinutes = iota
	App24Hours
	User24Hours
	families
	// NoFamily stands for a refusal that names no window.
	NoFamily = families
)

// lengths are those of each family's windows.
var lengths = [families]time.Duration{FifteenMinutes: 15 * time.Minute, App24Hours: 24 * time.Hour, User24Hours: 24 * time.Hour}

// RateLimit is what an answer says of each family's window.
type RateLimit [families]Window

// Known reports whether the server mentioned any window.
func (l RateLimit) Known() bool {
	return l[FifteenMinutes].Known() || l[App24Hours].Known() || l[User24Hours].Known()
}

// spentUntil returns the spent window that is renewed last, and its family, or NoFamily where none is spent.
func (l *RateLimit) spentUntil(now time.Time) (until time.Time, family int) {
	family = NoFamily
	for i := range l {
		if w := &l[i]; w.spent(now) && w.Reset.After(until) {
			until, family = w.Reset, i
		}
	}
	return until, family
}

// rateHeaders are the headers of each family, as http.Header keys them.
var rateHeaders = [families]struct{ limit, remaining, reset string }{
	FifteenMinutes: {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"},
	App24Hours:     {"X-App-Limit-24hour-Limit", "X-App-Limit-24hour-Remaining", "X-App-Limit-24hour-Reset"},
	User24Hours:    {"X-User-Limit-24hour-Limit", "X-User-Limit-24hour-Remaining", "X-User-Limit-24hour-Reset"},
}

// ParseRateLimit reads the windows out of the headers of an answer that came at now. One whose remaining calls or reset
// cannot be made out is taken as not mentioned.
//
// The server's clock, which the Date header shows, and this machine's may differ: a reset is as far from now as it is
// from the Date. It is never further away than the family's windows are long.
func ParseRateLimit(header http.Header, now time.Time) RateLimit {
	var (
		l     RateLimit
		skew  time.Duration
		dated bool
	)
	for i, names := range &rateHeaders {
		remaining, ok := number(header, names.remaining)
		reset, known := number(header, names.reset)
		if !ok || !known || reset == 0 {
			continue
		}
		if !dated {
			skew, dated = clockSkew(header, now), true
		}
		limit, _ := number(header, names.limit)
		told := time.Unix(reset, 0)
		w := Window{Limit: int(limit), Remaining: int(remaining), Reset: told.Add(skew), Told: told}
		if latest := now.Add(lengths[i]); w.Reset.After(latest.Add(rounding)) {
			w.Reset, w.Told = latest, time.Time{}
		}
		l[i] = w
	}
	return l
}

// clockSkew returns how far the clock of this machine, which shows now, is ahead of the server's. Nothing within the
// second that the Date header leaves open is a difference.
func clockSkew(header http.Header, now time.Time) time.Duration {
	if len(header["Date"]) == 0 {
		return 0
	}
	date, err := http.ParseTime(header["Date"][0])
	if err != nil {
		return 0
	}
	if skew := now.Sub(date); skew < 0 || skew >= time.Second {
		return skew
	}
	return 0
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

// retryAfter reads the header by which a server may say when to come back. It is never longer than a day.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if value == "" {
		return 0
	}
	const most = 24 * time.Hour
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, most)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(0, at.Add(clockSkew(header, now)).Sub(now)), most)
	}
	return 0
}
