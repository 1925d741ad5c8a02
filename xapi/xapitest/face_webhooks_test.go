package xapitest_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestWebhooksAreSeenOverHTTP(t *testing.T) {
	srv := xapitest.New(t)
	r := receive(t, srv)
	w := &wire{t: t, srv: srv}
	require.Equal(t, http.StatusNoContent, w.control("POST", "/tunnels", object{"public": "https://other.example/x", "local": r.server.URL}).status)
	require.Contains(t, w.control("POST", "/tunnels", object{"public": "http://other.example", "local": r.server.URL}).json(t, "error"), "https")
	id := r.register()
	require.NoError(t, r.admin.SubscribeAccount(t.Context(), id))
	_, err := r.client.CreatePosts(t.Context(), xapi.PostDraft{Text: "brought"})
	require.NoError(t, err)
	r.next()
	require.Eventually(t, func() bool { return len(srv.Deliveries()) > 0 }, 30*time.Second, time.Millisecond)
	got := w.control("GET", "/deliveries", nil)
	require.Equal(t, id, got.json(t, "0.webhook_id"))
	require.EqualValues(t, 200, got.json(t, "0.status"))
	require.Equal(t, "brought", got.json(t, "0.body.tweet_create_events.0.text"))
	require.Equal(t, id, w.control("GET", "/state", nil).json(t, "deliveries.0.webhook_id"))

	// A sandbox that reads the state goes on to bring what happens.
	other := xapitest.New(t)
	require.NoError(t, other.Tunnel(hookURL, r.server.URL))
	require.NoError(t, other.Import(bytes.NewReader(exported(t, srv))))
	again := &wire{t: t, srv: other, authorization: "Bearer " + other.Token()}
	again.post("/2/tweets", object{"text": "from the other"})
	r.next()
}

func TestWhatNoOperationDoesHappensOverHTTP(t *testing.T) {
	w := newWire(t)
	id := w.post("/2/tweets", object{"text": "dropped soon"}).json(t, "data.id")
	require.Contains(t, string(w.control("GET", "/acts", nil).body), "post.drop")
	require.Equal(t, http.StatusNoContent, w.control("POST", "/acts", object{"kind": "post.drop", "post": id}).status)
	require.Equal(t, true, w.control("GET", "/timeline?limit=1", nil).json(t, "posts.0.dropped"))
	require.Contains(t, w.control("POST", "/acts", object{"kind": "post.dorp"}).json(t, "error"), "post.drop")
}
