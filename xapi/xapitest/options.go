package xapitest

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Option changes how a sandbox behaves.
type Option func(*settings) error

type settings struct {
	addr        string
	remote      bool
	tls         bool
	recordDir   string
	clock       func() time.Time
	seed        uint64
	maxSegment  int64
	processing  []Step
	timed       time.Duration
	rateLimits  map[string]RateLimit
	unlimited   bool
	faults      []Fault
	redirects   []string
	problemHost string
	statuses    map[string]int
	bodiless    bool
	empty       bool
	anyBytes    bool
	heartbeat   time.Duration
	connections int
	// patience is how long a connection too many waits for another to end.
	patience time.Duration
	fixtures [][]byte
	hosts    []string
	origins  []string
	observe  func(Request)
	// free has every operation answered that the sandbox knows, in its own spelling, and nothing held against the contract.
	free bool
}

// apply returns the settings with opts applied, or all that is wrong with them.
func apply(opts []Option) (settings, error) {
	s := settings{
		addr:        "127.0.0.1:0",
		clock:       time.Now,
		seed:        1,
		maxSegment:  5 << 20,
		timed:       2 * time.Second,
		heartbeat:   defaultHeartbeat,
		patience:    ghostLives,
		rateLimits:  map[string]RateLimit{},
		problemHost: problemHosts[0],
		statuses:    map[string]int{},
	}
	var failed []error
	for _, opt := range opts {
		failed = append(failed, opt(&s))
	}
	if !s.remote && !isLoopback(s.addr) {
		failed = append(failed, fmt.Errorf("address %q can be reached from other machines: use 127.0.0.1, or allow remote access", s.addr))
	}
	return s, errors.Join(failed...)
}

func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && transport.Loopback(host)
}

// WithAddr has the sandbox listen on addr, HOST:PORT, instead of a free port of 127.0.0.1. The host is a loopback
// address unless WithRemoteAccess is given too.
func WithAddr(addr string) Option {
	return func(s *settings) error {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return fmt.Errorf("address %q: %w: give HOST:PORT, as in 127.0.0.1:8080", addr, err)
		}
		s.addr = addr
		return nil
	}
}

// WithRemoteAccess lets the sandbox listen on an address that other machines can reach. Its tokens are no secrets:
// whoever reaches it can use it.
func WithRemoteAccess() Option {
	return func(s *settings) error { s.remote = true; return nil }
}

// WithClock has the sandbox tell the time by now instead of time.Now. Server.Advance moves it on from there.
func WithClock(now func() time.Time) Option {
	return func(s *settings) error {
		if now == nil {
			return errors.New("WithClock: the clock is nil")
		}
		s.clock = now
		return nil
	}
}

// WithSeed changes the ids and the made-up data. The same seed gives the same ones.
func WithSeed(seed uint64) Option {
	return func(s *settings) error { s.seed = seed; return nil }
}

// WithMaxSegment answers a segment of more than n bytes with 413 and an empty body, as the edge of the real API has
// been seen to do. The default is 5 MiB; the API's documentation allows 5 MB.
func WithMaxSegment(n int64) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("WithMaxSegment: %d bytes leave no room for a segment", n)
		}
		s.maxSegment = n
		return nil
	}
}

// The hosts that a problem's type has been seen with.
var problemHosts = []string{"api.twitter.com", "api.x.com"}

// WithProblemHost puts another host into the type of problems: api.x.com as spec 2.167 has it, instead of
// api.twitter.com.
func WithProblemHost(host string) Option {
	return func(s *settings) error {
		if !slices.Contains(problemHosts, host) {
			return fmt.Errorf("WithProblemHost: %q was never seen in a problem: use one of %q", host, problemHosts)
		}
		s.problemHost = host
		return nil
	}
}

// WithStatus answers the successful calls of an operation, by operationId, with another 2xx status than the first in
// the spec: 202 for initializeMediaUpload, 201 for finalizeMediaUpload and mediaUpload have been seen. appendMediaUpload
// answers with 204 and no body; given 200, it answers with the body of the spec.
func WithStatus(operation string, status int) Option {
	return func(s *settings) error {
		if status < 200 || status > 299 {
			return fmt.Errorf("WithStatus: %s: %d is no success", operation, status)
		}
		if err := exists(operation); err != nil {
			return fmt.Errorf("WithStatus: %w", err)
		}
		s.statuses[operation] = status
		return nil
	}
}

// WithBodilessFinalize takes a finalize without a body, as the spec has it. Since 2026-07 the real server demands a JSON
// object, and so does the sandbox by default; clients older than that do not send one.
func WithBodilessFinalize() Option {
	return func(s *settings) error { s.bodiless = true; return nil }
}

// WithRedirectURI registers an address that logins may return to. It must then match to the letter. Where none is
// registered, any address of this machine will do.
func WithRedirectURI(uri string) Option {
	return func(s *settings) error { s.redirects = append(s.redirects, uri); return nil }
}
