package xapitest_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestSpacesBroadcastsAndNewsAreTold(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	app, me := appOf(w), w.srv.Me()
	hook := r.register()
	subscribe := func(kind string, filter object) {
		got := app.post("/2/activity/subscriptions", object{"event_type": kind, "filter": filter, "webhook_id": hook, "tag": kind})
		require.Equal(t, http.StatusOK, got.status, "%s: %s", kind, got.body)
	}
	for _, kind := range []string{"spaces.start", "spaces.end", "broadcast.start", "broadcast.chat", "broadcast.end"} {
		subscribe(kind, object{"user_id": me.ID})
	}
	subscribe("news.new", object{"keyword": "Harvest"})
	told := func(kind, says string) {
		t.Helper()
		event := r.next()
		require.Contains(t, string(event.Raw()), `"event_type":"`+kind+`"`)
		require.Contains(t, string(event.Raw()), says)
		require.NotContains(t, string(event.Raw()), `"_`, "what is the sandbox's own is not told")
	}
	act := func(a xapitest.Act) { t.Helper(); require.NoError(t, w.srv.Act(a)) }

	act(xapitest.Act{Kind: "spaces.start", User: me.Username, Value: "An evening with tea"})
	told("spaces.start", "An evening with tea")
	require.EqualValues(t, 1, w.get("/2/spaces/search?query=evening+with+tea").json(t, "meta.result_count"))
	act(xapitest.Act{Kind: "spaces.end", User: me.Username})
	told("spaces.end", `"state":"ended"`)
	require.ErrorContains(t, w.srv.Act(xapitest.Act{Kind: "spaces.end", User: me.Username}), "no space under way")

	act(xapitest.Act{Kind: "broadcast.end", User: me.Username}) // the one that the world began with
	told("broadcast.end", `"state":"ENDED"`)
	start := time.Now().Add(time.Hour).UnixMilli()
	planned := w.post("/2/broadcasts/scheduled", object{
		"title": "Live", "source_id": "s", "scheduled_start_ms": strconv.FormatInt(start, 10), "scheduled_end_ms": strconv.FormatInt(start+1000, 10),
	})
	require.Less(t, planned.status, 300, "%s", planned.body)
	id := planned.json(t, "data.scheduled_broadcast_id").(string)
	live := w.post("/2/broadcasts/scheduled/"+id+"/live", object{})
	require.Less(t, live.status, 300, "%s", live.body)
	told("broadcast.start", `"title":"Live"`)
	said := w.post("/2/broadcasts/"+live.json(t, "data.broadcast_id").(string)+"/chat", object{"text": "welcome"})
	require.Less(t, said.status, 300, "%s", said.body)
	told("broadcast.chat", `"text":"welcome"`)

	act(xapitest.Act{Kind: "news.new", Value: "Nothing of note"})
	act(xapitest.Act{Kind: "news.new", Value: "The harvest is in"})
	told("news.new", "The harvest is in")
}

func TestAReplayBeginsWithAChallenge(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	hook := r.register()
	window, err := webhook.NewReplayWindow(w.srv.Advance(2*time.Hour).Add(-time.Hour), w.srv.Advance(0).Add(-20*time.Minute), w.srv.Advance(0))
	require.NoError(t, err)
	_, err = r.admin.Replay(t.Context(), hook, window)
	require.NoError(t, err)
	require.IsType(t, &webhook.ReplayEnded{}, r.next().Payload)
	r.server.Close()
	_, err = r.admin.Replay(t.Context(), hook, window)
	require.ErrorIs(t, err, webhook.CRCFailed)
}

func TestArticlesAreForUsersWithPremium(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	draft := object{"title": "T", "content_state": object{"blocks": []object{}, "entities": []object{}}}
	refused := w.post("/2/articles/draft", draft)
	require.Equal(t, http.StatusForbidden, refused.status)
	hint := refused.header.Get(xapitest.HintHeader)
	require.Contains(t, hint, "Premium")
	before := w.get("/2/users/me?user.fields=created_at").json(t, "data")
	_, what, _ := strings.Cut(hint, "with ")
	what, _, _ = strings.Cut(what, " gives")
	require.Equal(t, http.StatusNoContent, w.do(http.MethodPost, "/sandbox/api/document", "application/json", strings.NewReader(what)).status)
	require.Equal(t, before, w.get("/2/users/me?user.fields=created_at").json(t, "data"), "what a document leaves out stays")
	made := w.post("/2/articles/draft", draft)
	require.Less(t, made.status, 300, "%s", made.body)
	require.Less(t, w.post("/2/articles/"+made.json(t, "data.id").(string)+"/publish", object{}).status, 300)
}
