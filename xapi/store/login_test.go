package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/auth/authtest"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

var ada = auth.Key{Server: "api.x.com", ClientID: "app", User: "ada"}

// process is a login as a process that has just started sees it.
func process(t *testing.T, engine store.Engine, seals ...string) *store.Login {
	t.Helper()
	return processLogins(t, engine, seals...).Login(ada)
}

func processLogins(t *testing.T, engine store.Engine, seals ...string) *store.Logins {
	t.Helper()
	if len(seals) == 0 {
		seals = []string{"key"}
	}
	options := store.LoginOptions{}
	for _, id := range seals {
		options.Seals = append(options.Seals, storetest.NewSeal(id))
	}
	logins, err := store.New(engine).Logins(options)
	require.NoError(t, err)
	return logins
}

// pair is a login of that number whose access token was just issued.
func pair(number int) *auth.Record {
	record := authtest.Record(number)
	record.Attempts, record.Attempt, record.AttemptedAt = 0, "", time.Time{}
	record.Token.Issued = time.Now()
	record.Token.Expiry = record.Token.Issued.Add(2 * time.Hour)
	return record
}

// marked is a login whose refresh token is being presented.
func marked(record *auth.Record) *auth.Record {
	copied := *record
	copied.Attempts, copied.Attempt, copied.AttemptedAt = 1, auth.AttemptSent, time.Now()
	return &copied
}

func load(t *testing.T, login *store.Login) *auth.Record {
	t.Helper()
	record, err := login.Load(t.Context())
	require.NoError(t, err)
	return record
}

// raw is what lies at the one login that an engine has.
func raw(t *testing.T, engine store.Engine) store.Entry {
	t.Helper()
	for entry, err := range engine.List(t.Context(), "login/") {
		require.NoError(t, err)
		return entry
	}
	t.Fatal("there is no login")
	return store.Entry{}
}

func TestALoginLiesEncrypted(t *testing.T) {
	memory := new(store.Memory)
	require.NoError(t, process(t, memory).Replace(t.Context(), pair(1)))
	entry := raw(t, memory)
	require.NotContains(t, string(entry.Value), "canary")
	require.NotContains(t, string(entry.Value), "api.x.com")

	_, err := process(t, memory, "another").Load(t.Context())
	require.ErrorIs(t, err, store.ErrSealed)
	require.NotErrorIs(t, err, auth.ErrLoginRequired, "the login is good")

	eve := ada
	eve.User = "eve"
	place := strings.Replace(entry.Key, "ada", "eve", 1)
	done, err := memory.Swap(t.Context(), store.Change{Key: place, New: entry.Value})
	require.NoError(t, err)
	require.True(t, done)
	_, err = processLogins(t, memory).Login(eve).Load(t.Context())
	require.ErrorIs(t, err, store.ErrSealed, "it opens in no other's place")
}

func TestKeysAreRotated(t *testing.T) {
	memory := new(store.Memory)
	require.NoError(t, process(t, memory, "old").Replace(t.Context(), pair(1)))
	both := processLogins(t, memory, "new", "old")
	counts, err := both.Sealed(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{"old": 1}, counts)
	require.NoError(t, both.Login(ada).Save(t.Context(), pair(2), load(t, both.Login(ada))))
	counts, err = both.Sealed(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{"new": 1}, counts)
	require.Equal(t, "canary-access-2", load(t, process(t, memory, "new")).Token.Access.Reveal())
}

func TestLoginsDemandAKey(t *testing.T) {
	for _, seals := range [][]store.Seal{
		nil, {{ID: "", AEAD: storetest.NewSeal("a").AEAD}}, {{ID: "a:b", AEAD: storetest.NewSeal("a").AEAD}}, {{ID: "a"}},
		{storetest.NewSeal("a"), storetest.NewSeal("a")},
	} {
		_, err := store.New(new(store.Memory)).Logins(store.LoginOptions{Seals: seals})
		require.Error(t, err)
	}
}

