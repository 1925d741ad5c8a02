package streaming

import "time"

// Cause is what a failed attempt to connect comes down to.
type Cause int

// The causes, each with waits of its own.
const (
	// Final is an answer that no wait changes.
	Final Cause = iota
	// Drop is the end of a connection over which something came.
	Drop
	// Network is a connection that did not come about, or ended before anything came.
	Network
	// HTTP is an answer of a server that may do better later.
	HTTP
	// RateLimited is a 429.
	RateLimited
)

// Verdict is what follows from a failed attempt to connect.
type Verdict struct {
	Cause Cause
	// Until is when the server wants to be asked again, zero where it does not say.
	Until time.Time
	// Crowded says that too many connections are open.
	Crowded bool
	// Narrower says that a request that asks for less may be taken: one without a backfill.
	Narrower bool
	// Untrusted says that the server's certificate is not believed, which is final where no connection ever was.
	Untrusted bool
}

// The waits that X asks for: the network's grow by a step, the others double.
const (
	networkStep, networkMost = 250 * time.Millisecond, 16 * time.Second
	httpFirst, httpMost      = 5 * time.Second, 320 * time.Second
	limitFirst, limitMost    = time.Minute, 16 * time.Minute // X names no most: a window is over after 15 minutes
)

// spread is the largest part of a wait that chance adds to it, so that clients that were cut together do not come back
// together.
const spread = 0.1

// schedule counts the failures in a row of one connection, by their causes.
type schedule struct{ network, http, limited int }

// failures is how often in a row connecting has failed.
func (s *schedule) failures() int { return s.network + s.http + s.limited }

// wait returns how long to wait before the next attempt, without the spread.
func (s *schedule) wait(cause Cause) time.Duration {
	switch cause {
	case Network:
		s.network++
		return min(time.Duration(s.network)*networkStep, networkMost)
	case HTTP:
		s.http++
		return doubled(httpFirst, httpMost, s.http)
	case RateLimited:
		s.limited++
		return doubled(limitFirst, limitMost, s.limited)
	}
	*s = schedule{}
	return 0
}

func doubled(first, most time.Duration, times int) time.Duration {
	if times > 30 {
		return most
	}
	return min(first<<(times-1), most)
}
