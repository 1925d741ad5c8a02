package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// LoginOptions say how a fleet keeps its logins.
type LoginOptions struct {
	// Seals are the keys of encryption: the first one encrypts, all of them decrypt. There is at least one.
	//
	// To rotate, give every process the new key as the second one, then as the first one. Each login moves to it when it
	// is next renewed; when [Logins.Sealed] tells of none under the old key, that can go.
	Seals []Seal
	// Lease is how long a login stays locked after its holder died, 15 seconds where it is 0. A holder that lives
	// prolongs it.
	Lease time.Duration
	// Silence is how long a refresh token that is being presented is nobody else's to present, if its presenter falls
	// silent: dead, stopped, or cut off from the database. One that comes back within that time loses nothing. After
	// it, the token is presented again, since the presenter has to be taken for dead and the answer for lost. 90 seconds
	// where it is 0; less than auth.LockTime lets two present it at once, and sessions wait for twice that.
	Silence time.Duration
}

// Logins are the logins of a fleet: an [auth.Keyring]. A process has one for all its logins, since some of what it does
// rests on what it has seen. It is safe for concurrent use.
type Logins struct {
	store          *Store
	seals          seals
	lease, silence time.Duration

	mu    sync.Mutex
	seens map[auth.Key]*seen
}

var _ auth.Keyring = (*Logins)(nil)

// Logins returns the logins in the store.
func (s *Store) Logins(options LoginOptions) (*Logins, error) {
	if len(options.Seals) == 0 {
		return nil, errors.New("fleet logins are kept encrypted only: give a Seal")
	}
	seals, err := newSeals(options.Seals)
	if err != nil {
		return nil, fmt.Errorf("fleet logins: %w", err)
	}
	return &Logins{
		store: s, seals: seals, seens: map[auth.Key]*seen{},
		lease: cmp.Or(options.Lease, 15*time.Second), silence: cmp.Or(options.Silence, auth.LockTime*3/2),
	}, nil
}

// Store returns one login, a *[Login].
func (l *Logins) Store(key auth.Key) auth.Store { return l.Login(key) }

// Login is Store, with its type. Nothing is read or created.
func (l *Logins) Login(key auth.Key) *Login {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.seens[key]
	if known == nil {
		known = new(seen)
		l.seens[key] = known
	}
	return &Login{
		Logins: l, seen: known, owner: newOwner(),
		name:     fmt.Sprintf("the login of %q at %s", key.User, key.Server),
		key:      dataKey(loginKind, key.Server, key.ClientID, key.User),
		leaseKey: leaseKey(loginKind, key.Server, key.ClientID, key.User),
	}
}

const loginKind = "login"

// Keys yields the keys of the logins that match like.
func (l *Logins) Keys(ctx context.Context, like auth.Key) iter.Seq2[auth.Key, error] {
	return func(yield func(auth.Key, error) bool) {
		for entry, err := range l.store.engine.List(ctx, loginKind+"/{") {
			if err != nil {
				yield(auth.Key{}, unavailable("list the logins", err))
				return
			}
			key, ours := loginOf(entry.Key)
			if ours && !forgotten(entry.Value) && key.Matches(like) && !yield(key, nil) {
				return
			}
		}
	}
}

// Sealed counts the logins under each key of encryption, by its id.
func (l *Logins) Sealed(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	for entry, err := range l.store.engine.List(ctx, loginKind+"/{") {
		if err != nil {
			return nil, unavailable("list the logins", err)
		}
		if id, ok := sealID(entry.Value); ok {
			counts[id]++
		}
	}
	return counts, nil
}

// loginOf reads the engine's key of a login.
func loginOf(key string) (auth.Key, bool) {
	text, ours := strings.CutPrefix(key, loginKind+"/{")
	parts := strings.Split(strings.TrimSuffix(text, "}"), "/")
	if !ours || len(parts) != 3 {
		return auth.Key{}, false
	}
	for i, part := range parts {
		text, err := url.QueryUnescape(part)
		if err != nil {
			return auth.Key{}, false
		}
		parts[i] = text
	}
	return auth.Key{Server: parts[0], ClientID: parts[1], User: parts[2]}, true
}
