package transport

import (
	"bytes"
	"net/http"
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

// Refusal tells from the body and the windows why resp is a 429. It reads the body into memory, up to 64 KiB, and leaves
// it to be read again.
func Refusal(resp *http.Response, now time.Time) Refused {
	_ = keep(resp)
	raw := resp.Body.(*Answer).Raw
	limit := ParseRateLimit(resp.Header)
	switch _, _, spent := limit.SpentUntil(now); {
	case mentions(raw, "UsageCapExceeded", "/problems/usage-cap"):
		return UsageCap
	case mentions(raw, "/problems/streaming-connection", "TooManyConnections"):
		return TooManyConnections
	case spent:
		return WindowSpent
	case limit.remaining():
		return UsageCap
	}
	return Unexplained
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

func mentions(raw []byte, any ...string) bool {
	for _, text := range any {
		if bytes.Contains(raw, []byte(text)) {
			return true
		}
	}
	return false
}
