package auth_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// clock is a clock that a test sets: however slow the machine is, no other time goes by.
type clock struct{ offset atomic.Int64 }

var began = time.Now()

func (c *clock) now() time.Time          { return began.Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// sleep lets the time go by at once.
func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.advance(d)
	return ctx.Err()
}

// timed returns a session on an expired login, and its store, that live by hands.
func (s *authServer) timed(t *testing.T, hands *clock) (*auth.Session, *auth.MemoryStore) {
	t.Helper()
	store := new(auth.MemoryStore)
	require.NoError(t, store.Save(t.Context(), s.expired(), nil))
	return s.sessionOn(store, hands), store
}

// sessionOn returns a session, as of a process that begins now.
func (s *authServer) sessionOn(store auth.Store, hands *clock) *auth.Session {
	config := s.config()
	config.Now = hands.now
	session := auth.NewSession(config, store)
	session.OnSleep(hands.sleep)
	return session
}

func TestOneRefreshServesEveryCaller(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	var wait sync.WaitGroup
	for range 100 {
		wait.Go(func() {
			token, err := session.Token(t.Context())
			require.NoError(t, err)
			require.Equal(t, "canary-access-2", token.Access.Reveal())
		})
	}
	wait.Wait()
	require.Equal(t, 1, server.count())
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-refresh-2", record.Token.Refresh.Reveal())
	require.Empty(t, record.Attempt)
}

func TestOneFailureServesEveryCallerThatWaited(t *testing.T) {
	server := newAuthServer(t)
	session, _ := server.session(t)
	waiting := make(chan struct{})
	server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool {
		<-waiting
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	var wait, started sync.WaitGroup
	started.Add(20)
	for range 20 {
		wait.Go(func() {
			started.Done()
			_, err := session.Token(t.Context())
			var answer *auth.TokenError
			require.ErrorAs(t, err, &answer)
			require.Equal(t, http.StatusServiceUnavailable, answer.Status)
		})
	}
	started.Wait()
	close(waiting)
	wait.Wait()
	require.Less(t, server.count(), 20, "those who waited did not ask again")
}

func TestATokenIsRefreshedShortlyBeforeItEnds(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	config := server.config()
	config.Now = hands.now
	store := new(auth.MemoryStore)
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	session := auth.NewSession(config, store)

	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal())
	hands.advance(2*time.Hour - 62*time.Second)
	token, err = session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", token.Access.Reveal(), "more than a minute is left")
	hands.advance(3 * time.Second)
	token, err = session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-3", token.Access.Reveal(), "less than a minute is left")
}

func TestAShortLivedTokenIsNotRefreshedAtEveryCall(t *testing.T) {
	server := newAuthServer(t)
	server.lifetime = 20
	session, _ := server.session(t)
	for range 5 {
		_, err := session.Token(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, 1, server.count())
}

func TestATokenWithoutExpiryIsUsedUntilItIsTurnedAway(t *testing.T) {
	server := newAuthServer(t)
	server.lifetime = 0
	var hands clock
	session, _ := server.timed(t, &hands)
	for range 3 {
		hands.advance(1000 * time.Hour)
		token, err := session.Token(t.Context())
		require.NoError(t, err)
		require.True(t, token.Expiry.IsZero())
	}
	token, err := session.Refresh(t.Context(), auth.NewSecret("canary-access-2"))
	require.NoError(t, err)
	require.Equal(t, "canary-access-3", token.Access.Reveal())
}

func TestTheTokenAtHandOutlivesAFailedRefresh(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	store := new(auth.MemoryStore)
	record := server.expired()
	record.Token.Issued, record.Token.Expiry = time.Now().Add(-2*time.Hour), time.Now().Add(30*time.Second)
	require.NoError(t, store.Save(t.Context(), record, nil))
	session := server.sessionOn(store, &hands)
	server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	for range 5 {
		token, err := session.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "canary-access-1", token.Access.Reveal())
	}
	require.Equal(t, 1, server.count(), "the next try waits a little")
	hands.advance(11 * time.Second)
	_, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, server.count())
	hands.advance(time.Minute)
	_, err = session.Token(t.Context())
	require.ErrorContains(t, err, "refresh the token: the authorization server answered 500")
	require.NotErrorIs(t, err, auth.ErrLoginRequired)
	server.setHook(nil)
	token, err := session.Token(t.Context())
	require.NoError(t, err, "a server that was down costs no login")
	require.Equal(t, "canary-access-2", token.Access.Reveal())
}

