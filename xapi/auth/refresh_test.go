package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func TestASpentRefreshTokenIsPresentedOnce(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	server.live = map[string]bool{}
	for range 3 {
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, auth.ErrLoginRequired)
		require.NotContains(t, err.Error(), "canary")
	}
	_, err := auth.NewSession(server.config(), store).Token(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired, "a later process is told the same")
	require.ErrorContains(t, err, "refused as spent or revoked; log in again")
	require.Equal(t, 1, server.count())
}

// leakyStore has a lock that does not reach everyone: while the refresh token is presented, someone else stores a pair.
type leakyStore struct {
	auth.MemoryStore
	meanwhile *auth.Record
	loads     int
}

func (s *leakyStore) Load(ctx context.Context) (*auth.Record, error) {
	s.loads++
	if s.loads == 3 { // first use, under the lock, after the refusal
		return s.meanwhile, nil
	}
	return s.MemoryStore.Load(ctx)
}

func TestTheStoreIsReadOnceMoreAfterARefusal(t *testing.T) {
	server := newAuthServer(t)
	store := new(leakyStore)
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	server.live = map[string]bool{}
	theirs := server.expired()
	theirs.Token.Expiry = time.Now().Add(time.Hour)
	store.meanwhile = theirs
	token, err := auth.NewSession(server.config(), store).Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, theirs.Token.Access.Reveal(), token.Access.Reveal())
}

// cut answers nothing: the connection ends in the middle.
func cut(_ string, _ url.Values, w http.ResponseWriter) bool {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	return true
}

func TestALostAnswerIsAskedForOnceMore(t *testing.T) {
	t.Run("the token was not spent", func(t *testing.T) {
		server := newAuthServer(t)
		session, _ := server.session(t)
		server.setHook(cut)
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, io.EOF)
		require.NotErrorIs(t, err, auth.ErrLoginRequired)
		server.setHook(nil)
		token, err := session.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "canary-access-2", token.Access.Reveal())
	})
	t.Run("the token was spent", func(t *testing.T) {
		server := newAuthServer(t)
		session, store := server.session(t)
		server.setHook(func(when string, form url.Values, w http.ResponseWriter) bool {
			return when == "issued" && cut(when, form, w)
		})
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, io.EOF)
		server.setHook(nil)
		for range 3 {
			_, err = session.Token(t.Context())
			require.ErrorIs(t, err, auth.ErrLoginRequired)
		}
		_, err = auth.NewSession(server.config(), store).Token(t.Context())
		require.ErrorIs(t, err, auth.ErrLoginRequired)
		require.Equal(t, 2, server.most(), "and no third time")
	})
	t.Run("no answer ever comes", func(t *testing.T) {
		server := newAuthServer(t)
		session, _ := server.session(t)
		server.setHook(cut)
		for range 5 {
			_, err := session.Token(t.Context())
			require.Error(t, err)
		}
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, auth.ErrLoginRequired)
		require.Equal(t, 2, server.count())
	})
	t.Run("an answer that cannot be read", func(t *testing.T) {
		server := newAuthServer(t)
		session, _ := server.session(t)
		server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool {
			_, _ = io.WriteString(w, `{"access_token":"canary-acc`)
			return true
		})
		_, err := session.Token(t.Context())
		require.ErrorContains(t, err, "refresh the token")
		require.NotContains(t, err.Error(), "canary")
		server.setHook(nil)
		_, err = session.Token(t.Context())
		require.NoError(t, err)
	})
}

func TestAServerOutOfReachCostsNothing(t *testing.T) {
	server := newAuthServer(t)
	store := new(auth.MemoryStore)
	record := server.expired()
	config := server.config()
	down := newAuthServer(t)
	config.Endpoint, record.TokenURL = down.endpoint(), down.endpoint().TokenURL
	down.Close()
	require.NoError(t, store.Save(t.Context(), record, nil))
	session := auth.NewSession(config, store)
	for range 5 {
		_, err := session.Token(t.Context())
		require.ErrorContains(t, err, "refused")
		require.NotErrorIs(t, err, auth.ErrLoginRequired)
	}
	after, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Zero(t, after.Attempts, "the token never left")
}

func TestAWrongClientSecretCostsNoLogin(t *testing.T) {
	server := newAuthServer(t)
	server.confidential = true
	config := server.config()
	config.ClientSecret = auth.NewSecret("canary-wrong-secret")
	store := new(auth.MemoryStore)
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	_, err := auth.NewSession(config, store).Token(t.Context())
	require.ErrorContains(t, err, "401 unauthorized_client (Missing valid authorization header)")
	require.NotErrorIs(t, err, auth.ErrLoginRequired)
	config.ClientSecret = auth.NewSecret(clientSecret)
	_, err = auth.NewSession(config, store).Token(t.Context())
	require.NoError(t, err)
}

func TestARefreshUnderWayIsNotAbandoned(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	ctx, cancel := context.WithCancel(t.Context())
	server.setHook(func(when string, _ url.Values, _ http.ResponseWriter) bool {
		if when == "issued" {
			cancel()
		}
		return false
	})
	token, err := session.Token(ctx)
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal())
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-refresh-2", record.Token.Refresh.Reveal())
}

func TestWaitersLeaveWithTheirContext(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	unlock, err := store.Lock(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() { _, err := session.Token(ctx); failed <- err }()
	go func() { _, err := session.Token(ctx); failed <- err }()
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	require.ErrorIs(t, <-failed, context.Canceled)
	require.NoError(t, unlock())
	_, err = session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, server.count())
}

// fullStore fails to save while full.
type fullStore struct {
	auth.MemoryStore
	saves, full int
}

var errFull = errors.New("no space left on device")

func (s *fullStore) Save(ctx context.Context, next, prior *auth.Record) error {
	s.saves++
	if s.saves >= 3 && s.full > 0 { // 1 is the login, 2 the mark, 3 the new pair
		s.full--
		return errFull
	}
	return s.MemoryStore.Save(ctx, next, prior)
}

func TestAPairThatCannotBeStoredIsKeptUntilItCan(t *testing.T) {
	server := newAuthServer(t)
	store := &fullStore{full: 3}
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	session := auth.NewSession(server.config(), store)
	for range 3 {
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, errFull)
		require.ErrorContains(t, err, "not stored")
	}
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal())
	require.Equal(t, 1, server.count())
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-refresh-2", record.Token.Refresh.Reveal())
}

func TestNothingIsSentWhereTheMarkCannotBeStored(t *testing.T) {
	server := newAuthServer(t)
	store := &fullStore{saves: 1, full: 1}
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	_, err := auth.NewSession(server.config(), store).Token(t.Context())
	require.ErrorIs(t, err, errFull)
	require.Zero(t, server.count())
}

func TestAnInterruptedRefreshLeavesTheTokenAtHandInUse(t *testing.T) {
	server := newAuthServer(t)
	store := new(auth.MemoryStore)
	record := server.expired()
	record.Token.Issued, record.Token.Expiry = time.Now().Add(-2*time.Hour), time.Now().Add(30*time.Second)
	record.Attempt, record.Attempts, record.AttemptedAt = auth.AttemptSent, 1, time.Now()
	require.NoError(t, store.Save(t.Context(), record, nil))
	session := auth.NewSession(server.config(), store)
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-1", token.Access.Reveal())
	_, err = session.Refresh(t.Context(), token.Access)
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	require.ErrorContains(t, err, "was interrupted and may have spent the refresh token; log in again")
	require.Zero(t, server.count())
}
