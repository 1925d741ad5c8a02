package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
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

// cut answers nothing: the connection ends in the middle.
func cut(_ string, _ url.Values, w http.ResponseWriter) bool {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	return true
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	t.Run("until the server is back", func(t *testing.T) {
		server := newAuthServer(t)
		var hands clock
		session, store := server.timed(t, &hands)
		server.setHook(cut)
		for i := range 20 {
			_, err := session.Token(t.Context())
			require.ErrorIs(t, err, io.EOF)
			require.NotErrorIs(t, err, auth.ErrLoginRequired)
			record, err := store.Load(t.Context())
			require.NoError(t, err)
			require.Equal(t, i+1, record.Attempts)
			require.Equal(t, auth.AttemptLost, record.Attempt)
			session = server.sessionOn(store, &hands) // and so do later processes
		}
		server.setHook(nil)
		token, err := session.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "canary-access-2", token.Access.Reveal())
		record, err := store.Load(t.Context())
		require.NoError(t, err)
		require.Zero(t, record.Attempts)
		require.Empty(t, record.Attempt)
	})
	t.Run("until the server says that the token is spent", func(t *testing.T) {
		server := newAuthServer(t)
		var hands clock
		session, store := server.timed(t, &hands)
		server.setHook(func(when string, form url.Values, w http.ResponseWriter) bool {
			return when == "issued" && cut(when, form, w)
		})
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, io.EOF)
		server.setHook(nil)
		_, err = session.Token(t.Context())
		require.ErrorIs(t, err, auth.ErrLoginRequired)
		require.ErrorContains(t, err, "maybe by one of the 1 presentations before this one")
		for range 3 {
			_, err = server.sessionOn(store, &hands).Token(t.Context())
			require.ErrorIs(t, err, auth.ErrLoginRequired)
		}
		require.Equal(t, 2, server.most(), "what was refused is not presented again")
	})
	t.Run("whatever the answer is that cannot be made out", func(t *testing.T) {
		for name, reply := range map[string]func(w http.ResponseWriter){
			"half a pair":    func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"access_token":"canary-acc`) },
			"no pair":        func(w http.ResponseWriter) { answer(w, 200, map[string]any{"token_type": "bearer"}) },
			"a page":         func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>canary</html>") },
			"an empty 400":   func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadRequest) },
			"a vague 400":    func(w http.ResponseWriter) { answer(w, 400, map[string]any{"error": "invalid_request"}) },
			"too many":       func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
			"unavailable":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
			"unauthorized":   func(w http.ResponseWriter) { answer(w, 401, map[string]any{"error": "invalid_client"}) },
			"elsewhere":      func(w http.ResponseWriter) { w.WriteHeader(http.StatusFound) },
			"an error's 200": func(w http.ResponseWriter) { answer(w, 200, map[string]any{"error": "invalid_grant"}) },
		} {
			t.Run(name, func(t *testing.T) {
				server := newAuthServer(t)
				var hands clock
				session, _ := server.timed(t, &hands)
				server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool { reply(w); return true })
				for range 3 {
					_, err := session.Token(t.Context())
					require.ErrorContains(t, err, "refresh the token")
					require.NotErrorIs(t, err, auth.ErrLoginRequired)
					require.NotContains(t, err.Error(), "canary")
				}
				server.setHook(nil)
				_, err := session.Token(t.Context())
				require.NoError(t, err)
			})
		}
	})
}

