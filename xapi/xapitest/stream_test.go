package xapitest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// listener reads a stream.
type listener struct {
	t     *testing.T
	resp  *http.Response
	lines *bufio.Scanner
	stop  context.CancelFunc
}

// listen connects to a stream with an app's token.
func listen(t *testing.T, w *wire, path string) *listener {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.srv.URL+path, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", appOf(w).authorization)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	t.Cleanup(func() { _ = resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return &listener{t, resp, lines, stop}
}

func appOf(w *wire) *wire { return w.as("Bearer " + w.srv.Issue(xapitest.Grant{AppOnly: true}).Access) }

// next returns the next document, and false at the stream's end. Empty lines are passed over.
func (l *listener) next() (reply, bool) {
	for l.lines.Scan() {
		if line := strings.TrimSpace(l.lines.Text()); line != "" {
			return reply{status: l.resp.StatusCode, body: []byte(line)}, true
		}
	}
	return reply{}, false
}

func rules(t *testing.T, w *wire, values ...string) {
	t.Helper()
	var add []object
	for _, value := range values {
		add = append(add, object{"value": value, "tag": "about " + value})
	}
	got := appOf(w).post("/2/tweets/search/stream/rules", object{"add": add})
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	require.Subset(t, got.json(t, "meta.summary"), object{"created": float64(len(values))})
}

func TestPostsComeOutOfAFilteredStreamThatHasARuleForThem(t *testing.T) {
	w := newWire(t, xapitest.WithConnectionLimit(2))
	refused := listen(t, w, "/2/tweets/search/stream")
	require.Equal(t, http.StatusConflict, refused.resp.StatusCode, "there are no rules yet")
	rules(t, w, "cats", "from:"+w.srv.Me().Username+" has:hashtags", "dogs -cats")
	l := listen(t, w, "/2/tweets/search/stream?expansions=author_id&tweet.fields=created_at")
	p := listen(t, w, "/2/tweets/search/stream?post.fields=created_at")
	w.post("/2/tweets", object{"text": "nothing that a rule is for"})
	id := w.post("/2/tweets", object{"text": "cats and #dogs"}).json(t, "data.id")
	got, ok := l.next()
	require.True(t, ok)
	require.Equal(t, id, got.json(t, "data.id"))
	require.Equal(t, w.srv.Me().ID, got.json(t, "includes.users.0.id"))
	require.Len(t, got.json(t, "matching_rules"), 2)
	require.Equal(t, "about cats", got.json(t, "matching_rules.0.tag"))
	got, ok = p.next()
	require.True(t, ok)
	require.Contains(t, got.json(t, "data"), "edit_history_post_ids")

	history := appOf(w).get("/2/connections?status=all&connection.fields=endpoint_name")
	require.Len(t, history.json(t, "data"), 2)
	killed := appOf(w).do(http.MethodDelete, "/2/connections/all", "", nil)
	require.EqualValues(t, 2, killed.json(t, "data.successful_kills"))
	last, ok := l.next()
	require.True(t, ok)
	require.Equal(t, "ForceDisconnect", last.json(t, "errors.0.disconnect_type"))
	_, ok = l.next()
	require.False(t, ok, "the stream ends")
}

func TestRulesAreToldApart(t *testing.T) {
	w := newWire(t)
	app := appOf(w)
	rules(t, w, "cats")
	got := app.post("/2/tweets/search/stream/rules", object{"add": []object{{"value": "cats"}, {"value": "has:media"}, {"value": "dogs"}}})
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, object{"created": 1.0, "not_created": 2.0, "valid": 1.0, "invalid": 2.0}, got.json(t, "meta.summary"))
	require.Equal(t, "DuplicateRule", got.json(t, "errors.0.title"))
	dry := app.post("/2/tweets/search/stream/rules?dry_run=true", object{"add": []object{{"value": "birds"}}})
	require.EqualValues(t, 1, dry.json(t, "meta.summary.created"))
	listed := app.get("/2/tweets/search/stream/rules?max_results=1")
	require.Equal(t, "cats", listed.json(t, "data.0.value"))
	token, _ := listed.json(t, "meta.next_token").(string)
	require.Len(t, token, 16)
	second := app.get("/2/tweets/search/stream/rules?max_results=1&pagination_token=" + token)
	require.Equal(t, "dogs", second.json(t, "data.0.value"))
	require.Nil(t, second.json(t, "meta.next_token"))
	gone := app.post("/2/tweets/search/stream/rules", object{"delete": object{"ids": []string{"1"}, "values": []string{"cats"}}})
	require.Equal(t, object{"deleted": 1.0, "not_deleted": 1.0}, gone.json(t, "meta.summary"))
	app.post("/2/tweets/search/stream/rules?delete_all=true", object{"delete": object{"ids": []string{"1"}}})
	none := app.get("/2/tweets/search/stream/rules")
	require.Nil(t, none.json(t, "data"))
	require.NotNil(t, none.json(t, "meta"))
}

