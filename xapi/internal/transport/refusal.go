package transport

import (
	"bytes"
	"net/http"
	"slices"
	"time"
)

// Refused is why a server answers 429.
type Refused int

const (
	// Unexplained is a 429 that names no spent window: an edge server's, or one whose window has just been renewed.
	Unexplained Refused = iota
	// WindowSpent is a rate limit window with nothing left, which a wait until its reset cures.
	WindowSpent
	// UsageCap is the account's or product's consumption for a day or a month.
	UsageCap
	// TooManyConnections is the limit of streams open at a time.
	TooManyConnections
)

// Refusal is what a 429 comes down to.
type Refusal struct {
	Why Refused
	// Until is when the call may be tried again, zero where that is not known.
	Until time.Time
	// Family is that of the spent window, NoFamily where none is named.
	Family int

	// passes says that a wait may cure the refusal.
	passes bool
	// hold is the time before which the operation is not called again, whatever the windows say; zero where the server
	// wants no certain wait.
	hold time.Time
}

// leastWait is the shortest wait between a 429 and the next attempt of the call.
const leastWait = time.Second

// refusalOf tells why an answer that came at now is a 429. Its body and its Retry-After decide first; what the windows
// have left says something only where those say nothing. It reads the body into memory, up to 64 KiB, and leaves it to
// be read again.
func refusalOf(resp *http.Response, told *RateLimit, now time.Time) Refusal {
	raw := ErrorBody(resp)
	r := Refusal{Family: NoFamily}
	switch {
	case mentions(raw, "UsageCapExceeded", "/problems/usage-cap"):
		r.Why = UsageCap
		return r
	case mentions(raw, "/problems/streaming-connection", "TooManyConnections"):
		r.Why = TooManyConnections
		return r
	}
	wait := retryAfter(resp.Header, now)
	if reset, family := told.none(); family != NoFamily {
		r.Why, r.Family, r.Until = WindowSpent, family, later(reset, now)
	} else if wait == 0 && told.Known() && !saysRateLimit(raw) {
		r.Why = UsageCap
		return r
	}
	if r.passes = true; wait > 0 {
		r.Until, r.hold = later(r.Until, now.Add(wait)), now.Add(wait+rounding)
	}
	return r
}

// none returns the reset of the window that has no calls left and is renewed last, and its family, NoFamily where all
// windows have some.
func (l *RateLimit) none() (reset time.Time, family int) {
	family = NoFamily
	for i, w := range l {
		if w.Known() && w.Remaining == 0 && (family == NoFamily || w.Reset.After(reset)) {
			reset, family = w.Reset, i
		}
	}
	return reset, family
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// rateLimitBody is how the API v1.1 says that a rate limit refuses: {"errors":[{"code":88,"message":"Rate limit exceeded"}]}.
var rateLimitBody = lazily(`(?i)"code"\s*:\s*88\b|rate limit exceeded`)

func saysRateLimit(raw []byte) bool { return rateLimitBody().Match(raw) }

func mentions(raw []byte, texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return bytes.Contains(raw, []byte(text)) })
}
