package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// disturbed is a store to which something happens at a certain save: 1 is the login, 2 the mark, 3 the new pair.
type disturbed struct {
	auth.MemoryStore
	saves  int
	before map[int]func() error
	broken bool
}

func (s *disturbed) Save(ctx context.Context, next, prior *auth.Record) error {
	s.saves++
	if happens := s.before[s.saves]; happens != nil {
		if err := happens(); err != nil {
			return err
		}
	}
	return s.MemoryStore.Save(ctx, next, prior)
}

func (s *disturbed) Load(ctx context.Context) (*auth.Record, error) {
	if s.broken {
		_, err := auth.DecodeRecord(nil)
		return nil, err
	}
	return s.MemoryStore.Load(ctx)
}

func (s *disturbed) Replace(ctx context.Context, next *auth.Record) error {
	s.broken = false
	return s.MemoryStore.Replace(ctx, next)
}

// edit changes what is stored, as someone who holds the lock as well.
func (s *disturbed) edit(change func(record *auth.Record)) error {
	record, err := s.MemoryStore.Load(context.Background())
	if err != nil {
		return err
	}
	change(record)
	return s.MemoryStore.Replace(context.Background(), record)
}

func newDisturbed(t *testing.T, server *authServer, hands *clock) (*auth.Session, *disturbed) {
	t.Helper()
	store := &disturbed{before: map[int]func() error{}}
	record := server.expired()
	record.LoginID = "1"
	require.NoError(t, store.Save(t.Context(), record, nil))
	return server.sessionOn(store, hands), store
}

func TestANewPairFindsItsPlace(t *testing.T) {
	for name, test := range map[string]struct {
		happens func(store *disturbed) error
		want    string // the access token that is used and stored
	}{
		"the same pair was presented by another": {func(s *disturbed) error {
			return s.edit(func(r *auth.Record) { r.Attempts, r.AttemptedAt = 5, time.Now() })
		}, "canary-access-2"},
		"and refused to that one": {func(s *disturbed) error {
			return s.edit(func(r *auth.Record) { r.Attempts, r.Attempt = 2, auth.AttemptRefused })
		}, "canary-access-2"},
		"another has a newer pair": {func(s *disturbed) error {
			return s.edit(func(r *auth.Record) {
				r.Token = auth.Token{Access: auth.NewSecret("canary-theirs"), Refresh: auth.NewSecret("canary-next"), Issued: time.Now()}
				r.Attempts, r.Attempt = 0, ""
			})
		}, "canary-theirs"},
		"the store has lost it": {func(s *disturbed) error { return s.MemoryStore.Replace(context.Background(), nil) }, "canary-access-2"},
		"the store has broken":  {func(s *disturbed) error { s.broken = true; return s.edit(func(r *auth.Record) { r.Attempts++ }) }, "canary-access-2"},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			var hands clock
			session, store := newDisturbed(t, server, &hands)
			store.before[3] = func() error { return test.happens(store) }
			token, err := session.Token(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.want, token.Access.Reveal())
			record, err := store.Load(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.want, record.Token.Access.Reveal())
			require.Empty(t, record.Attempt)
			require.Equal(t, "1", record.LoginID)
			require.Equal(t, 1, server.count())
		})
	}
}

func TestAStoreThatLostALoginMayGetAnother(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := newDisturbed(t, server, &hands)
	theirs := server.expired()
	theirs.LoginID, theirs.Token.Expiry = "2", time.Now().Add(time.Hour)
	store.before[3] = func() error { return store.MemoryStore.Replace(context.Background(), nil) }
	store.before[4] = func() error { return store.MemoryStore.Replace(context.Background(), theirs) }
	_, err := session.Token(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginReplaced)
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2", record.LoginID, "it is not overwritten")
}

func TestTheStoreIsReadOnceMoreAfterARefusal(t *testing.T) {
	for name, test := range map[string]struct {
		happens func(record *auth.Record)
		want    string // the access token, empty for none
		asked   int
	}{
		"and has the pair that the token was spent for": {func(r *auth.Record) {
			r.Token.Access, r.Token.Refresh, r.Token.Expiry = auth.NewSecret("canary-theirs"), auth.NewSecret("canary-next"), time.Now().Add(time.Hour)
		}, "canary-theirs", 1},
		"and has one that is used up by now": {func(r *auth.Record) {
			r.Token.Access, r.Token.Refresh = auth.NewSecret("canary-theirs"), auth.NewSecret("canary-refresh-2")
			r.Attempt, r.Attempts = "", 0
		}, "canary-access-3", 2},
		"and has it marked by another": {func(r *auth.Record) { r.Attempts = 7 }, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			var hands clock
			session, store := newDisturbed(t, server, &hands)
			server.expired()
			delete(server.live, "canary-refresh-1")
			store.before[3] = func() error { return store.edit(test.happens) }
			token, err := session.Token(t.Context())
			require.Equal(t, test.asked, server.count())
			if test.want != "" {
				require.NoError(t, err)
				require.Equal(t, test.want, token.Access.Reveal())
				return
			}
			require.ErrorIs(t, err, auth.ErrLoginRequired)
			record, err := store.Load(t.Context())
			require.NoError(t, err)
			require.Equal(t, auth.AttemptRefused, record.Attempt)
		})
	}
}

func TestAPairOfOthersIsTakenInPlaceOfARefresh(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := newDisturbed(t, server, &hands)
	store.before[2] = func() error { // the lock ran out between the look and the mark
		return store.edit(func(r *auth.Record) { r.Token.Access, r.Token.Expiry = auth.NewSecret("canary-theirs"), time.Time{} })
	}
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-theirs", token.Access.Reveal())
	require.Zero(t, server.count())
}

func TestAHolderThatWasStoppedDoesNotPresent(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := newDisturbed(t, server, &hands)
	store.before[2] = func() error { hands.advance(auth.LockTime); return nil }
	asked := 0
	server.setHook(func(when string, _ url.Values, _ http.ResponseWriter) bool {
		if when == "asked" {
			asked = store.saves
		}
		return false
	})
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal())
	require.Equal(t, 4, asked, "the first mark was taken back, and the token presented under another lock")
	require.Equal(t, 1, server.count())
}

func TestAStoreThatNeverAgreesEndsTheWait(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := newDisturbed(t, server, &hands)
	stale := func() error { return auth.ErrStale }
	for save := 3; save < 20; save++ {
		store.before[save] = stale
	}
	_, err := session.Token(t.Context())
	require.ErrorIs(t, err, auth.ErrStale)
	require.ErrorContains(t, err, "refreshed, but not stored")
	clear(store.before)
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal())
	require.Equal(t, 1, server.count())
}

func TestAPairIsNotStoredAfterALogout(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := newDisturbed(t, server, &hands)
	full := errors.New("no space left on device")
	store.before[3] = func() error { return full }
	_, err := session.Token(t.Context())
	require.ErrorIs(t, err, full)
	require.NoError(t, server.sessionOn(store, &hands).Logout(t.Context()))
	_, err = session.Token(t.Context())
	require.ErrorIs(t, err, auth.ErrNoLogin)
	_, err = store.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrNoLogin)
}

func TestALogoutRemovesNoOtherLoginThanItRevoked(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := newDisturbed(t, server, &hands)
	store.before[2] = func() error {
		return store.edit(func(r *auth.Record) { r.Token.Access = auth.NewSecret("canary-theirs") })
	}
	require.ErrorIs(t, session.Logout(t.Context()), auth.ErrStale)
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-theirs", record.Token.Access.Reveal())
}
