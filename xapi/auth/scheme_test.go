package auth_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

var (
	uploadOp = &transport.Operation{ID: "createMediaMetadata", Security: []transport.Requirement{
		{Scheme: "OAuth2UserToken", Scopes: []string{"media.write"}}, {Scheme: "UserToken"},
	}}
	lookupOp = &transport.Operation{ID: "getMediaByMediaKey", Security: []transport.Requirement{
		{Scheme: "BearerToken"}, {Scheme: "OAuth2UserToken", Scopes: []string{"tweet.read"}}, {Scheme: "UserToken"},
	}}
	appOp    = &transport.Operation{ID: "appOnly", Security: []transport.Requirement{{Scheme: "BearerToken"}}}
	postOp   = &transport.Operation{ID: "createPosts", Security: []transport.Requirement{{Scheme: "OAuth2UserToken", Scopes: []string{"tweet.read", "tweet.write", "users.read"}}}}
	openOp   = &transport.Operation{ID: "getOpenApiSpec"}
	futureOp = &transport.Operation{ID: "someday", Security: []transport.Requirement{{Scheme: "Passkey"}}}
)

func app() auth.AppToken { return auth.AppToken{Token: auth.NewSecret("canary-app-token")} }

func token(scopes ...string) auth.AccessToken {
	return auth.AccessToken{Token: auth.NewSecret("canary-user-token"), Scopes: scopes}
}

func TestTheSchemeIsChosenForEachOperation(t *testing.T) {
	all := []auth.Credential{app(), user(), token("tweet.read", "media.write")}
	tests := map[string]struct {
		op          *transport.Operation
		credentials []auth.Credential
		want        string // how the Authorization header begins
	}{
		"user before app":                   {lookupOp, all, "Bearer canary-user-token"},
		"app where nothing else is at hand": {lookupOp, []auth.Credential{app()}, "Bearer canary-app-token"},
		"app where nothing else will do":    {appOp, all, "Bearer canary-app-token"},
		"OAuth 1.0a before app":             {lookupOp, []auth.Credential{app(), user()}, "OAuth oauth_consumer_key=\"canary-key\""},
		"OAuth 1.0a where the scope lacks":  {uploadOp, []auth.Credential{token("tweet.read"), user()}, "OAuth "},
		"unknown scopes are tried":          {uploadOp, []auth.Credential{token(), user()}, "Bearer canary-user-token"},
		"nothing where none is needed":      {openOp, all, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			credentials, err := auth.NewCredentials(nil, test.credentials...)
			require.NoError(t, err)
			require.NoError(t, credentials.Check(t.Context(), test.op))
			wire := &recorder{}
			resp, err := credentials.Middleware()(wire).RoundTrip(call(t, test.op, nil))
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Len(t, wire.headers, 1)
			if test.want == "" {
				require.Empty(t, wire.headers[0])
			}
			require.Contains(t, wire.headers[0], test.want)
		})
	}
}

func TestAnOperationThatNothingMayCallFailsBeforeSending(t *testing.T) {
	tests := map[string]struct {
		op          *transport.Operation
		credentials []auth.Credential
		want        string
	}{
		"app only": {uploadOp, []auth.Credential{app()},
			"createMediaMetadata needs an OAuth 2.0 user token with media.write or OAuth 1.0a user credentials; this client has only an app-only bearer token"},
		"user only": {appOp, []auth.Credential{user(), token()},
			"appOnly needs an app-only bearer token; this client has only an OAuth 2.0 user token and OAuth 1.0a user credentials"},
		"none": {lookupOp, nil,
			"getMediaByMediaKey needs an OAuth 2.0 user token with tweet.read or OAuth 1.0a user credentials or an app-only bearer token; this client has no credentials"},
		"a scheme to come": {futureOp, []auth.Credential{app()},
			"someday needs Passkey (unknown to this release); this client has only an app-only bearer token"},
		"scope": {uploadOp, []auth.Credential{token("tweet.read", "users.read")},
			"createMediaMetadata needs media.write; this token has tweet.read users.read; log in again with it"},
		"scopes": {postOp, []auth.Credential{token("tweet.read"), app()},
			"createPosts needs tweet.write users.read; this token has tweet.read; log in again with them"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			credentials, err := auth.NewCredentials(nil, test.credentials...)
			require.NoError(t, err)
			err = credentials.Check(t.Context(), test.op)
			require.EqualError(t, err, test.want)
			wire := &recorder{}
			body := &closing{}
			_, err = credentials.Middleware()(wire).RoundTrip(call(t, test.op, body)) //nolint:bodyclose // there is no response
			require.EqualError(t, err, test.want)
			require.Empty(t, wire.headers)
			require.True(t, body.closed)
		})
	}
}

func TestErrorsOfCheckAreTyped(t *testing.T) {
	credentials, err := auth.NewCredentials(nil, token("tweet.read"))
	require.NoError(t, err)
	var scope *auth.ScopeError
	require.ErrorAs(t, credentials.Check(t.Context(), uploadOp), &scope)
	require.Equal(t, &auth.ScopeError{Operation: "createMediaMetadata", Missing: []string{"media.write"}, Granted: []string{"tweet.read"}}, scope)
	var scheme *auth.SchemeError
	require.ErrorAs(t, credentials.Check(t.Context(), appOp), &scheme)
	require.Equal(t, []string{"BearerToken"}, scheme.Accepted)
	require.Equal(t, []string{"OAuth2UserToken"}, scheme.Configured)
}