func TestALostLoginIsNoRemovedOne(t *testing.T) {
	memory := new(store.Memory)
	login := process(t, memory)
	_, err := login.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrNoLogin)
	require.NotErrorIs(t, err, store.ErrLost)

	require.NoError(t, login.Save(t.Context(), pair(1), nil))
	memory.Clear()
	_, err = login.Load(t.Context())
	require.ErrorIs(t, err, store.ErrLost)
	require.ErrorIs(t, err, auth.ErrNoLogin)
	require.ErrorIs(t, err, auth.ErrLoginRequired)

	other := process(t, memory)
	require.NoError(t, other.Replace(t.Context(), pair(2)))
	require.Equal(t, "canary-access-2", load(t, login).Token.Access.Reveal())
	require.NoError(t, other.Replace(t.Context(), nil))
	_, err = login.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrNoLogin)
	require.NotErrorIs(t, err, store.ErrLost)
	require.NoError(t, login.Restore(t.Context()), "what was removed is not brought back")
	_, err = login.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrNoLogin)
}

func TestALostLoginIsBroughtBackWhileItIsYoung(t *testing.T) {
	memory := new(store.Memory)
	login := process(t, memory)
	require.NoError(t, login.Replace(t.Context(), pair(1)))
	memory.Clear()
	require.NoError(t, login.Restore(t.Context()))
	other := process(t, memory)
	require.Equal(t, "canary-access-1", load(t, other).Token.Access.Reveal())
	_, err := other.Lock(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked, "whoever knows better has the time to say so")
	memory.Advance(16 * time.Second)
	unlock, err := other.Lock(t.Context())
	require.NoError(t, err)
	require.NoError(t, unlock())

	old := pair(2)
	old.Token.Issued, old.Token.Expiry = time.Now().Add(-118*time.Minute), time.Now().Add(2*time.Minute)
	require.NoError(t, login.Replace(t.Context(), old))
	memory.Clear()
	require.ErrorIs(t, login.Restore(t.Context()), store.ErrLost, "somebody may have renewed it")
}

func TestWhoRenewedALoginKnowsBetterThanWhoBringsItBack(t *testing.T) {
	memory := new(store.Memory)
	renewer, idle := process(t, memory), process(t, memory)
	require.NoError(t, renewer.Replace(t.Context(), pair(1)))
	load(t, idle)
	require.NoError(t, renewer.Save(t.Context(), pair(2), pair(1)), "after a 401, say")
	memory.Clear()
	require.NoError(t, idle.Restore(t.Context()))
	require.NoError(t, renewer.Restore(t.Context()))
	require.Equal(t, "canary-refresh-2", load(t, idle).Token.Refresh.Reveal())
}

func TestADatabaseThatWentBackIsBroughtForward(t *testing.T) {
	memory := new(store.Memory)
	login := process(t, memory)
	require.NoError(t, login.Replace(t.Context(), pair(1)))
	before := raw(t, memory)
	require.NoError(t, login.Save(t.Context(), marked(pair(1)), load(t, login)))
	require.NoError(t, login.Save(t.Context(), pair(2), load(t, login)))
	_, err := memory.Swap(t.Context(), store.Change{Key: before.Key, Any: true, New: before.Value})
	require.NoError(t, err)
	require.Equal(t, "canary-refresh-2", load(t, login).Token.Refresh.Reveal(), "a spent token is never returned")
	require.Equal(t, "canary-refresh-2", load(t, process(t, memory)).Token.Refresh.Reveal())
}

func TestTheAnswerToALostMarkIsStored(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, memory *store.Memory, before store.Entry){
		"everything is lost": func(_ *testing.T, memory *store.Memory, _ store.Entry) { memory.Clear() },
		"the mark is lost": func(t *testing.T, memory *store.Memory, before store.Entry) {
			_, err := memory.Swap(t.Context(), store.Change{Key: before.Key, Any: true, New: before.Value})
			require.NoError(t, err)
		},
		"another presented the same token": func(t *testing.T, memory *store.Memory, _ store.Entry) {
			other := process(t, memory)
			prior := load(t, other)
			next := marked(prior)
			next.Attempts = 2
			require.NoError(t, other.Save(t.Context(), next, prior))
		},
	} {
		t.Run(name, func(t *testing.T) {
			memory := new(store.Memory)
			login := process(t, memory)
			require.NoError(t, login.Replace(t.Context(), pair(1)))
			before := raw(t, memory)
			mark := marked(load(t, login))
			require.NoError(t, login.Save(t.Context(), mark, load(t, login)))
			lose(t, memory, before)
			require.ErrorIs(t, process(t, memory).Save(t.Context(), pair(2), mark), auth.ErrStale, "who did not write the mark has no say")
			require.NoError(t, login.Save(t.Context(), pair(2), mark))
			require.Equal(t, "canary-refresh-2", load(t, process(t, memory)).Token.Refresh.Reveal())
		})
	}
	t.Run("the user logged in anew", func(t *testing.T) {
		memory := new(store.Memory)
		login := process(t, memory)
		require.NoError(t, login.Replace(t.Context(), pair(1)))
		mark := marked(load(t, login))
		require.NoError(t, login.Save(t.Context(), mark, load(t, login)))
		require.NoError(t, process(t, memory).Replace(t.Context(), pair(3)))
		require.ErrorIs(t, login.Save(t.Context(), pair(2), mark), auth.ErrStale)
		require.NoError(t, process(t, memory).Replace(t.Context(), nil))
		require.ErrorIs(t, login.Save(t.Context(), pair(2), mark), auth.ErrStale)
	})
}

