package store

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/xapi-go/xapi-go/xapi"
)

var (
	// ErrUnavailable means that the engine did not carry out a step, or did not say whether it did: the database is away,
	// or refuses. Nothing is guessed then, and no lock, grant or claim given. The cause is wrapped beside it.
	ErrUnavailable = errors.New("the fleet's store is unavailable")

	// ErrLeaseLost means that a lease ran out or was another's all the time, so that nothing was written under it.
	ErrLeaseLost = errors.New("the lease was lost")
)

// Store is the state that a fleet shares. It is safe for concurrent use, by any number of goroutines and processes.
type Store struct{ engine Engine }

// New returns a store on an engine. Nothing is sent.
func New(engine Engine) *Store { return &Store{engine: engine} }

// Rates returns the windows of rate limits: for xapi.WithRateStore.
func (s *Store) Rates() xapi.RateStore { return s.engine }

// unavailable is an engine's failure at a step.
func unavailable(step string, err error) error {
	return fmt.Errorf("%s: %w: %w", step, ErrUnavailable, err)
}

// dataKey is the engine's key of a value, leaseKey that of the lease on it. What one change compares together has the
// same text in braces, by which a cluster keeps it in one place.
func dataKey(kind string, name ...string) string  { return kind + "/{" + join(name) + "}" }
func leaseKey(kind string, name ...string) string { return "lease/" + kind + "/{" + join(name) + "}" }

// join makes one text of several, different for different ones.
func join(parts []string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = url.QueryEscape(part)
	}
	return strings.Join(escaped, "/")
}

func leaseLost(step string) error { return fmt.Errorf("%s: %w", step, ErrLeaseLost) }
