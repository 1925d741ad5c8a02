package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// TestALoginThatAppearsIsLookedAtBeforeItIsUsed has somebody replace the login under a running program, which then meets
// a 401.
func TestALoginThatAppearsIsLookedAtBeforeItIsUsed(t *testing.T) {
	for name, test := range map[string]struct {
		change func(ours, theirs *auth.Record)
		want   string // empty where theirs is used
	}{
		"of another server":      {func(_, theirs *auth.Record) { theirs.TokenURL = "https://api.x.com/2/oauth2/token" }, "is one at https://api.x.com"},
		"of no server":           {func(_, theirs *auth.Record) { theirs.TokenURL = "" }, "does not say which app and server"},
		"of another app":         {func(_, theirs *auth.Record) { theirs.ClientID = "other" }, "belongs to another app"},
		"of no app":              {func(_, theirs *auth.Record) { theirs.ClientID = "" }, "does not say which app and server"},
		"of a confidential app":  {func(_, theirs *auth.Record) { theirs.Confidential = true }, "configure its client secret"},
		"of who knows whom":      {func(ours, theirs *auth.Record) { ours.LoginID, theirs.LoginID = "1", "2" }, "another login is stored"},
		"of an unnamed user":     {func(ours, theirs *auth.Record) { ours.UserID, theirs.LoginID = "7", "2" }, "another login is stored"},
		"of another user":        {func(ours, theirs *auth.Record) { ours.UserID, theirs.LoginID, theirs.UserID = "7", "2", "8" }, "of another user"},
		"of the same user":       {func(ours, theirs *auth.Record) { ours.UserID, theirs.LoginID, theirs.UserID = "7", "2", "7" }, ""},
		"by a refresh elsewhere": {func(ours, theirs *auth.Record) { ours.LoginID, theirs.LoginID = "1", "1" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			var hands clock
			ours, theirs, store := server.expired(), server.expired(), new(auth.MemoryStore)
			ours.Token.Issued, ours.Token.Expiry = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
			theirs.Token.Issued, theirs.Token.Expiry = time.Now(), time.Now().Add(2*time.Hour)
			test.change(ours, theirs)
			require.NoError(t, store.Save(t.Context(), ours, nil))
			session := server.sessionOn(store, &hands)
			before, err := session.Token(t.Context())
			require.NoError(t, err)
			require.NoError(t, store.Replace(t.Context(), theirs))

			wire := &recorder{statuses: []int{401}}
			status, _, renewal := send(t, session, wire, call(t, uploadOp, nil))
			if test.want == "" {
				require.NoError(t, renewal)
				require.Equal(t, 200, status)
				require.Equal(t, "Bearer "+theirs.Token.Access.Reveal(), wire.headers[1])
				return
			}
			require.Equal(t, 401, status)
			require.ErrorContains(t, renewal, test.want)
			require.NotContains(t, renewal.Error(), "canary")
			require.Len(t, wire.headers, 1, "nothing of theirs is sent")
			require.Zero(t, server.count(), "and nothing of theirs is refreshed")

			token, err := session.Token(t.Context())
			require.NoError(t, err)
			require.Equal(t, before.Access.Reveal(), token.Access.Reveal(), "ours is good until it ends")
			hands.advance(90 * time.Minute)
			_, err = session.Token(t.Context())
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, session.Logout(t.Context()), test.want, "and theirs is not logged out")
			require.Empty(t, server.revoked)
			require.Zero(t, server.count())
		})
	}
}

func TestALoginOnPurposeIsGoneOnWith(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	_, err := session.Token(t.Context())
	require.NoError(t, err)
	other := server.expired()
	other.LoginID, other.UserID = "2", "8"
	require.NoError(t, session.Login(t.Context(), other))
	token, err := session.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "canary-access-3", token.Access.Reveal())
	record, err := session.Stored(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2", record.LoginID, "the refresh keeps whose login it is")
	require.Equal(t, "8", record.UserID)
}

func TestALoginSaysWhoseItIs(t *testing.T) {
	server := newAuthServer(t)
	session := server.halfway(t)
	bare := &auth.Record{Token: server.expired().Token}
	require.NoError(t, session.Login(t.Context(), bare))
	record, err := session.Stored(t.Context())
	require.NoError(t, err)
	require.Equal(t, clientID, record.ClientID)
	require.Equal(t, server.endpoint().TokenURL, record.TokenURL)
	require.NotEmpty(t, record.LoginID)
	require.Empty(t, bare.LoginID, "the caller's stays as it is")

	foreign := server.expired()
	foreign.TokenURL = "https://api.x.com/2/oauth2/token"
	require.ErrorContains(t, session.Login(t.Context(), foreign), "is one at https://api.x.com/2/oauth2/token")
	_, err = session.Token(t.Context())
	require.NoError(t, err)
}