func TestAPairThatSomeoneElseStoredIsTaken(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := server.timed(t, &hands)
	other := server.sessionOn(store, &hands)
	_, err := session.Token(t.Context())
	require.NoError(t, err)
	theirs, err := other.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-2", theirs.Access.Reveal())
	hands.advance(time.Minute)
	fresh, err := other.Refresh(t.Context(), theirs.Access)
	require.NoError(t, err)
	require.Equal(t, 2, server.count())

	mine, err := session.Refresh(t.Context(), theirs.Access)
	require.NoError(t, err)
	require.Equal(t, fresh.Access.Reveal(), mine.Access.Reveal())
	require.Equal(t, 2, server.count(), "the store had it")
}

func TestTheOldRefreshTokenIsKeptWhereNoneIsReturned(t *testing.T) {
	server := newAuthServer(t)
	var hands clock
	session, store := server.timed(t, &hands)
	server.keepRefresh, server.scope = true, ""
	for i := range 3 {
		hands.advance(time.Minute)
		token, err := session.Refresh(t.Context(), auth.NewSecret("canary-access-"+string(rune('1'+i))))
		require.NoError(t, err)
		require.Equal(t, "canary-refresh-1", token.Refresh.Reveal())
		require.Equal(t, []string{"tweet.read", "users.read", "media.write", "offline.access"}, token.Scopes)
	}
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-refresh-1", record.Token.Refresh.Reveal())
	require.Empty(t, record.Attempt)
}

func TestALoginIsUsedByItsOwnAppOnly(t *testing.T) {
	server := newAuthServer(t)
	for name, test := range map[string]struct {
		change func(*auth.OAuth2, *auth.Record)
		want   string
	}{
		"another app":    {func(c *auth.OAuth2, _ *auth.Record) { c.ClientID = "other" }, "belongs to another app"},
		"another server": {func(_ *auth.OAuth2, r *auth.Record) { r.TokenURL = "https://api.x.com/2/oauth2/token" }, "is one at https://api.x.com/2/oauth2/token"},
		"no secret":      {func(_ *auth.OAuth2, r *auth.Record) { r.Confidential = true }, "configure its client secret"},
		"no refresh":     {func(_ *auth.OAuth2, r *auth.Record) { r.Token.Refresh = auth.Secret{} }, "offline.access"},
	} {
		t.Run(name, func(t *testing.T) {
			config, record, store := server.config(), server.expired(), new(auth.MemoryStore)
			test.change(&config, record)
			require.NoError(t, store.Save(t.Context(), record, nil))
			_, err := auth.NewSession(config, store).Token(t.Context())
			require.ErrorContains(t, err, test.want)
		})
	}
	require.Zero(t, server.count())

	config, store := server.config(), new(auth.MemoryStore)
	config.ClientID = ""
	require.NoError(t, store.Save(t.Context(), server.expired(), nil))
	_, err := auth.NewSession(config, store).Token(t.Context())
	require.NoError(t, err, "no client id takes the one of the login")
}

func TestLogoutRevokesAndForgets(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	_, err := session.Token(t.Context())
	require.NoError(t, err)
	require.NoError(t, session.Logout(t.Context()))
	require.Equal(t, []string{"canary-refresh-2", "canary-access-2"}, server.revoked)
	_, err = store.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	_, err = session.Token(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	require.NoError(t, session.Logout(t.Context()), "twice is no error")
}

func TestALoginThatCannotBeRevokedStays(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	server.confidential = true
	err := session.Logout(t.Context())
	require.ErrorContains(t, err, "revoke the token: the authorization server answered 401 unauthorized_client")
	require.ErrorContains(t, err, "the login is still stored")
	_, err = store.Load(t.Context())
	require.NoError(t, err)
	require.NoError(t, session.Forget(t.Context()))
	_, err = store.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired)
}

func TestLoginReplacesTheStoredOne(t *testing.T) {
	server := newAuthServer(t)
	session, _ := server.session(t)
	server.live = map[string]bool{}
	_, err := session.Token(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	require.NoError(t, session.Login(t.Context(), server.expired()))
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-3", token.Access.Reveal())
}
