package auth_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// The sandbox has an authorization server and signature checks of its own, written apart from this package.

func sandboxApp(server *xapitest.Server) auth.OAuth2 {
	return auth.OAuth2{
		ClientID: server.App().PublicClientID,
		Endpoint: auth.Endpoint{
			AuthorizeURL: server.URL + "/i/oauth2/authorize", TokenURL: server.URL + "/2/oauth2/token", RevokeURL: server.URL + "/2/oauth2/revoke",
		},
	}
}

// sandboxCall sends one request to the sandbox in the name of credential and returns the status.
func sandboxCall(t *testing.T, credential auth.Credential, op *transport.Operation, req *http.Request) int {
	t.Helper()
	credentials, err := auth.NewCredentials(nil, credential)
	require.NoError(t, err)
	call := &transport.Call{Operation: op}
	resp, err := credentials.Middleware()(http.DefaultTransport).RoundTrip(req.WithContext(transport.WithCall(t.Context(), call)))
	require.NoError(t, err)
	said, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	if resp.StatusCode == http.StatusBadRequest { // what the contract refuses
		t.Logf("%s: %s", op.ID, said)
	}
	return resp.StatusCode
}

var usersOp = &transport.Operation{ID: "getUsersMe", Security: []transport.Requirement{
	{Scheme: "OAuth2UserToken", Scopes: []string{"tweet.read", "users.read"}}, {Scheme: "UserToken"},
}}

func TestALoginLivesAtTheSandbox(t *testing.T) {
	for name, confidential := range map[string]bool{"public": false, "confidential": true} {
		t.Run(name, func(t *testing.T) {
			var ours, theirs clock
			server := xapitest.New(t, xapitest.WithClock(theirs.now))
			app := sandboxApp(server)
			app.Now = ours.now
			if confidential {
				app.ClientID, app.ClientSecret = server.App().ClientID, auth.NewSecret(server.App().ClientSecret)
			}
			login, err := app.Begin()
			require.NoError(t, err)
			redirected := visit(t, login.URL)
			record, err := login.Finish(t.Context(), redirected)
			require.NoError(t, err)
			_, err = login.Finish(t.Context(), redirected)
			require.ErrorContains(t, err, "works once", "the code is used up")

			session := auth.NewSession(app, auth.NewFileStore(filepath.Join(t.TempDir(), "token.json")))
			require.NoError(t, session.Login(t.Context(), record))
			me := func() int {
				return sandboxCall(t, session, usersOp, request(t, http.MethodGet, server.URL+"/2/users/me", "", ""))
			}
			require.Equal(t, http.StatusOK, me())
			for range 3 {
				ours.advance(3 * time.Hour)
				theirs.advance(3 * time.Hour)
				require.Equal(t, http.StatusOK, me(), "refreshed ahead of sending")
			}
			ours.advance(2 * time.Minute)
			theirs.advance(3 * time.Hour)
			require.Equal(t, http.StatusOK, me(), "refreshed after a 401, as our clock is slow")
			require.NoError(t, session.Logout(t.Context()))
			for _, token := range server.Tokens() {
				require.True(t, token.Access == server.Token() || token.Revoked || token.Spent, "nothing is left alive")
			}
		})
	}
}

func TestAnExpiredCodeAtTheSandbox(t *testing.T) {
	var hands clock
	server := xapitest.New(t, xapitest.WithClock(hands.now))
	login, err := sandboxApp(server).Begin()
	require.NoError(t, err)
	redirected := visit(t, login.URL)
	hands.advance(31 * time.Second)
	_, err = login.Finish(t.Context(), redirected)
	require.ErrorContains(t, err, "a code lives 30 seconds and works once")
}

func TestTheSandboxAcceptsOurSignatures(t *testing.T) {
	server := xapitest.New(t)
	app := server.App()
	signer := auth.OAuth1{
		ConsumerKey: auth.NewSecret(app.APIKey), ConsumerSecret: auth.NewSecret(app.APIKeySecret),
		Token: auth.NewSecret(app.AccessToken), TokenSecret: auth.NewSecret(app.AccessTokenSecret),
	}
	query := url.Values{"user.fields": {"a b+c%d&=ü日本😀~'()*!"}, "expansions": {"", "x"}}.Encode() + "&plus=a+b%20c%2B&lower=%c3%bc"
	status := sandboxCall(t, signer, usersOp, request(t, http.MethodGet, server.URL+"/2/users/me?"+query, "", ""))
	require.NotEqual(t, http.StatusUnauthorized, status)

	forged := signer
	forged.TokenSecret = auth.NewSecret("canary-other")
	require.Equal(t, http.StatusUnauthorized,
		sandboxCall(t, forged, usersOp, request(t, http.MethodGet, server.URL+"/2/users/me", "", "")))

	initialize := request(t, http.MethodPost, server.URL+"/2/media/upload/initialize", "application/json",
		`{"media_type":"video/mp4","media_category":"tweet_video","total_bytes":65536}`)
	require.Equal(t, http.StatusOK, sandboxCall(t, signer, uploadOp, initialize))
	segment := make([]byte, 64<<10)
	_, err := rand.Read(segment)
	require.NoError(t, err)
	var body bytes.Buffer
	writer := multipart.NewWriter(&body)
	require.NoError(t, writer.WriteField("segment_index", "0"))
	part, err := writer.CreateFormFile("media", "segment")
	require.NoError(t, err)
	_, err = part.Write(segment)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	appending := request(t, http.MethodPost, server.URL+"/2/media/upload/1/append", writer.FormDataContentType(), body.String())
	status = sandboxCall(t, signer, uploadOp, appending)
	require.NotEqual(t, http.StatusUnauthorized, status, "random bytes do not disturb the signature")
}

func TestAnAppTokenFromTheSandbox(t *testing.T) {
	server := xapitest.New(t)
	app := server.App()
	fetch := &auth.ClientCredentials{
		Key: auth.NewSecret(app.APIKey), KeySecret: auth.NewSecret(app.APIKeySecret), TokenURL: server.URL + "/oauth2/token",
	}
	req := request(t, http.MethodGet, server.URL+"/2/media/3_1", "", "")
	require.NotEqual(t, http.StatusUnauthorized, sandboxCall(t, fetch, lookupOp, req))

	wrong := &auth.ClientCredentials{Key: fetch.Key, KeySecret: auth.NewSecret("canary-wrong"), TokenURL: fetch.TokenURL}
	credentials, err := auth.NewCredentials(nil, wrong)
	require.NoError(t, err)
	_, err = credentials.Middleware()(http.DefaultTransport).RoundTrip(call(t, lookupOp, nil)) //nolint:bodyclose // there is no response
	require.EqualError(t, err, "fetch the app token: the authorization server answered 403 (Unable to verify your credentials); check the app's id and secret")
}
