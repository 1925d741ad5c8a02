package auth_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func TestATokenEndsAtItsExpiry(t *testing.T) {
	end := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	token := auth.Token{Expiry: end}
	require.False(t, token.Expired(end.Add(-time.Nanosecond)))
	require.True(t, token.Expired(end))
	require.False(t, auth.Token{}.Expired(end), "nobody knows when it ends")
}

func TestATokenIsRefreshedAheadByATenthOfItsLife(t *testing.T) {
	for name, test := range map[string]struct {
		life, left time.Duration
		refreshed  bool
	}{
		"a minute of two hours left":           {2 * time.Hour, time.Minute, true},
		"more than a minute of two hours left": {2 * time.Hour, time.Minute + time.Second, false},
		"a tenth of five minutes left":         {5 * time.Minute, 30 * time.Second, true},
		"more than a tenth left":               {5 * time.Minute, 31 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			var hands clock
			store := new(auth.MemoryStore)
			record := server.expired()
			record.Token.Expiry = hands.now().Add(test.left)
			record.Token.Issued = record.Token.Expiry.Add(-test.life)
			require.NoError(t, store.Save(t.Context(), record, nil))
			_, err := server.sessionOn(store, &hands).Token(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.refreshed, server.count() == 1)
		})
	}
}

func TestATokenIsRenewedOnceItIsAMinuteOld(t *testing.T) {
	for name, test := range map[string]struct {
		age     time.Duration
		renewed bool
	}{
		"younger":                   {time.Minute - time.Second, false},
		"a minute":                  {time.Minute, true},
		"from a clock that is fast": {-time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			var hands clock
			store := new(auth.MemoryStore)
			record := server.expired()
			record.Token.Issued, record.Token.Expiry = hands.now().Add(-test.age), hands.now().Add(time.Hour)
			require.NoError(t, store.Save(t.Context(), record, nil))
			_, err := server.sessionOn(store, &hands).Refresh(t.Context(), record.Token.Access)
			if test.renewed {
				require.NoError(t, err)
				require.Equal(t, 1, server.count())
				return
			}
			require.ErrorContains(t, err, "less than a minute ago")
			require.Zero(t, server.count())
		})
	}
}

func TestWhatTheServerSaysOfARefreshTokenIsUnderstood(t *testing.T) {
	for name, test := range map[string]struct {
		status            int
		code, description string
		spent             bool
	}{
		"by the RFC":                      {400, "invalid_grant", "", true},
		"by the RFC on bearer tokens":     {400, "invalid_token", "", true},
		"as X does":                       {400, "invalid_request", "Value passed for the token was invalid.", true},
		"another mistake":                 {400, "invalid_request", "Missing required parameter [client_id].", false},
		"another code":                    {400, "unsupported_grant_type", "Value passed for the token was invalid.", false},
		"with the status of other things": {401, "invalid_grant", "", false},
		"by a server in trouble":          {500, "invalid_grant", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAuthServer(t)
			var hands clock
			session, store := server.timed(t, &hands)
			server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool {
				answer(w, test.status, map[string]any{"error": test.code, "error_description": test.description})
				return true
			})
			_, err := session.Token(t.Context())
			var refused *auth.TokenError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, auth.TokenError{
				Step: "refresh the token", Status: test.status, Code: test.code, Description: test.description,
			}, *refused)
			require.Equal(t, test.spent, strings.Contains(err.Error(), "log in again"))
			record, err := store.Load(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.spent, record.Attempt == auth.AttemptRefused)
		})
	}
}

func TestATokenErrorSaysWhatToDo(t *testing.T) {
	for want, failure := range map[string]auth.TokenError{
		"s: the authorization server answered 400":                                          {Step: "s", Status: 400},
		"s: the authorization server answered 400 invalid_request (what)":                   {Step: "s", Status: 400, Code: "invalid_request", Description: "what"},
		"s: the authorization server answered 401; check the app's id and secret":           {Step: "s", Status: 401},
		"s: the authorization server answered 403 (no); check the app's id and secret":      {Step: "s", Status: 403, Description: "no"},
		"s: the authorization server answered 404":                                          {Step: "s", Status: 404},
		"s: the authorization server answered 429; try again later":                         {Step: "s", Status: 429},
		"s: the authorization server answered 499":                                          {Step: "s", Status: 499},
		"s: the authorization server answered 500; try again later":                         {Step: "s", Status: 500},
		"s: the authorization server answered 599 temporarily_unavailable; try again later": {Step: "s", Status: 599, Code: "temporarily_unavailable"},
	} {
		require.EqualError(t, &failure, want)
	}
}

func TestWhatAServerSaysIsBoundedAndOnOneLine(t *testing.T) {
	server := newAuthServer(t)
	session, _ := server.session(t)
	server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool {
		answer(w, 400, map[string]any{"error": "no", "error_description": "a\nb\x1b[31mx" + strings.Repeat("ü", 400)})
		return true
	})
	_, err := session.Token(t.Context())
	var refused *auth.TokenError
	require.ErrorAs(t, err, &refused)
	require.True(t, strings.HasPrefix(refused.Description, "a b [31mxü"), refused.Description)
	require.Len(t, refused.Description, 300-1, "no half of a letter")
}

func TestOnlyAWholeRecordIsRead(t *testing.T) {
	const good = `{"version":1,"access_token":"canary-a"}`
	record, err := auth.DecodeRecord([]byte(good))
	require.NoError(t, err)
	require.Equal(t, "canary-a", record.Token.Access.Reveal())
	_, err = auth.DecodeRecord(append([]byte(good), bytes.Repeat([]byte(" "), 64<<10-len(good))...))
	require.NoError(t, err, "as large as can be")
	for says, text := range map[string]string{
		"larger than 64 KiB":            good + strings.Repeat(" ", 64<<10-len(good)+1),
		"it is empty":                   " \n",
		"it is cut short":               good[:len(good)-5],
		"it is not JSON":                `{"version":1]` + good,
		"incomplete":                    `{"version":1}`,
		"has no version":                `{"version":0,"access_token":"canary-a"}`,
		"no access token":               `{"version":1,"access_token":"canary-a","refresh_attempts":-1}`,
		"access_token is of the wrong":  `{"version":1,"access_token":4711}`,
		"one of its times is malformed": `{"version":1,"access_token":"canary-a","expiry":"tomorrow"}`,
		"version is of the wrong type":  `{"version":"1","access_token":"canary-a"}`,
	} {
		_, err := auth.DecodeRecord([]byte(text))
		require.ErrorIs(t, err, auth.ErrLoginRequired, says)
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "canary")
	}
}
