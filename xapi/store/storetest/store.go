package storetest

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/auth/authtest"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

// Run holds an engine to what its interface says, and a store on it to what the package store promises. Open returns a
// new and empty engine, and cleans up after the test by itself.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	t.Run("engine", func(t *testing.T) { Engine(t, open) })
	t.Run("logins", func(t *testing.T) { logins(t, open) })
	t.Run("events", func(t *testing.T) {
		fixture := open(t)
		webhooktest.TestWindow(t, func(*testing.T) webhook.Window { return store.New(fixture.Engine).Events("hook") }, fixture.Advance)
	})
	for name, test := range map[string]func(*testing.T, Fixture){
		"a window is used up, and no more":     windowUsedUp,
		"a lease has one owner":                leaseHasOneOwner,
		"a position is stored under the lease": positionUnderLease,
		"each webhook has its own events":      webhooksApart,
		"a checkpoint passes to the next":      checkpointPasses,
		"a fleet spends within its budget":     budgetHolds,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// NewSeal returns a key for tests, always the same for the same id.
func NewSeal(id string) store.Seal {
	key := make([]byte, 32)
	copy(key, id)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return store.Seal{ID: id, AEAD: gcm}
}

// logins are opened anew for each store that a suite asks for, as a process that has just started does.
func logins(t *testing.T, open func(t *testing.T) Fixture) {
	shared := open(t)
	process := func(t *testing.T) *store.Logins {
		t.Helper()
		logins, err := store.New(shared.Engine).Logins(store.LoginOptions{Seals: []store.Seal{NewSeal("tests")}})
		require.NoError(t, err)
		return logins
	}
	named := func(t *testing.T, name string) auth.Store {
		t.Helper()
		return process(t).Store(auth.Key{Server: "api.x.com", ClientID: "app", User: name})
	}
	authtest.TestStore(t, named)
	authtest.TestLeases(t, named, func(*testing.T, string) { shared.Advance(time.Minute) })
	shared = open(t)
	t.Run("keyring", func(t *testing.T) {
		authtest.TestKeyring(t, func(t *testing.T) auth.Keyring { return process(t) })
	})
}

func acquire(t *testing.T, s *store.Store, owner string) bool {
	t.Helper()
	held, err := s.Acquire(t.Context(), "partition 1", owner, 10*time.Second)
	require.NoError(t, err)
	return held
}

func renew(t *testing.T, s *store.Store, owner string) bool {
	t.Helper()
	held, err := s.Renew(t.Context(), "partition 1", owner, 10*time.Second)
	require.NoError(t, err)
	return held
}

func leaseHasOneOwner(t *testing.T, f Fixture) {
	s := store.New(f.Engine)
	require.False(t, renew(t, s, "a"), "it holds nothing yet")
	require.True(t, acquire(t, s, "a"))
	require.False(t, acquire(t, s, "b"))
	require.False(t, renew(t, s, "b"))
	require.NoError(t, s.Release(t.Context(), "partition 1", "b"), "what is another's is left alone")
	f.Advance(6 * time.Second)
	require.True(t, renew(t, s, "a"))
	f.Advance(6 * time.Second)
	require.False(t, acquire(t, s, "b"), "renewed")
	require.True(t, acquire(t, s, "a"), "which acquiring does too")
	f.Advance(11 * time.Second)
	require.False(t, renew(t, s, "a"), "it ran out")
	require.True(t, acquire(t, s, "b"))
	require.False(t, acquire(t, s, "a"))
	require.NoError(t, s.Release(t.Context(), "partition 1", "b"))
	require.True(t, acquire(t, s, "a"))
}

func positionUnderLease(t *testing.T, f Fixture) {
	s, name := store.New(f.Engine), "partition 1"
	require.ErrorIs(t, s.SetPosition(t.Context(), name, "a", []byte("1")), store.ErrLeaseLost)
	position, err := s.Position(t.Context(), name)
	require.NoError(t, err)
	require.Nil(t, position)
	for takeover := range 10 {
		owner := fmt.Sprint("owner ", takeover)
		require.True(t, acquire(t, s, owner))
		for step := range 3 {
			want := fmt.Sprintf("%d.%d", takeover, step)
			require.NoError(t, s.SetPosition(t.Context(), name, owner, []byte(want)))
			position, err = s.Position(t.Context(), name)
			require.NoError(t, err)
			require.Equal(t, want, string(position))
		}
		f.Advance(11 * time.Second)
		require.ErrorIs(t, s.SetPosition(t.Context(), name, owner, []byte("late")), store.ErrLeaseLost)
	}
	position, err = s.Position(t.Context(), name)
	require.NoError(t, err)
	require.Equal(t, "9.2", string(position))
}

func webhooksApart(t *testing.T, f Fixture) {
	for _, name := range []string{"hook", "other hook"} {
		attempt, err := store.New(f.Engine).Events(name).Claim(t.Context(), "event", "owner", time.Minute, time.Hour)
		require.NoError(t, err)
		require.Equal(t, 1, attempt)
	}
}

func checkpointPasses(t *testing.T, f Fixture) {
	first, next := store.New(f.Engine).Checkpoint("clip"), store.New(f.Engine).Checkpoint("clip")
	loaded, err := first.Load(t.Context())
	require.NoError(t, err)
	require.Nil(t, loaded)
	require.NoError(t, first.Delete(t.Context()), "none is there")

	unlock, err := first.Lock(t.Context())
	require.NoError(t, err)
	_, err = next.Lock(t.Context())
	require.ErrorContains(t, err, "is at this upload")
	require.NoError(t, first.Save(t.Context(), checkpoint("1")))
	require.NoError(t, unlock())

	unlock, err = next.Lock(t.Context())
	require.NoError(t, err)
	loaded, err = next.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, checkpoint("1"), *loaded)
	require.NoError(t, next.Save(t.Context(), checkpoint("2")))
	loaded, err = next.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2", loaded.MediaID)

	f.Advance(time.Minute)
	third := store.New(f.Engine).Checkpoint("clip")
	_, err = third.Lock(t.Context())
	require.NoError(t, err, "the holder has died")
	require.ErrorIs(t, next.Save(t.Context(), checkpoint("3")), store.ErrLeaseLost)
	require.ErrorIs(t, next.Delete(t.Context()), store.ErrLeaseLost)
	require.NoError(t, unlock(), "what is another's is left alone")
	require.NoError(t, third.Delete(t.Context()))
	loaded, err = third.Load(t.Context())
	require.NoError(t, err)
	require.Nil(t, loaded)
}

func budgetHolds(t *testing.T, f Fixture) {
	const limit = 1000
	spend := func(amount int64) (int64, bool) {
		spent, done, err := store.New(f.Engine).Spend(t.Context(), "2026-11", amount, limit, time.Hour)
		require.NoError(t, err)
		return spent, done
	}
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 20 {
				spend(7)
			}
		})
	}
	group.Wait()
	spent, err := store.New(f.Engine).Spent(t.Context(), "2026-11")
	require.NoError(t, err)
	require.EqualValues(t, limit/7*7, spent)
	_, done := spend(-14)
	require.True(t, done, "given back")
	spent, done = spend(20)
	require.True(t, done)
	require.EqualValues(t, limit, spent)
	_, done = spend(1)
	require.False(t, done)
	f.Advance(time.Hour + time.Second)
	spent, done = spend(5)
	require.True(t, done, "a new period")
	require.EqualValues(t, 5, spent)
}

func checkpoint(id string) media.Checkpoint {
	return media.Checkpoint{
		Version: 1, MediaID: id, Bytes: 10, MediaType: "video/mp4", Category: "tweet_video",
		Segments: []media.Segment{{Bytes: 6, Sum: strings.Repeat("0", 8)}, {Bytes: 4}},
	}
}