func TestPresentationsBackOff(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := server.timed(t, &hands)
	server.setHook(cut)
	var waits []time.Duration
	for range 9 {
		begin := hands.now()
		_, err := session.Token(t.Context())
		require.ErrorIs(t, err, io.EOF)
		waits = append(waits, hands.now().Sub(begin))
	}
	for i, seconds := range []int{0, 1, 2, 4, 8, 16, 30, 30, 30} {
		least := time.Duration(seconds) * time.Second
		require.GreaterOrEqual(t, waits[i], least-500*time.Millisecond, "%v", waits)
		require.Less(t, waits[i], least+2*time.Second, "%v", waits)
	}
	require.Equal(t, 9, server.count())

	ctx, cancel := context.WithCancel(t.Context())
	session.OnSleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() })
	_, err := session.Token(ctx)
	require.ErrorIs(t, err, context.Canceled, "who waits leaves with its context")
	require.ErrorContains(t, err, "presented 9 times")
	require.Equal(t, 9, server.count())

	record, err := store.Load(t.Context())
	require.NoError(t, err)
	ahead := *record
	ahead.AttemptedAt = hands.now().Add(time.Hour)
	require.NoError(t, store.Save(t.Context(), &ahead, record))
	server.setHook(nil)
	session.OnSleep(func(context.Context, time.Duration) error { return errors.New("nobody has to wait") })
	_, err = session.Token(t.Context())
	require.NoError(t, err, "a clock that ran ahead holds nobody up")
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
	var hands clock
	config.Now = hands.now
	right := auth.NewSession(config, store)
	right.OnSleep(hands.sleep)
	_, err = right.Token(t.Context())
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

// TestAGraceBoundsTheWaitForAnAnswer has a caller leave while the server keeps silent, in time that goes by at once.
func TestAGraceBoundsTheWaitForAnAnswer(t *testing.T) {
	for grace, want := range map[time.Duration]time.Duration{0: auth.RefreshTimeout, 700 * time.Millisecond: 700 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			silent := &appServer{let: make(chan struct{})}
			store := new(auth.MemoryStore)
			config := auth.OAuth2{ClientID: clientID, Grace: grace, HTTPClient: &http.Client{Transport: silent}}
			require.NoError(t, store.Save(t.Context(), &auth.Record{
				Token:    auth.Token{Access: auth.NewSecret("canary-access"), Refresh: auth.NewSecret("canary-refresh"), Expiry: time.Now()},
				ClientID: clientID, TokenURL: auth.DefaultEndpoint().TokenURL,
			}, nil))
			ctx, cancel := context.WithCancel(t.Context())
			silent.asked = cancel
			begin := time.Now()
			_, err := auth.NewSession(config, store).Token(ctx)
			require.Error(t, err)
			require.Equal(t, want, time.Since(begin))
			record, err := store.Load(t.Context())
			require.NoError(t, err)
			require.Equal(t, auth.AttemptLost, record.Attempt, "it is noted all the same")
		})
	}
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

func TestAHolderThatIsStoppedIsNotWaitedForWithoutEnd(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := server.timed(t, &hands)
	unlock, err := store.Lock(t.Context())
	require.NoError(t, err)
	begin := hands.now()
	_, err = session.Token(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked)
	require.ErrorContains(t, err, "look for a process that is stopped")
	require.Greater(t, hands.now().Sub(begin), 2*auth.LockTime)
	require.ErrorIs(t, session.Login(t.Context(), server.expired()), auth.ErrLocked)
	require.ErrorIs(t, session.Logout(t.Context()), auth.ErrLocked)
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
	session.OnSleep(func(context.Context, time.Duration) error { return errors.New("nobody has to wait") })
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

func TestAnInterruptedRefreshIsTakenUp(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	store := new(auth.MemoryStore)
	record := server.expired()
	record.Token.Issued, record.Token.Expiry = hands.now().Add(-2*time.Hour), hands.now().Add(30*time.Second)
	record.Attempt, record.Attempts, record.AttemptedAt = auth.AttemptSent, 3, hands.now()
	require.NoError(t, store.Save(t.Context(), record, nil))
	session := server.sessionOn(store, &hands)
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-1", token.Access.Reveal(), "the token at hand is good: nobody has to wait")
	require.Zero(t, server.count())
	token, err = session.Refresh(t.Context(), token.Access)
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal())
	require.GreaterOrEqual(t, hands.now().Sub(record.AttemptedAt), 4*time.Second)
}
