package store

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// Login is one login of a fleet: an [auth.Store], for one [auth.Session].
//
// Its lock is a lease with a random owner. A holder that was stopped for longer than the lease overwrites nothing when
// it wakes up: what it saves names the state that it replaces, and the engine compares. A holder that lost its lease
// before it presented the refresh token does not present it any more.
type Login struct {
	*Logins
	seen                *seen
	name, key, leaseKey string
	owner               string     // of the lease
	locked              sync.Mutex // while it is held
	held                atomic.Pointer[hold]
	looked              atomic.Int64 // when Keep looked last, in nanoseconds
}

var _ auth.Keeper = (*Login)(nil)

// Load returns the login. One that the database has taken back to an earlier pair, as a failover to a replica that
// lagged may, is brought forward first to what this process knows: a refresh token that it saw replaced is never
// returned. Where the login is gone though nobody removed it, the error matches [ErrLost].
func (l *Login) Load(ctx context.Context) (*auth.Record, error) {
	raw, record, err := l.read(ctx)
	if err != nil {
		return nil, err
	}
	if record == nil {
		if raw != nil {
			l.seen.forget()
		}
		if raw == nil && l.seen.last() != nil {
			return nil, &noLogin{name: l.name, cause: ErrLost}
		}
		return nil, &noLogin{name: l.name, cause: auth.ErrNoLogin}
	}
	if next := l.seen.successor(record); next != nil {
		done, err := l.write(ctx, next, Change{Old: raw})
		if err != nil {
			return nil, err
		}
		if !done {
			return nil, fmt.Errorf("load %s: it changed meanwhile: try again: %w", l.name, auth.ErrStale)
		}
		return clone(next), nil
	}
	l.seen.note(record, false)
	return record, nil
}

// Save puts next in the place of prior.
//
// There is one case beyond the comparison: next is a new pair, prior is what this very process stored before it
// presented the refresh token, and the database has lost prior, or has the same refresh token in another state. Then
// next is the only pair that is good, and is stored.
func (l *Login) Save(ctx context.Context, next, prior *auth.Record) error {
	raw, record, err := l.read(ctx)
	switch {
	case err != nil:
		return err
	case next != nil && record.Fingerprint() == next.Fingerprint():
		l.seen.note(next, true) // an earlier try had come through
		return nil
	case record.Fingerprint() != prior.Fingerprint() && !l.seen.supersedes(next, prior, raw, record):
		return fmt.Errorf("store %s: %w", l.name, auth.ErrStale)
	}
	guard, err := l.presenting(ctx, next)
	if err != nil {
		return err
	}
	done, err := l.write(ctx, next, Change{Old: raw, While: guard})
	if err != nil {
		return err
	}
	if !done {
		return fmt.Errorf("store %s: %w", l.name, auth.ErrStale)
	}
	l.seen.note(next, true)
	return nil
}

// presenting prepares for a record which says that its refresh token is about to be presented: the lease is stretched
// first, and has to hold when the record is stored. Others ask for no such thing.
func (l *Login) presenting(ctx context.Context, next *auth.Record) (Guard, error) {
	held := l.held.Load()
	if held == nil || next == nil || next.Attempt != auth.AttemptSent {
		return Guard{}, nil
	}
	if _, err := held.stretch(ctx, l.silence); err != nil {
		return Guard{}, unavailable("store "+l.name, err)
	}
	return held.guard, nil
}

// Replace puts next in the place of whatever there is.
func (l *Login) Replace(ctx context.Context, next *auth.Record) error {
	if _, err := l.write(ctx, next, Change{Any: true}); err != nil {
		return err
	}
	l.seen.note(next, true)
	return nil
}

// Lock takes the lease, without waiting. A lease that could not be given back, since the database was away, is its own
// to take again.
func (l *Login) Lock(ctx context.Context) (func() error, error) {
	if !l.locked.TryLock() {
		return nil, fmt.Errorf("lock %s: %w", l.name, auth.ErrLocked)
	}
	held, err := l.store.hold(ctx, l.leaseKey, l.owner, l.lease, auth.LockTime)
	if err != nil {
		l.locked.Unlock()
		return nil, unavailable("lock "+l.name, err)
	}
	if held == nil {
		l.locked.Unlock()
		return nil, fmt.Errorf("lock %s: %w", l.name, auth.ErrLocked)
	}
	l.held.Store(held)
	return func() error {
		defer l.locked.Unlock()
		l.held.Store(nil)
		if err := held.release(ctx); err != nil {
			return unavailable("unlock "+l.name, err)
		}
		return nil
	}, nil
}

// read returns what is stored, and the login in it, nil for none.
func (l *Login) read(ctx context.Context) (raw []byte, record *auth.Record, err error) {
	raw, err = l.store.engine.Get(ctx, l.key)
	if err != nil {
		return nil, nil, unavailable("load "+l.name, err)
	}
	if raw == nil || forgotten(raw) {
		return raw, nil, nil
	}
	text, err := l.seals.open(l.key, raw)
	if err != nil {
		return nil, nil, fmt.Errorf("load %s: %w", l.name, err)
	}
	record, err = auth.DecodeRecord(text)
	if err != nil {
		return nil, nil, fmt.Errorf("load %s: %w", l.name, err)
	}
	return raw, record, nil
}

// write carries out a change to next. The absence of a login is written as a tombstone that is like no other.
func (l *Login) write(ctx context.Context, next *auth.Record, change Change) (bool, error) {
	change.Key, change.New, change.TTL = l.key, []byte(tombstone+newOwner()), tombstoneTime
	if next != nil {
		text, err := next.Encode()
		if err != nil {
			return false, fmt.Errorf("store %s: %w", l.name, err)
		}
		change.New, change.TTL = l.seals.seal(l.key, text), 0
	}
	done, err := l.store.engine.Swap(ctx, change)
	if err != nil {
		return false, unavailable("store "+l.name, err)
	}
	return done, nil
}

// tombstone stands where a login was removed, so that no process takes it for one that the database has lost.
const (
	tombstone     = "0:"
	tombstoneTime = 30 * 24 * time.Hour
)

func forgotten(raw []byte) bool { return bytes.HasPrefix(raw, []byte(tombstone)) }
