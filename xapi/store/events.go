package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// Events remember which events of a webhook were taken, for all processes that receive them: a [webhook.Window].
//
// An event that was committed is not given again until what is kept of it ends, and a commit that has returned is as
// durable as the engine is. It is safe for concurrent use.
type Events struct {
	store *Store
	name  string
}

var _ webhook.Window = (*Events)(nil)

// Events returns the events of the webhook called name.
func (s *Store) Events(name string) *Events { return &Events{store: s, name: name} }

const (
	eventKind = "event"
	committed = "committed"
)

// Claim makes owner the holder of the event id until lease has passed, as [webhook.Window] says. A new event takes two
// steps of the engine.
func (e *Events) Claim(ctx context.Context, id, owner string, lease, keep time.Duration) (attempt int, err error) {
	guard := Guard{Key: leaseKey(eventKind, e.name, id), Value: []byte(owner)}
	held, err := e.store.engine.Swap(ctx, Change{Key: guard.Key, New: guard.Value, TTL: lease})
	if err != nil {
		return 0, unavailable("claim an event", err)
	}
	if held {
		first := Change{Key: e.key(id), New: claim(1, owner), TTL: keep, While: guard}
		done, err := e.store.engine.Swap(ctx, first)
		if err != nil {
			return 0, unavailable("claim an event", err)
		}
		if done {
			return 1, nil
		}
	}
	raw, err := e.store.engine.Get(ctx, e.key(id))
	switch {
	case err != nil:
		return 0, unavailable("claim an event", err)
	case string(raw) == committed:
		return webhook.Committed, e.kept(ctx, id, keep)
	case !held:
		return webhook.Held, nil
	}
	attempts, last := claimed(raw)
	if last != owner {
		attempts++
	}
	done, err := e.store.engine.Swap(ctx, Change{Key: e.key(id), Old: raw, New: claim(attempts, owner), TTL: keep, While: guard})
	switch {
	case err != nil:
		return 0, unavailable("claim an event", err)
	case !done: // the lease ran out, or the event was committed
		return webhook.Held, nil
	}
	return attempts, nil
}

// Commit has the event committed, whoever holds it, for as long as keep.
func (e *Events) Commit(ctx context.Context, id string, keep time.Duration) error {
	change := Change{Key: e.key(id), Any: true, New: []byte(committed), TTL: keep}
	if _, err := e.store.engine.Swap(ctx, change); err != nil {
		return unavailable("commit an event", err)
	}
	return nil
}

// Release opens the event where owner holds it, so that the next claim need not wait for the lease to run out.
func (e *Events) Release(ctx context.Context, id, owner string) error {
	change := Change{Key: leaseKey(eventKind, e.name, id), Old: []byte(owner)}
	if _, err := e.store.engine.Swap(ctx, change); err != nil {
		return unavailable("release an event", err)
	}
	return nil
}

// kept has a committed event that came once more remembered for as long as if it had been committed now.
func (e *Events) kept(ctx context.Context, id string, keep time.Duration) error {
	change := Change{Key: e.key(id), Old: []byte(committed), New: []byte(committed), TTL: keep}
	if _, err := e.store.engine.Swap(ctx, change); err != nil {
		return unavailable("claim an event", err)
	}
	return nil
}

func (e *Events) key(id string) string { return dataKey(eventKind, e.name, id) }

// claim writes down who claimed an event last, and how many did.
func claim(attempts int, owner string) []byte { return fmt.Appendf(nil, "%d:%s", attempts, owner) }

func claimed(raw []byte) (attempts int, owner string) {
	count, owner, _ := strings.Cut(string(raw), ":")
	attempts, _ = strconv.Atoi(count)
	return attempts, owner
}