func TestStreamsBeatWhileNothingHappens(t *testing.T) {
	w := newWire(t, xapitest.WithHeartbeat(time.Millisecond))
	l := listen(t, w, "/2/tweets/sample/stream")
	for range 3 {
		require.True(t, l.lines.Scan())
		require.Empty(t, l.lines.Text())
	}
}

func TestStreamsGoBackAndEnd(t *testing.T) {
	w := newWire(t)
	id := w.post("/2/tweets", object{"text": "before"}).json(t, "data.id")
	got, ok := listen(t, w, "/2/tweets/sample/stream?backfill_minutes=2").next()
	require.True(t, ok)
	require.Equal(t, id, got.json(t, "data.id"))
	from, to := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339), time.Now().Add(time.Second).UTC().Format(time.RFC3339)
	parts := 0
	for _, partition := range []string{"1", "2"} {
		l := listen(t, w, "/2/tweets/sample10/stream?partition="+partition+"&start_time="+from+"&end_time="+to)
		for {
			if _, ok := l.next(); !ok {
				break
			}
			parts++
		}
	}
	require.Equal(t, 1, parts, "a post is in one partition")
}

func TestStreamsAreDisturbedByFaults(t *testing.T) {
	disturbed := func(do string) *listener {
		faults, err := xapitest.ParseFaults([]byte(`[{"operation": "streamPostsSample", "do": ` + do + `}]`))
		require.NoError(t, err)
		w := newWire(t, xapitest.WithFaults(faults...))
		l := listen(t, w, "/2/tweets/sample/stream")
		if l.resp.StatusCode == http.StatusOK {
			w.post("/2/tweets", object{"text": "one"})
		}
		return l
	}
	l := disturbed(`{"disconnect": "OperationalDisconnect", "after": 1}`)
	first, _ := l.next()
	require.Equal(t, "one", first.json(t, "data.text"))
	last, _ := l.next()
	require.Equal(t, "OperationalDisconnect", last.json(t, "errors.0.disconnect_type"))
	_, more := l.next()
	require.False(t, more)

	bare, _ := disturbed(`{"disconnect": "UpstreamOperationalDisconnect", "bare": true}`).next()
	require.Equal(t, "UpstreamOperationalDisconnect", bare.json(t, "disconnect_type"))

	cut := disturbed(`{"cut": true, "after": 1}`)
	_, ok := cut.next()
	require.True(t, ok)
	_, ok = cut.next()
	require.False(t, ok)
	require.Error(t, cut.lines.Err(), "the connection breaks")

	require.Equal(t, http.StatusTooManyRequests, disturbed(`{"answer": "connection-limit"}`).resp.StatusCode)

	stalled := disturbed(`{"stall": true, "after": 1}`)
	_, ok = stalled.next()
	require.True(t, ok)
	stalled.stop()
	_, ok = stalled.next()
	require.False(t, ok)
}

func TestLikesDeletionsAndActivitiesAreStreamed(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	me := w.srv.Me().ID
	app := appOf(w)
	require.Equal(t, http.StatusOK, app.post("/2/activity/subscriptions", object{"event_type": "post.delete", "filter": object{"user_id": me}, "tag": "gone"}).status)
	again := app.post("/2/activity/subscriptions", object{"event_type": "post.delete", "filter": object{"user_id": me}})
	require.Equal(t, http.StatusBadRequest, again.status, "one of each event and user")
	unlikes, activities := listen(t, w, "/2/likes/compliance/stream"), listen(t, w, "/2/activity/stream")
	deletions := map[string]*listener{}
	for _, partition := range []string{"1", "2", "3", "4"} {
		deletions[partition] = listen(t, w, "/2/tweets/compliance/stream?partition="+partition)
	}
	id, _ := w.post("/2/tweets", object{"text": "short-lived"}).json(t, "data.id").(string)
	w.post("/2/users/"+me+"/likes", object{"tweet_id": id})
	w.do(http.MethodDelete, "/2/users/"+me+"/likes/"+id, "", nil)
	w.do(http.MethodDelete, "/2/tweets/"+id, "", nil)
	app.do(http.MethodDelete, "/2/connections/all", "", nil)
	unliked, _ := unlikes.next()
	require.Equal(t, id, unliked.json(t, "data.delete.favorite.id"))
	happened, _ := activities.next()
	require.Equal(t, "post.delete", happened.json(t, "data.event_type"))
	require.Equal(t, "gone", happened.json(t, "data.tag"))
	require.Equal(t, id, happened.json(t, "data.payload.id"))
	found := 0
	for _, l := range deletions {
		if got, _ := l.next(); got.json(t, "data.delete.tweet.id") == id {
			found++
		}
	}
	require.Equal(t, 1, found)
}

