package xapitest_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestWindowsAreCountedAndEnd(t *testing.T) {
	start := time.Unix(1740787200, 0)
	w := newWire(t, xapitest.WithClock(func() time.Time { return start }), xapitest.WithRateLimit("getUsersMe", xapitest.RateLimit{PerUser: 2, PerUserDay: 9, PerApp: 5}))
	first := w.get("/2/users/me")
	require.Equal(t, "2", first.header.Get("x-rate-limit-limit"))
	require.Equal(t, "1", first.header.Get("x-rate-limit-remaining"))
	require.Equal(t, strconv.FormatInt(start.Add(15*time.Minute).Unix(), 10), first.header.Get("x-rate-limit-reset"))
	require.Equal(t, "8", first.header.Get("x-user-limit-24hour-remaining"))
	require.Equal(t, "4", first.header.Get("x-app-limit-24hour-remaining"))
	require.Equal(t, strconv.FormatInt(start.Add(24*time.Hour).Unix(), 10), first.header.Get("x-app-limit-24hour-reset"))
	require.Equal(t, http.StatusOK, w.get("/2/users/me").status)

	limited := w.get("/2/users/me")
	require.Equal(t, http.StatusTooManyRequests, limited.status)
	require.JSONEq(t, `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`, string(limited.body))
	require.Equal(t, "0", limited.header.Get("x-rate-limit-remaining"))
	other := w.as("Bearer " + w.srv.Issue(xapitest.Grant{Username: "other"}).Access)
	require.Equal(t, http.StatusOK, other.get("/2/users/me").status, "each user has a window of their own")

	w.srv.Advance(15 * time.Minute)
	require.Equal(t, http.StatusOK, w.get("/2/users/me").status)
	w.srv.Advance(15 * time.Minute)
	last := w.get("/2/users/me")
	require.Equal(t, http.StatusTooManyRequests, last.status, "the window of 24 hours is used up")
	require.Equal(t, "0", last.header.Get("x-app-limit-24hour-remaining"))
}

func TestDocumentedLimitsStandUnlessToldOtherwise(t *testing.T) {
	w := newWire(t)
	id := w.upload("image/png", "tweet_image", []byte("data"))
	got := w.post("/2/media/metadata", object{"id": id, "metadata": object{}})
	require.Equal(t, "500", got.header.Get("x-rate-limit-limit"))
	require.Equal(t, "50000", got.header.Get("x-app-limit-24hour-limit"))
	require.NotEmpty(t, got.header.Get("x-transaction-id"))

	free := newWire(t, xapitest.WithoutRateLimits()).get("/2/users/me")
	require.Empty(t, free.header.Get("x-rate-limit-limit"))
}

func TestAppsAndUsersHaveTheLimitsThatXDocuments(t *testing.T) {
	start := time.Unix(1740787200, 0)
	w := newWire(t, xapitest.WithClock(func() time.Time { return start }))
	app := appOf(w)
	for path, want := range map[string][2]string{
		"/2/tweets?ids=1":                       {"5000", "3500"},
		"/2/tweets/search/recent?query=a":       {"300", "450"},
		"/2/users/" + w.srv.Me().ID + "/tweets": {"900", "10000"},
		"/2/users/by/username/sandbox_user":     {"900", "300"},
	} {
		require.Equal(t, want[0], w.get(path).header.Get("x-rate-limit-limit"), path)
		require.Equal(t, want[1], app.get(path).header.Get("x-rate-limit-limit"), path)
	}
	liked := w.post("/2/users/"+w.srv.Me().ID+"/likes", object{"tweet_id": "1"})
	require.Equal(t, "50", liked.header.Get("x-rate-limit-limit"))
	require.Equal(t, "1000", liked.header.Get("x-user-limit-24hour-limit"))

	require.Equal(t, http.StatusOK, app.get("/2/tweets/search/all?query=a").status)
	second := app.get("/2/tweets/search/all?query=a")
	require.Equal(t, http.StatusTooManyRequests, second.status, "one a second")
	require.Equal(t, strconv.FormatInt(start.Unix()+1, 10), second.header.Get("x-rate-limit-reset"))
	require.Contains(t, second.header.Get(xapitest.HintHeader), "no-rate-limits")
	w.srv.Advance(time.Second)
	require.Equal(t, http.StatusOK, app.get("/2/tweets/search/all?query=a").status)
}
