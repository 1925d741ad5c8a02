package xapitest

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// Option changes how a sandbox behaves.
type Option func(*settings) error

type settings struct {
	addr       string
	clock      func() time.Time
	seed       uint64
	token      string
	maxSegment int64
	processing []Step
	timed      time.Duration
}

// apply returns the settings with opts applied, or all that is wrong with them.
func apply(opts []Option) (settings, error) {
	s := settings{
		addr:       "127.0.0.1:0",
		clock:      time.Now,
		seed:       1,
		token:      "sandbox-access-token",
		maxSegment: 5 << 20,
		timed:      2 * time.Second,
	}
	var failed []error
	for _, opt := range opts {
		failed = append(failed, opt(&s))
	}
	return s, errors.Join(failed...)
}

// WithAddr has the sandbox listen on addr, HOST:PORT, instead of a free port of 127.0.0.1. The host is a loopback
// address.
func WithAddr(addr string) Option {
	return func(s *settings) error {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return fmt.Errorf("address %q: %w: give HOST:PORT, as in 127.0.0.1:8080", addr, err)
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("address %q can be reached from other machines: use 127.0.0.1", addr)
		}
		s.addr = addr
		return nil
	}
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
