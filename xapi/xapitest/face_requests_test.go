package xapitest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestRequestsCanBeVerified(t *testing.T) {
	w := newWire(t)
	w.post("/2/tweets", object{"text": "one", "reply_settings": "following"})
	w.post("/2/tweets", object{"text": "two"})
	w.post("/2/tweets", object{"text": strings.Repeat("long ", 100)})
	w.get("/1.1/statuses/update.json")
	count := func(query string) int {
		t.Helper()
		return int(w.control("GET", "/requests?"+query, nil).json(t, "count").(float64))
	}
	require.Equal(t, 3, count("operation=createPosts"))
	require.Equal(t, 1, count("body="+url.QueryEscape(`{"text":"one"}`)))
	require.Equal(t, 0, count("body="+url.QueryEscape(`{"text":"one","reply_settings":"mentionedUsers"}`)))
	require.Equal(t, 1, count("contains=two"))
	require.Equal(t, 2, count("status=4xx"))
	require.Equal(t, 2, count("status=201&method=post&path=/2/tweets"))
	require.Equal(t, 1, count("after=3"))
	require.Equal(t, 0, count("user=1"))

	last := w.control("GET", "/requests?limit=1&tail=true", nil)
	require.Contains(t, last.json(t, "requests.0.hint"), "POST /2/tweets")
	refused := w.control("GET", "/requests/3", nil)
	require.Contains(t, refused.json(t, "wrong"), "too long")
	require.Contains(t, refused.json(t, "hint"), "280")
	require.Equal(t, "Forbidden", refused.json(t, "answer.title"))
	require.Equal(t, "one", w.control("GET", "/requests/1", nil).json(t, "body.text"))
	require.Equal(t, "REDACTED", w.control("GET", "/requests/1", nil).json(t, "header.Authorization"))
	require.NotContains(t, string(w.control("GET", "/requests", nil).body), w.srv.Token())

	for _, query := range []string{"body={", "after=x", "limit=0", "limit=5000", "operatoin=x"} {
		require.Equal(t, http.StatusBadRequest, w.control("GET", "/requests?"+query, nil).status, query)
	}
	require.Equal(t, http.StatusNoContent, w.control("DELETE", "/requests", nil).status)
	require.Equal(t, 0, count(""))
	w.get("/2/users/me")
	require.EqualValues(t, 5, w.control("GET", "/requests", nil).json(t, "requests.0.number"), "numbers are never used again")
}

func TestSecretsOfRequestsAreNotShown(t *testing.T) {
	l := newLogin(newWire(t))
	_, back := l.consent(nil)
	issued := l.exchange(back.Get("code")).json(t, "access_token").(string)
	w := l.as("Bearer " + issued)
	w.get("/2/users/me")
	w.do("POST", "/2/tweets", "application/json", strings.NewReader(`{"access_token":"`+issued+`","pad":"`+strings.Repeat("x", 200<<10)+`"}`))
	shown := string(w.control("GET", "/requests", nil).body) + string(w.control("GET", "/tokens", nil).body)
	for _, secret := range []string{back.Get("code"), l.secret, url.QueryEscape(l.verifier), issued} {
		require.NotContains(t, shown, secret)
	}
	require.Contains(t, shown, "(131072 bytes)")
}

func TestARequestIsSentAgain(t *testing.T) {
	w := newWire(t)
	w.get("/2/users/me")
	again := w.control("POST", "/requests/1/replay", nil)
	require.Equal(t, http.StatusOK, int(again.json(t, "status").(float64)))
	require.Equal(t, w.srv.Me().ID, again.json(t, "answer.data.id"))
	require.EqualValues(t, 1, w.control("GET", "/requests/2", nil).json(t, "replay_of"))

	w.post("/2/tweets", object{"text": "once"})
	require.EqualValues(t, 403, w.control("POST", "/requests/3/replay", nil).json(t, "status"), "a duplicate")
	require.NoError(t, w.srv.SetFaults(xapitest.Fault{Do: xapitest.Do{Reset: xapitest.ResetBefore}}))
	require.EqualValues(t, 0, w.control("POST", "/requests/1/replay", nil).json(t, "status"), "the connection was broken")
	require.NoError(t, w.srv.SetFaults())

	id := w.initialize("image/png", "tweet_image", 4)
	w.segment(id, 0, []byte("data"))
	kept := w.control("GET", "/requests?operation=appendMediaUpload", nil).json(t, "requests.0.number")
	require.Equal(t, http.StatusConflict, w.control("POST", fmt.Sprintf("/requests/%v/replay", kept), nil).status)
	app := w.as("Bearer " + w.srv.Issue(xapitest.Grant{AppOnly: true}).Access)
	streamed, stop := app.open("/2/tweets/sample/stream")
	stop()
	_ = streamed
	opened := w.control("GET", "/requests?operation=streamPostsSample", nil).json(t, "requests.0.number")
	require.EqualValues(t, 200, w.control("POST", fmt.Sprintf("/requests/%v/replay", opened), nil).json(t, "status"))
}