func TestNoMoreConnectionsThanXAllows(t *testing.T) {
	w := newWire(t, xapitest.WithPatience(time.Millisecond))
	l := listen(t, w, "/2/tweets/sample/stream")
	require.Equal(t, http.StatusOK, l.resp.StatusCode)
	require.Equal(t, http.StatusOK, listen(t, w, "/2/tweets/firehose/stream?partition=1").resp.StatusCode)
	require.Equal(t, http.StatusOK, listen(t, w, "/2/tweets/firehose/stream?partition=2").resp.StatusCode)
	second := listen(t, w, "/2/tweets/sample/stream")
	require.Equal(t, http.StatusTooManyRequests, second.resp.StatusCode)
	got, _ := second.next()
	require.Equal(t, "TooManyConnections", got.json(t, "connection_issue"))
	require.Contains(t, second.resp.Header.Get(xapitest.HintHeader), "/2/connections")
	for range 2 {
		require.Equal(t, http.StatusOK, listen(t, w, "/2/activity/stream").resp.StatusCode)
	}
	require.Equal(t, http.StatusTooManyRequests, listen(t, w, "/2/activity/stream").resp.StatusCode)
	require.Equal(t, http.StatusOK, appOf(w).do(http.MethodDelete, "/2/connections/all", "", nil).status)
	require.Equal(t, http.StatusOK, listen(t, w, "/2/tweets/sample/stream").resp.StatusCode)
}

// TestWhoComesBackAtOnceIsNotTooMany closes a stream and opens it again many times over.
func TestWhoComesBackAtOnceIsNotTooMany(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits(), xapitest.WithPatience(time.Minute))
	for range 50 {
		l := listen(t, w, "/2/tweets/sample/stream")
		require.Equal(t, http.StatusOK, l.resp.StatusCode)
		l.stop()
	}
}

// TestStreamsThatAreGoneLeaveNothing opens streams and leaves them, some in the middle of their answer.
func TestStreamsThatAreGoneLeaveNothing(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits(), xapitest.WithConnectionLimit(1000), xapitest.WithFaults(
		xapitest.Fault{Operation: "streamPostsSample", When: xapitest.When{Every: 2}, Do: xapitest.Do{Reset: xapitest.ResetAfter}}))
	token := appOf(w).authorization
	held := func() (bytes uint64) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	once := func() {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.srv.URL+"/2/tweets/sample/stream", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", token)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}
	open := func() int { return len(w.get("/sandbox/api/state").json(t, "streams").([]any)) }
	once()
	before := held()
	for range 200 {
		once()
	}
	require.Eventually(t, func() bool { return open() == 0 }, 30*time.Second, time.Millisecond)
	require.Less(t, held(), before+20<<20, "a stream that is gone takes little room")
}

func TestTheLimitOfConnectionsCanBeSet(t *testing.T) {
	w := newWire(t, xapitest.WithConnectionLimit(3), xapitest.WithPatience(time.Millisecond))
	for range 3 {
		require.Equal(t, http.StatusOK, listen(t, w, "/2/tweets/sample/stream").resp.StatusCode)
	}
	require.Equal(t, http.StatusTooManyRequests, listen(t, w, "/2/tweets/sample/stream").resp.StatusCode)
	_, err := xapitest.Start(xapitest.WithConnectionLimit(0))
	require.ErrorContains(t, err, "leave none to make")
}

func TestCloseEndsStreams(t *testing.T) {
	srv, err := xapitest.Start()
	require.NoError(t, err)
	w := &wire{t: t, srv: srv, authorization: "Bearer " + srv.Token()}
	l := listen(t, w, "/2/tweets/sample/stream")
	require.NoError(t, srv.Close())
	_, ok := l.next()
	require.False(t, ok)
}

// BenchmarkStreams has posts go out to a hundred streams.
func BenchmarkStreams(b *testing.B) {
	w := newWire(b, xapitest.WithoutRateLimits(), xapitest.WithConnectionLimit(100))
	read := make(chan int, 100)
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	token := w.srv.Issue(xapitest.Grant{AppOnly: true}).Access
	for range 100 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.srv.URL+"/2/tweets/sample/stream", nil)
		require.NoError(b, err)
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(b, err)
		defer func() { _ = resp.Body.Close() }()
		go func() {
			n := 0
			for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
				if json.Valid(lines.Bytes()) {
					n++
				}
			}
			read <- n
		}()
	}
	n := 0
	for b.Loop() {
		n++
		w.srv.Publish(n)
	}
}
