package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// keepTime bounds a look at the database that nobody waits for.
const keepTime = time.Second

// Keep looks whether the database still has what this process knows of the login, and brings back what it lost; see
// [Login.Restore]. A session calls it whenever it gives out a token; it looks twice in LoginOptions.Lease, and takes a
// second at most.
func (l *Login) Keep(ctx context.Context) {
	now, last := time.Now(), l.looked.Load()
	if now.UnixNano()-last < int64(l.lease/2) || !l.looked.CompareAndSwap(last, now.UnixNano()) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, keepTime)
	defer cancel()
	_ = l.Restore(ctx) // the next look finds what this one could not mend
}

// Restore brings back the login as this process knows it, where the database has lost it. It does nothing, and returns
// nil, where the database has it or this process knows of none.
//
// A login is brought back only while its access token is young enough that nobody can have had a reason to renew it, so
// that no refresh token comes back that was spent; else the error matches [ErrLost]. It then stays locked for
// LoginOptions.Lease, so that whoever knows better, having renewed it early after a 401, has the time to say so.
func (l *Login) Restore(ctx context.Context) error {
	known := l.seen.last()
	if known == nil {
		return nil
	}
	_, err := l.Load(ctx)
	if !errors.Is(err, ErrLost) {
		return err
	}
	if !young(known.Token, time.Now(), 2*l.lease) {
		return err
	}
	guard := Guard{Key: l.leaseKey, Value: []byte(newOwner())}
	held, err := l.store.engine.Swap(ctx, Change{Key: guard.Key, New: guard.Value, TTL: l.lease})
	if err != nil {
		return unavailable("lock "+l.name, err)
	}
	if !held || !young(known.Token, time.Now(), l.lease) { // the process may have been stopped meanwhile
		return fmt.Errorf("bring back %s: %w", l.name, auth.ErrLocked)
	}
	_, err = l.write(ctx, known, Change{While: guard})
	return err
}

// young reports whether, after that much more time, nobody can have renewed a token for its age yet.
func young(token auth.Token, now time.Time, after time.Duration) bool {
	// A session renews a token in the last tenth of its life, at most a minute ahead. As much again is for clocks that
	// differ.
	lead := min(time.Minute, token.Expiry.Sub(token.Issued)/10)
	return token.Expiry.IsZero() || now.Add(after+2*lead).Before(token.Expiry)
}
