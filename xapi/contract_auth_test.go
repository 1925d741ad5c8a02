package xapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// browser opens the authorize address as a user does who agrees, and returns where that leads.
func browser(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusFound, resp.StatusCode)
	return resp.Header.Get("Location")
}

// TestContractLogin goes through the life of a login as a confidential and as a public client: consent, calls, refresh
// after two hours, and revocation.
func TestContractLogin(t *testing.T) {
	for name, confidential := range map[string]bool{"confidential": true, "public": false} {
		t.Run(name, func(t *testing.T) {
			srv := xapitest.New(t)
			now := time.Now()
			app := auth.OAuth2{
				ClientID: srv.App().PublicClientID,
				Endpoint: auth.Endpoint{
					AuthorizeURL: srv.URL + "/i/oauth2/authorize", TokenURL: srv.URL + "/2/oauth2/token", RevokeURL: srv.URL + "/2/oauth2/revoke",
				},
				Scopes: []string{"tweet.read", "users.read", "offline.access"},
				Now:    func() time.Time { return now },
			}
			if confidential {
				app.ClientID, app.ClientSecret = srv.App().ClientID, auth.NewSecret(srv.App().ClientSecret)
			}
			login, err := app.Begin()
			require.NoError(t, err)
			record, err := login.Finish(t.Context(), browser(t, login.URL))
			require.NoError(t, err)
			session := auth.NewSession(app, new(auth.MemoryStore))
			require.NoError(t, session.Login(t.Context(), record))
			client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithLogin(session))
			require.NoError(t, err)

			_, err = client.GetUsersMe(t.Context(), &xapi.GetUsersMeParams{})
			require.NoError(t, err)
			_, err = client.FinalizeMediaUpload(t.Context(), anID)
			require.ErrorContains(t, err, "media.write")

			now = srv.Advance(2 * time.Hour)
			_, err = client.GetUsersMe(t.Context(), &xapi.GetUsersMeParams{})
			require.NoError(t, err, "the session refreshes by itself")
			issued := srv.Tokens()
			require.Len(t, issued, 3, "that of Server.Token, the login's and the refresh's")
			require.True(t, issued[1].Spent)
			require.False(t, issued[2].Spent)

			require.NoError(t, session.Logout(t.Context()))
			require.True(t, srv.Tokens()[2].Revoked)
		})
	}
}

// TestContractSignatures has the sandbox, which computes signatures by itself, check those of the client.
func TestContractSignatures(t *testing.T) {
	srv := xapitest.New(t)
	app := srv.App()
	client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithOAuth1(auth.OAuth1{
		ConsumerKey: auth.NewSecret(app.APIKey), ConsumerSecret: auth.NewSecret(app.APIKeySecret),
		Token: auth.NewSecret(app.AccessToken), TokenSecret: auth.NewSecret(app.AccessTokenSecret),
	}))
	require.NoError(t, err)
	_, err = client.GetUsersMe(t.Context(), &xapi.GetUsersMeParams{})
	require.NoError(t, err)
	_, err = client.GetMediaAnalytics(t.Context(), &xapi.GetMediaAnalyticsParams{
		MediaKeys: []string{"3_1", "3_2"}, StartTime: time.Unix(1740787200, 0), EndTime: time.Unix(1740790800, 0).In(time.FixedZone("", 5400)), Granularity: "total",
	})
	require.NoError(t, err)
	_, err = client.DeletePosts(t.Context(), anID)
	require.NoError(t, err)
}

// TestContractAppOnly fetches the app's token and is told which operations it is not for.
func TestContractAppOnly(t *testing.T) {
	srv := xapitest.New(t)
	client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithClientCredentials(srv.App().APIKey, srv.App().APIKeySecret))
	require.NoError(t, err)
	_, err = client.GetPostsByID(t.Context(), anID, &xapi.GetPostsByIDParams{})
	require.ErrorIs(t, err, xapi.ErrNotFound)
	_, err = client.GetUsersMe(t.Context(), &xapi.GetUsersMeParams{})
	require.Error(t, err)
	require.Len(t, srv.Requests(), 2, "the token and one call: the other is not sent")
}