func TestAPresenterIsWaitedForLonger(t *testing.T) {
	memory := new(store.Memory)
	login, other := process(t, memory), process(t, memory)
	require.NoError(t, login.Replace(t.Context(), pair(1)))
	unlock, err := login.Lock(t.Context())
	require.NoError(t, err)
	require.NoError(t, login.Save(t.Context(), marked(pair(1)), pair(1)))
	memory.Advance(auth.LockTime + time.Second)
	_, err = other.Lock(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked)
	memory.Advance(30 * time.Second)
	unlockOther, err := other.Lock(t.Context())
	require.NoError(t, err, "it is dead")
	require.NoError(t, unlock(), "what is another's is left alone")
	_, err = login.Lock(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked)
	require.NoError(t, unlockOther())
}

func TestWhoLostTheLeaseDoesNotPresent(t *testing.T) {
	memory := new(store.Memory)
	login := process(t, memory)
	require.NoError(t, login.Replace(t.Context(), pair(1)))
	unlock, err := login.Lock(t.Context())
	require.NoError(t, err)
	memory.Advance(16 * time.Second)
	require.ErrorIs(t, login.Save(t.Context(), marked(pair(1)), pair(1)), auth.ErrStale)
	require.Empty(t, load(t, login).Attempt)
	require.NoError(t, unlock())
}

// faulty is an engine that fails when it is told to.
type faulty struct {
	store.Engine
	err error
}

func (f *faulty) Get(ctx context.Context, key string) ([]byte, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.Engine.Get(ctx, key)
}

func (f *faulty) Swap(ctx context.Context, change store.Change) (bool, error) {
	if f.err != nil {
		return false, f.err
	}
	return f.Engine.Swap(ctx, change)
}

func TestWithoutTheStoreATokenIsUsedWhileItLives(t *testing.T) {
	engine := &faulty{Engine: new(store.Memory)}
	now := time.Now()
	app := auth.OAuth2{ClientID: "app", Now: func() time.Time { return now }}
	login := processLogins(t, engine).Login(app.Key("ada"))
	session := auth.NewSession(app, login)
	record := pair(1)
	record.ClientID, record.Confidential = "app", false
	require.NoError(t, session.Login(t.Context(), record))

	away := errors.New("the database is away")
	engine.err = away
	for _, later := range []time.Duration{0, time.Hour, 59*time.Minute + 30*time.Second} {
		now = now.Add(later)
		token, err := session.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "canary-access-1", token.Access.Reveal())
	}
	now = now.Add(time.Minute)
	_, err := session.Token(t.Context())
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorIs(t, err, away)
	require.NotErrorIs(t, err, auth.ErrLoginRequired)

	for _, step := range []func() error{
		func() error { _, err := login.Load(t.Context()); return err },
		func() error { return login.Save(t.Context(), pair(2), pair(1)) },
		func() error { return login.Replace(t.Context(), pair(2)) },
		func() error { _, err := login.Lock(t.Context()); return err },
	} {
		require.ErrorIs(t, step(), store.ErrUnavailable)
	}
}

func TestALeaseThatCouldNotBeGivenBackIsTakenAgain(t *testing.T) {
	engine := &faulty{Engine: new(store.Memory)}
	login, other := process(t, engine), process(t, engine)
	unlock, err := login.Lock(t.Context())
	require.NoError(t, err)
	engine.err = errors.New("the database is away")
	require.ErrorIs(t, unlock(), store.ErrUnavailable)
	engine.err = nil
	_, err = other.Lock(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked)
	unlock, err = login.Lock(t.Context())
	require.NoError(t, err)
	require.NoError(t, unlock())
	unlock, err = other.Lock(t.Context())
	require.NoError(t, err)
	require.NoError(t, unlock())
}
