package authtest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// TestLeases holds a store whose lock can run out to what it owes to those who come after a holder that was stopped.
// lapse has the lock of the login called name run out, whoever holds it.
func TestLeases(t *testing.T, open Open, lapse func(t *testing.T, name string)) {
	t.Run("a holder that wakes up late overwrites nothing", func(t *testing.T) {
		late, next := open(t, "late"), open(t, "late")
		lateUnlock, err := late.Lock(t.Context())
		require.NoError(t, err)
		require.NoError(t, late.Save(t.Context(), Record(1), nil))

		lapse(t, "late")
		nextUnlock, err := next.Lock(t.Context())
		require.NoError(t, err, "a lock that has run out is free")
		require.NoError(t, next.Save(t.Context(), Record(2), Record(1)))

		require.ErrorIs(t, late.Save(t.Context(), Record(3), Record(1)), auth.ErrStale)
		require.ErrorIs(t, late.Save(t.Context(), nil, Record(1)), auth.ErrStale)
		requireStored(t, Record(2), late, next)

		_ = lateUnlock() // it may say that the lock was lost
		_, err = open(t, "late").Lock(t.Context())
		require.ErrorIs(t, err, auth.ErrLocked, "what has run out does not open the lock of another")
		require.NoError(t, next.Save(t.Context(), Record(4), Record(2)))
		require.NoError(t, nextUnlock())
		locked(t, late, func() {})
	})
	t.Run("of many that replace the same login one does", func(t *testing.T) {
		const workers = 16
		for _, race := range []struct {
			name        string
			next, prior func(worker int) *auth.Record
		}{
			{"first login", Record, func(int) *auth.Record { return nil }},
			{"next pair", Record, func(int) *auth.Record { return Record(100) }},
			{"removal", func(int) *auth.Record { return nil }, func(int) *auth.Record { return Record(100) }},
		} {
			name := "race of a " + race.name
			if prior := race.prior(0); prior != nil {
				require.NoError(t, open(t, name).Replace(t.Context(), prior))
			}
			var mu sync.Mutex
			var winners []int
			var wait sync.WaitGroup
			for worker := range workers {
				store := open(t, name)
				wait.Go(func() {
					err := store.Save(t.Context(), race.next(worker), race.prior(worker))
					if err != nil {
						require.ErrorIs(t, err, auth.ErrStale)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					winners = append(winners, worker)
				})
			}
			wait.Wait()
			require.Len(t, winners, 1, race.name)
			requireStored(t, race.next(winners[0]), open(t, name))
		}
	})
}