func TestASessionIsCheckedAgainstTheStoredScopes(t *testing.T) {
	server := newAuthServer(t)
	session, store := server.session(t)
	narrow := server.expired()
	narrow.Token.Scopes = []string{"tweet.read"}
	require.NoError(t, store.Replace(t.Context(), narrow))
	credentials, err := auth.NewCredentials(nil, session)
	require.NoError(t, err)
	require.ErrorContains(t, credentials.Check(t.Context(), uploadOp), "this token has tweet.read; log in again with it")
	require.NoError(t, store.Replace(t.Context(), server.expired()))
	require.NoError(t, credentials.Check(t.Context(), uploadOp), "a new login counts at once")
	require.Zero(t, server.count(), "checking sends nothing")

	require.NoError(t, session.Forget(t.Context()))
	err = credentials.Check(t.Context(), uploadOp)
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	require.EqualError(t, err, "createMediaMetadata: there is no stored login; log in again")
}

func TestCredentialsAreCheckedAtOnce(t *testing.T) {
	half := user()
	half.TokenSecret = auth.Secret{}
	for want, credentials := range map[string][]auth.Credential{
		"the access token secret is missing":          {half},
		"the token is empty":                          {auth.AppToken{}},
		`the token begins with "Bearer "`:             {auth.AppToken{Token: auth.NewSecret("Bearer canary")}},
		"white space":                                 {auth.AccessToken{Token: auth.NewSecret("canary\n")}},
		"white space or another":                      {auth.AccessToken{Token: auth.NewSecret("canary canary")}},
		"character that no token has":                 {auth.AccessToken{Token: auth.NewSecret("canary\x7f")}},
		"take both from the app's keys":               {&auth.ClientCredentials{KeySecret: auth.NewSecret("canary")}},
		"from the app's keys and tokens page":         {(*auth.ClientCredentials)(nil)},
		"another character":                           {auth.AccessToken{Token: auth.NewSecret("canary…")}},
		"API key or its secret is missing":            {&auth.ClientCredentials{Key: auth.NewSecret("canary")}},
		"has to be https, or http on a loopback":      {&auth.ClientCredentials{Key: auth.NewSecret("k"), KeySecret: auth.NewSecret("s"), TokenURL: "http://api.x.com"}},
		"an OAuth 2.0 user token is configured twice": {token(), token()},
		"make it with NewSession":                     {(*auth.Session)(nil)},
		"the revoke address":                          {auth.NewSession(auth.OAuth2{Endpoint: auth.Endpoint{RevokeURL: "http://api.x.com"}}, new(auth.MemoryStore))},
	} {
		_, err := auth.NewCredentials(nil, credentials...)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "canary")
	}
	_, err := auth.NewCredentials(nil, auth.AppToken{Token: auth.NewSecret("!canary~")})
	require.NoError(t, err, "the first and the last character that may be")
}

func TestClientCredentialsAreFetchedOnceAndAnew(t *testing.T) {
	server := newAuthServer(t)
	server.confidential = true
	fetch := &auth.ClientCredentials{Key: auth.NewSecret(clientID), KeySecret: auth.NewSecret(clientSecret), TokenURL: server.URL + "/token"}
	credentials, err := auth.NewCredentials(nil, fetch)
	require.NoError(t, err)
	wire := &recorder{statuses: []int{200, 200, 401, 200}}
	rt := credentials.Middleware()(wire)
	for range 3 {
		resp, err := rt.RoundTrip(call(t, lookupOp, nil))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, 200, resp.StatusCode)
	}
	require.Equal(t, []string{"Bearer canary-access-1", "Bearer canary-access-1", "Bearer canary-access-1", "Bearer canary-access-2"}, wire.headers)
	require.Equal(t, 2, server.count())
}

func TestClientCredentialsFailClearly(t *testing.T) {
	server := newAuthServer(t)
	server.confidential = true
	fetch := &auth.ClientCredentials{Key: auth.NewSecret(clientID), KeySecret: auth.NewSecret("canary-wrong"), TokenURL: server.URL + "/token"}
	credentials, err := auth.NewCredentials(nil, fetch)
	require.NoError(t, err)
	_, err = credentials.Middleware()(&recorder{}).RoundTrip(call(t, lookupOp, nil)) //nolint:bodyclose // there is no response
	require.EqualError(t, err, "fetch the app token: the authorization server answered 401 unauthorized_client (Missing valid authorization header); check the app's id and secret")
	server.setHook(func(_ string, _ url.Values, w http.ResponseWriter) bool {
		answer(w, http.StatusOK, map[string]any{"token_type": "bearer", "access_token": "canary-same"})
		return true
	})
	wire := &recorder{statuses: []int{401}}
	ctx := transport.WithCall(t.Context(), &transport.Call{Operation: lookupOp})
	resp, err := credentials.Middleware()(wire).RoundTrip(call(t, lookupOp, nil).WithContext(ctx))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 401, resp.StatusCode)
	require.ErrorContains(t, transport.CallFrom(ctx).Renewal, "make a new key")
}
