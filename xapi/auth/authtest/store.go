// Package authtest holds the tests that every store of logins has to pass, for the modules that bring one.
//
// [TestStore] is for any [auth.Store]; [TestLeases] is for one whose lock can run out while its holder lives, as a lease
// does; [TestKeyring] is for an [auth.Keyring].
package authtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// Open opens the store of the login called name, as a process that has just started does: with the same name it is the
// same login, through a store value and connections of its own. Tests use a name once only, so that nothing has to be
// removed between them. It may fail t.
type Open func(t *testing.T, name string) auth.Store

// Record returns a login with every field set. Those with different numbers are different pairs.
func Record(number int) *auth.Record {
	begin := time.Date(2026, 11, 21, 10, 0, 0, 123456789, time.UTC)
	return &auth.Record{
		Token: auth.Token{
			Access:  auth.NewSecret(fmt.Sprintf("canary-access-%d", number)),
			Refresh: auth.NewSecret(fmt.Sprintf("canary-refresh-%d", number)),
			Issued:  begin, Expiry: begin.Add(2 * time.Hour),
			Scopes: []string{"tweet.read", "media.write", "offline.access"},
		},
		ClientID: "app \"ü\" 日本", Confidential: true, TokenURL: "https://api.x.com/2/oauth2/token",
		Attempts: number, Attempt: auth.AttemptLost, AttemptedAt: begin.Add(time.Hour),
	}
}

// TestStore holds a store to what [auth.Store] promises, as far as one process can see it. What it cannot see is for the
// store's own tests: that a save is on the disk, and what becomes of the lock of a process that dies.
func TestStore(t *testing.T, open Open) {
	t.Run("a login is kept whole", func(t *testing.T) { keepsWhole(t, open) })
	t.Run("a save names what it replaces", func(t *testing.T) { fences(t, open) })
	t.Run("a login is removed", func(t *testing.T) { removes(t, open) })
	t.Run("replacing asks for nothing", func(t *testing.T) { replaces(t, open) })
	t.Run("one holds the lock", func(t *testing.T) { locks(t, open) })
	t.Run("many at work lose nothing", func(t *testing.T) { serializes(t, open) })
	t.Run("logins do not touch", func(t *testing.T) { separates(t, open) })
}

// locked runs f while it holds the lock of store.
func locked(t *testing.T, store auth.Store, f func()) {
	t.Helper()
	unlock, err := store.Lock(t.Context())
	require.NoError(t, err)
	f()
	require.NoError(t, unlock())
}

// requireStored checks that every way to the login shows want, nil for none.
func requireStored(t *testing.T, want *auth.Record, stores ...auth.Store) {
	t.Helper()
	for _, store := range stores {
		got, err := store.Load(t.Context())
		if want == nil {
			require.ErrorIs(t, err, auth.ErrNoLogin)
			require.ErrorIs(t, err, auth.ErrLoginRequired)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.Fingerprint(), got.Fingerprint())
		requireSame(t, want, got)
	}
}

// requireSame compares by what is written down, which holds the secrets in clear and times without their monotonic part.
func requireSame(t *testing.T, want, got *auth.Record) {
	t.Helper()
	wanted, err := want.Encode()
	require.NoError(t, err)
	gotten, err := got.Encode()
	require.NoError(t, err)
	require.Equal(t, string(wanted), string(gotten))
}

func keepsWhole(t *testing.T, open Open) {
	store, other := open(t, "whole"), open(t, "whole")
	requireStored(t, nil, store, other)
	record := Record(1)
	locked(t, store, func() { require.NoError(t, store.Save(t.Context(), record, nil)) })
	requireStored(t, Record(1), store, other, open(t, "whole"))

	record.Token.Scopes[0], record.ClientID = "changed", "changed"
	requireStored(t, Record(1), store, other)
	loaded, err := store.Load(t.Context())
	require.NoError(t, err)
	loaded.Token.Scopes[0], loaded.ClientID = "changed", "changed"
	requireStored(t, Record(1), store, other)

	var bare auth.Record
	bare.Token.Access = auth.NewSecret("canary-access")
	locked(t, store, func() { require.NoError(t, store.Save(t.Context(), &bare, Record(1))) })
	requireStored(t, &bare, store, other)
}