// open opens a stream and returns a reader of its lines.
func (w *wire) open(path string) (*bufio.Scanner, func()) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.target()+path, nil)
	require.NoError(w.t, err)
	if w.authorization != "" {
		req.Header.Set("Authorization", w.authorization)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // the function that is returned does
	require.NoError(w.t, err)
	require.Equal(w.t, http.StatusOK, resp.StatusCode)
	return bufio.NewScanner(resp.Body), func() { _ = resp.Body.Close() }
}

// nextEvent returns the next event of that name.
func nextEvent(t *testing.T, lines *bufio.Scanner, name string) (data map[string]any) {
	t.Helper()
	is := ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case field == "event":
			is = value
		case field == "data" && is == name:
			require.NoError(t, json.Unmarshal([]byte(value), &data))
			return data
		}
	}
	t.Fatalf("no event %s came: %v", name, lines.Err())
	return nil
}

func TestEventsTellOfRequestsAsTheyHappen(t *testing.T) {
	w := newWire(t)
	w.get("/2/tweets/1/nowhere")
	lines, stop := w.as("").open("/sandbox/api/events?after=0")
	defer stop()
	before := nextEvent(t, lines, "request")
	require.EqualValues(t, 1, before["number"])
	require.EqualValues(t, 404, before["status"])
	require.Contains(t, before["hint"], "nearest")
	changed := nextEvent(t, lines, "changed")["changes"]

	w.post("/2/tweets", object{"text": "live"})
	now := nextEvent(t, lines, "request")
	require.Equal(t, "createPosts", now["operation"])
	require.Equal(t, "POST", now["method"])
	require.Greater(t, now["duration_ms"], float64(0))
	require.NotContains(t, now, "body")
	require.Greater(t, nextEvent(t, lines, "changed")["changes"], changed)
	w.srv.Advance(time.Minute)
	nextEvent(t, lines, "changed")
}

func TestRequestsAreObservedAsTheyAreAnswered(t *testing.T) {
	seen := make(chan xapitest.Request, 10)
	w := newWire(t, xapitest.WithObserver(func(r xapitest.Request) { seen <- r }))
	w.post("/2/tweets?access_token=secret", object{"text": "x"})
	got := <-seen
	require.Equal(t, "createPosts", got.Operation)
	require.Equal(t, w.srv.Me().ID, got.User)
	require.Positive(t, got.Took)
	require.Contains(t, got.Header.Get("Authorization"), w.srv.Token())
	clean := got.Redacted()
	require.Equal(t, "/2/tweets?access_token=REDACTED", clean.Path)
	require.NotContains(t, fmt.Sprint(clean), w.srv.Token())
	require.Contains(t, fmt.Sprint(got.Header), w.srv.Token(), "the request itself is as it was")
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits())
	long := object{"text": strings.Repeat("long ", 20<<10)}
	for range 400 {
		w.post("/2/tweets", long)
	}
	total := 0
	for _, r := range w.srv.Requests() {
		total += len(r.Body) + len(r.Answer)
	}
	require.Less(t, total, 33<<20)
	require.Greater(t, total, 25<<20)
	require.EqualValues(t, 400, w.control("GET", "/requests?tail=true&limit=1", nil).json(t, "last"))
	require.Equal(t, http.StatusNotFound, w.control("GET", "/requests/1", nil).status)
}
