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
	// Family is that of the spent window, for WindowSpent alone.
	Family int
}

// refusal tells from the body and the windows why resp is a 429. It reads the body into memory, up to 64 KiB, and leaves
// it to be read again.
func refusal(resp *http.Response, now time.Time) Refusal {
	raw := ErrorBody(resp)
	limit := ParseRateLimit(resp.Header)
	switch until, family, spent := limit.SpentUntil(now); {
	case mentions(raw, "UsageCapExceeded", "/problems/usage-cap"):
		return Refusal{Why: UsageCap}
	case mentions(raw, "/problems/streaming-connection", "TooManyConnections"):
		return Refusal{Why: TooManyConnections}
	case spent:
		return Refusal{Why: WindowSpent, Until: until, Family: family}
	case limit.remaining():
		return Refusal{Why: UsageCap}
	}
	if wait := retryAfter(resp.Header, now); wait > 0 {
		return Refusal{Until: now.Add(wait)}
	}
	return Refusal{}
}

// remaining reports whether every window that the server mentioned has calls left: then it is not they that refuse.
func (l RateLimit) remaining() bool {
	for _, w := range l {
		if w.Known() && w.Remaining == 0 {
			return false
		}
	}
	return l.Known()
}

func mentions(raw []byte, texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return bytes.Contains(raw, []byte(text)) })
}
