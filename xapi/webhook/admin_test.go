package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// administered answers the calls of an Admin as X does, and keeps what it was sent.
func administered(t *testing.T, answers map[string]string) (*webhook.Admin, *[]string) {
	t.Helper()
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		call := r.Method + " " + r.URL.Path
		seen = append(seen, call+" "+string(body))
		w.Header().Set("Content-Type", "application/json")
		text, ok := answers[call]
		if !ok {
			text = `{"title":"Invalid Request","detail":"no answer for ` + call + `","type":"https://api.x.com/2/problems/invalid-request"}`
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithBearerToken("app"), xapi.WithAccessToken("user"))
	require.NoError(t, err)
	return webhook.NewAdmin(client), &seen
}

func TestAWebhookIsRegisteredWhateverTheAnswersShape(t *testing.T) {
	for _, answer := range []string{
		`{"id":"7","url":"https://hooks.example/x","valid":true,"created_at":"2026-08-07T12:30:00.000Z"}`,
		`{"data":{"id":"7","url":"https://hooks.example/x","valid":true,"created_at":"2026-08-07T12:30:00.000Z"}}`,
	} {
		admin, seen := administered(t, map[string]string{"POST /2/webhooks": answer})
		hook, err := admin.Register(t.Context(), "https://hooks.example/x")
		require.NoError(t, err)
		require.Equal(t, "7", hook.ID)
		require.True(t, hook.Valid)
		require.Equal(t, []string{`POST /2/webhooks {"url":"https://hooks.example/x"}`}, *seen)
	}
}

func TestWhatXWouldNotTakeIsNotSent(t *testing.T) {
	admin, seen := administered(t, nil)
	_, err := admin.Register(t.Context(), "http://hooks.example/x")
	require.ErrorContains(t, err, "https alone")
	require.Empty(t, *seen)
}

func TestInvalidWebhooksAreChallengedAgain(t *testing.T) {
	admin, seen := administered(t, map[string]string{
		"GET /2/webhooks":   `{"data":[{"id":"1","url":"https://a.example","valid":true},{"id":"2","url":"https://b.example","valid":false},{"id":"3","url":"https://c.example","valid":false}]}`,
		"PUT /2/webhooks/2": `{"data":{"attempted":true}}`,
		"PUT /2/webhooks/3": `{"data":{"valid":false}}`,
	})
	invalid, err := admin.Keep(t.Context())
	require.ErrorContains(t, err, "https://c.example: validateWebhooks")
	require.Len(t, invalid, 1)
	require.Equal(t, "3", invalid[0].ID)
	require.Len(t, *seen, 3, "the valid one is left alone")
}

func TestAReplayIsAskedForInWholeMinutes(t *testing.T) {
	admin, seen := administered(t, map[string]string{"POST /2/webhooks/replay": `{"data":{"created_at":"2026-08-07T12:30:00.000Z","job_id":"9"}}`})
	now := time.Date(2026, 8, 7, 12, 0, 30, 0, time.UTC)
	window, err := webhook.NewReplayWindow(now.Add(-2*time.Hour), now.Add(-time.Hour), now)
	require.NoError(t, err)
	job, err := admin.Replay(t.Context(), "7", window)
	require.NoError(t, err)
	require.Equal(t, "9", job)
	require.Equal(t, []string{`POST /2/webhooks/replay {"from_date":"202608071000","to_date":"202608071101","webhook_id":"7"}`}, *seen)
}

func TestSubscriptionsAreMadeAndRefusedForAReason(t *testing.T) {
	admin, _ := administered(t, map[string]string{
		"POST /2/account_activity/webhooks/7/subscriptions/all": `{"data":{"subscribed":true}}`,
		"POST /2/activity/subscriptions":                        `{"data":{"subscription":{"subscription_id":"5","event_type":"follow.follow","filter":{"user_id":"1"}}}}`,
		"POST /2/tweets/search/webhooks/7":                      `{"data":{"provisioned":false}}`,
	})
	require.NoError(t, admin.SubscribeAccount(t.Context(), "7"))
	made, err := admin.Subscribe(t.Context(), xapi.ActivitySubscriptionDraft{
		EventType: xapi.ActivityEventTypeFollowFollow, Filter: &xapi.ActivityFilter{UserID: "1"},
	})
	require.NoError(t, err)
	require.Equal(t, "5", made.SubscriptionID)
	require.ErrorContains(t, admin.LinkRules(t.Context(), "7", nil), "not done")
	require.Error(t, admin.Remove(t.Context(), "7"))
	require.Error(t, admin.UnlinkRules(t.Context(), "7"))
	require.Error(t, admin.Unsubscribe(t.Context(), "5"))
	require.Error(t, admin.UnsubscribeAccount(t.Context(), "7", "1"))
}