func fences(t *testing.T, open Open) {
	store, other := open(t, "fence"), open(t, "fence")
	locked(t, store, func() {
		require.ErrorIs(t, store.Save(t.Context(), Record(2), Record(1)), auth.ErrStale, "there is no login to replace")
		requireStored(t, nil, store, other)
		require.NoError(t, store.Save(t.Context(), Record(1), nil))
		require.ErrorIs(t, store.Save(t.Context(), Record(2), nil), auth.ErrStale, "there is a login already")
		requireStored(t, Record(1), store, other)
		require.NoError(t, store.Save(t.Context(), Record(2), Record(1)))
		requireStored(t, Record(2), store, other)
	})
	locked(t, other, func() {
		require.ErrorIs(t, other.Save(t.Context(), Record(3), Record(1)), auth.ErrStale, "it was replaced")
		marked := Record(2)
		marked.Attempts++
		require.ErrorIs(t, other.Save(t.Context(), Record(3), marked), auth.ErrStale, "the same pair, in another state")
		requireStored(t, Record(2), store, other)
		require.NoError(t, other.Save(t.Context(), marked, Record(2)))
		requireStored(t, marked, store, other)
		require.NoError(t, other.Save(t.Context(), marked, marked), "a record may replace itself")
		requireStored(t, marked, store, other)
	})
}

func removes(t *testing.T, open Open) {
	store, other := open(t, "remove"), open(t, "remove")
	locked(t, store, func() {
		require.NoError(t, store.Save(t.Context(), Record(1), nil))
		require.ErrorIs(t, store.Save(t.Context(), nil, Record(2)), auth.ErrStale)
		requireStored(t, Record(1), store, other)
		require.NoError(t, store.Save(t.Context(), nil, Record(1)))
		requireStored(t, nil, store, other)
		require.ErrorIs(t, store.Save(t.Context(), nil, Record(1)), auth.ErrStale, "it is gone")
		require.NoError(t, store.Save(t.Context(), Record(3), nil), "its place is free again")
		requireStored(t, Record(3), store, other)
	})
}

func replaces(t *testing.T, open Open) {
	store, other := open(t, "replace"), open(t, "replace")
	locked(t, store, func() {
		require.NoError(t, store.Replace(t.Context(), nil), "removing nothing is no error")
		for _, number := range []int{1, 1, 2} {
			require.NoError(t, store.Replace(t.Context(), Record(number)))
			requireStored(t, Record(number), store, other)
		}
		require.ErrorIs(t, store.Save(t.Context(), Record(3), Record(1)), auth.ErrStale, "the fence moves along")
		require.NoError(t, store.Save(t.Context(), Record(3), Record(2)))
		require.NoError(t, store.Replace(t.Context(), nil))
		requireStored(t, nil, store, other)
	})
}

func locks(t *testing.T, open Open) {
	store, other := open(t, "lock"), open(t, "lock")
	for range 3 {
		unlock, err := store.Lock(t.Context())
		require.NoError(t, err)
		for _, elsewhere := range []auth.Store{store, other} {
			_, err = elsewhere.Lock(t.Context())
			require.ErrorIs(t, err, auth.ErrLocked, "and without waiting")
		}
		require.NoError(t, unlock())
		locked(t, other, func() {})
	}
	ctx, cancel := context.WithCancel(t.Context())
	unlock, err := store.Lock(ctx)
	require.NoError(t, err)
	cancel()
	_, err = other.Lock(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked, "the end of the context leaves the lock where it is")
	require.NoError(t, unlock(), "and keeps nobody from giving it back")
	locked(t, other, func() {})
}

// serializes has many handles count up one login: without the lock, or with a load that lags, one of them meets a stale
// record.
func serializes(t *testing.T, open Open) {
	const workers, rounds = 8, 5
	first := Record(0)
	store := open(t, "count")
	locked(t, store, func() { require.NoError(t, store.Save(t.Context(), first, nil)) })
	var wait sync.WaitGroup
	for range workers {
		worker := open(t, "count")
		wait.Go(func() {
			for done := 0; done < rounds; {
				unlock, err := worker.Lock(t.Context())
				if err != nil {
					require.ErrorIs(t, err, auth.ErrLocked)
					pause := time.NewTimer(time.Millisecond)
					<-pause.C
					continue
				}
				prior, err := worker.Load(t.Context())
				require.NoError(t, err)
				next := *prior
				next.Attempts++
				require.NoError(t, worker.Save(t.Context(), &next, prior))
				require.NoError(t, unlock())
				done++
			}
		})
	}
	wait.Wait()
	last := *first
	last.Attempts = workers * rounds
	requireStored(t, &last, store)
}

func separates(t *testing.T, open Open) {
	one, two := open(t, "separate 1"), open(t, "separate 2")
	locked(t, one, func() {
		locked(t, two, func() {
			require.NoError(t, one.Save(t.Context(), Record(1), nil))
			requireStored(t, nil, two)
			require.NoError(t, two.Save(t.Context(), Record(2), nil))
			require.NoError(t, one.Replace(t.Context(), nil))
			requireStored(t, nil, one)
			requireStored(t, Record(2), two)
		})
	})
}
