package store

import (
	"context"
	"iter"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Engine is what a [Store] stands on: a database that every process of the fleet reaches, and a few steps of it. The
// modules xapi/store/redis and xapi/store/sql are such engines, [Memory] is one for a single process, and any database
// with an atomic compare-and-set can be one; the package storetest holds it to what is said here.
//
// Each method is one step: others see it done or not done, never half. A step that returned is not taken back by the
// engine itself; what the database behind it may lose is for the engine to document. An engine is safe for concurrent
// use, honours ctx, and neither cuts nor changes keys and values. Time is the database's own, not the caller's.
type Engine interface {
	// Get returns the value at key, nil where there is none or it has ended. It sees the last change of any process.
	Get(ctx context.Context, key string) ([]byte, error)
	// Swap carries out a change and reports whether it did. An error leaves open whether it did.
	Swap(ctx context.Context, change Change) (bool, error)
	// Add adds n to the counter at key, which begins at 0, unless the sum would be greater than most or less than 0.
	// It returns the sum, and whether n is in it. No number is beyond 1<<53. The counter ends ttl after its first
	// addition; a ttl of 0 keeps it. A counter's key is never a value's.
	// Where an error leaves open whether n was added, repeating the call may add it twice.
	Add(ctx context.Context, key string, n, most int64, ttl time.Duration) (sum int64, added bool, err error)
	// RateStore has the windows of rate limits, which are counted in one step of their own.
	xapi.RateStore
	// List yields the values whose keys begin with prefix, in no order. It may take the time of a walk through the whole
	// database, and may miss or tell those that come or go meanwhile. An error ends it.
	List(ctx context.Context, prefix string) iter.Seq2[Entry, error]
}

// Entry is a value and where it is.
type Entry struct {
	Key   string
	Value []byte
}

// Change is a compare-and-set of one value.
type Change struct {
	// Key names the value.
	Key string
	// Old is the value that must be there; nil demands that there is none. Any demands nothing, and Old is not looked at.
	Old []byte
	Any bool
	// New is the value to be there afterwards; nil removes it. A change that finds New in place already is done, so
	// that a change whose answer was lost can be repeated: where two might want the same, New has to tell them apart.
	New []byte
	// TTL is how long from now New stays; 0 keeps it for good.
	TTL time.Duration
	// While is another value that must be there, in the same step; the zero Guard demands nothing.
	While Guard
}

// Guard demands that the value at Key is Value. Key has the same text in braces as the key of the change, by which an
// engine of several servers keeps them together.
type Guard struct {
	Key   string
	Value []byte
}
