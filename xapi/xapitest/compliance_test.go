package xapitest_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/compliance"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestAComplianceJobFindsWhatIsGone(t *testing.T) {
	w := newWire(t, xapitest.WithProcessingTime(0))
	client, err := xapi.New(xapi.WithBaseURL(w.srv.URL), xapi.WithBearerToken(w.srv.Issue(xapitest.Grant{AppOnly: true}).Access))
	require.NoError(t, err)
	kept, gone := post(t, w, object{"text": "stays"}), post(t, w, object{"text": "goes"})
	shy := w.srv.Issue(xapitest.Grant{Username: "shy"})
	hidden := post(t, w.as("Bearer "+shy.Access), object{"text": "not for all"})
	w.do(http.MethodDelete, "/2/tweets/"+gone, "", nil)
	require.NoError(t, w.srv.Act(xapitest.Act{Kind: "user.protect", User: "shy"}))

	draft := xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypePosts}
	job, err := compliance.Start(t.Context(), client, draft, slices.Values([]string{kept, gone, hidden, "9999999999999999999"}))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(job.UploadURL, w.srv.URL), job.UploadURL)
	job, err = compliance.Wait(t.Context(), client, job.ID)
	require.NoError(t, err)
	found := map[string]compliance.Result{}
	for result, err := range compliance.Results(t.Context(), client, job) {
		require.NoError(t, err)
		found[result.ID] = result
	}
	require.Len(t, found, 3)
	require.Equal(t, "delete", found[gone].Action)
	require.Equal(t, "deleted", found[gone].Reason)
	require.WithinDuration(t, time.Now(), found[gone].RedactedAt.Time, time.Minute)
	require.Equal(t, "protected", found[hidden].Reason)

	users, err := compliance.Start(t.Context(), client, xapi.ComplianceJobDraft{Type: xapi.ComplianceJobTypeUsers}, slices.Values([]string{shy.User, w.srv.Me().ID}))
	require.NoError(t, err)
	users, err = compliance.Wait(t.Context(), client, users.ID)
	require.NoError(t, err)
	for result, err := range compliance.Results(t.Context(), client, users) {
		require.NoError(t, err)
		require.Equal(t, shy.User, result.ID)
	}
}

func TestAComplianceJobKeepsToItsRules(t *testing.T) {
	w := newWire(t)
	app := appOf(w)
	open := func() reply { return app.post("/2/compliance/jobs", object{"type": "tweets", "name": "nightly"}) }
	put := func(id, body string) reply {
		return app.do(http.MethodPut, "/2/compliance/jobs/"+id+"/upload", "text/plain", strings.NewReader(body))
	}
	status := func(id string) any { return app.get("/2/compliance/jobs/"+id).json(t, "data.status") }
	first := open().json(t, "data.id").(string)
	require.Equal(t, http.StatusConflict, open().status, "one job of a type at once")
	require.Equal(t, http.StatusUnauthorized, app.as("").do(http.MethodPut, "/2/compliance/jobs/"+first+"/upload", "text/plain", strings.NewReader("1\n")).status)
	require.Equal(t, http.StatusConflict, app.get("/2/compliance/jobs/"+first+"/download").status)
	require.Equal(t, http.StatusNotFound, put("1", "1").status)
	require.Equal(t, http.StatusOK, put(first, "1\nnonsense\n\n2").status)
	require.Equal(t, http.StatusConflict, put(first, "1").status)
	require.Equal(t, "in_progress", status(first))
	w.srv.Advance(time.Minute)
	require.Equal(t, "complete", status(first))
	lines := strings.Split(strings.TrimSpace(string(app.get("/2/compliance/jobs/"+first+"/download").body)), "\n")
	require.Len(t, lines, 3)
	require.JSONEq(t, `{"id":"nonsense","error":"invalid_id"}`, lines[1])

	other := newWire(t)
	require.NoError(t, other.srv.Import(bytes.NewReader(exported(t, w.srv))))
	kept := appOf(other).get("/2/compliance/jobs/" + first + "/download")
	require.Len(t, strings.Split(strings.TrimSpace(string(kept.body)), "\n"), 3, "a job is part of the state")

	second := open().json(t, "data.id").(string)
	require.Equal(t, http.StatusOK, app.do(http.MethodDelete, "/2/compliance/jobs/"+second, "", nil).status)
	require.Equal(t, "failed", status(second))
	third := open().json(t, "data.id").(string)
	w.srv.Advance(16 * time.Minute)
	require.Equal(t, http.StatusConflict, put(third, "1").status)
	require.Equal(t, "expired", status(third))
	w.srv.Advance(8 * 24 * time.Hour)
	require.Equal(t, http.StatusForbidden, app.get("/2/compliance/jobs/"+first+"/download").status)
}

// merged reads several streams as one, until they end.
func merged(listeners ...*listener) <-chan reply {
	all := make(chan reply)
	for _, l := range listeners {
		go func() {
			for got, ok := l.next(); ok; got, ok = l.next() {
				all <- got
			}
		}()
	}
	return all
}

// TestWhatNoOperationDoesHappensByActs has each kind of act happen, and reads of it in the streams and webhooks it is for.
func TestWhatNoOperationDoesHappensByActs(t *testing.T) {
	w := newWire(t, xapitest.WithoutRateLimits())
	r := receive(t, w.srv)
	require.NoError(t, r.admin.SubscribeAccount(t.Context(), r.register()))
	me := w.srv.Me().Username
	w.srv.Issue(xapitest.Grant{Username: "someone_else"})
	id := post(t, w, object{"text": "look"})
	require.Equal(t, "tweet_create_events", r.next().Type)
	var users, posts []*listener
	for _, partition := range []string{"1", "2", "3", "4"} {
		users = append(users, listen(t, w, "/2/users/compliance/stream?partition="+partition))
		posts = append(posts, listen(t, w, "/2/tweets/compliance/stream?partition="+partition))
	}
	streams := map[string]<-chan reply{
		"streamUsersCompliance": merged(users...), "streamPostsCompliance": merged(posts...),
		"streamLabelsCompliance": merged(listen(t, w, "/2/tweets/label/stream")),
	}
	// Of what happens to spaces, broadcasts and news, X Activity alone tells.
	kinds := []string{"spaces.start", "spaces.end", "broadcast.end", "news.new"}
	for _, c := range []struct {
		act          xapitest.Act
		stream, says string
		hook         webhook.Payload
	}{
		{act: xapitest.Act{Kind: "user.block", User: me, Other: "someone_else"}, hook: &webhook.RelationV1{}},
		{act: xapitest.Act{Kind: "user.unblock", User: me, Other: "someone_else"}, hook: &webhook.RelationV1{}},
		{act: xapitest.Act{Kind: "user.typing", User: "someone_else", Other: me}, hook: &webhook.TypingV1{}},
		{act: xapitest.Act{Kind: "user.read", User: "someone_else", Other: me}, hook: &webhook.ReadV1{}},
		{act: xapitest.Act{Kind: "user.revoke", User: me}, hook: &webhook.Revoked{}},
		{act: xapitest.Act{Kind: "post.label", Post: id, Value: "In dispute"}, stream: "streamLabelsCompliance", says: "public_tweet_notice"},
		{act: xapitest.Act{Kind: "post.unviewable", Post: id}, stream: "streamLabelsCompliance", says: "public_tweet_unviewable"},
		{act: xapitest.Act{Kind: "post.drop", Post: id}, stream: "streamPostsCompliance", says: "drop"},
		{act: xapitest.Act{Kind: "post.undrop", Post: id}, stream: "streamPostsCompliance", says: "undrop"},
		{act: xapitest.Act{Kind: "post.withhold", Post: id, Countries: []string{"DE"}}, stream: "streamPostsCompliance", says: "withheld"},
		{act: xapitest.Act{Kind: "user.withhold", User: me, Countries: []string{"DE"}}, stream: "streamUsersCompliance", says: "user_withheld"},
		{act: xapitest.Act{Kind: "user.modify", User: me, Field: "description", Value: "new"}, stream: "streamUsersCompliance", says: "user_profile_modification"},
		{act: xapitest.Act{Kind: "user.scrub_geo", User: me}, stream: "streamUsersCompliance", says: "scrub_geo"},
		{act: xapitest.Act{Kind: "user.protect", User: me}, stream: "streamUsersCompliance", says: "user_protect"},
		{act: xapitest.Act{Kind: "user.unprotect", User: me}, stream: "streamUsersCompliance", says: "user_unprotect"},
		{act: xapitest.Act{Kind: "user.suspend", User: me}, stream: "streamUsersCompliance", says: "user_suspend"},
		{act: xapitest.Act{Kind: "user.unsuspend", User: me}, stream: "streamUsersCompliance", says: "user_unsuspend"},
		{act: xapitest.Act{Kind: "user.deactivate", User: me}, stream: "streamUsersCompliance", says: "user_delete"},
		{act: xapitest.Act{Kind: "user.reactivate", User: me}, stream: "streamUsersCompliance", says: "user_undelete"},
	} {
		require.NoError(t, w.srv.Act(c.act), c.act.Kind)
		kinds = append(kinds, c.act.Kind)
		if c.hook != nil {
			require.IsType(t, c.hook, r.next().Payload, c.act.Kind)
			continue
		}
		select {
		case got := <-streams[c.stream]:
			require.Contains(t, got.json(t, "data"), c.says)
			conforms(t, c.stream, reply{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, got.body})
		case <-time.After(30 * time.Second):
			require.FailNow(t, "nothing came", c.act.Kind)
		}
	}
	require.ElementsMatch(t, xapitest.Acts(), kinds)
	require.Equal(t, http.StatusUnauthorized, w.get("/2/users/me").status, "the app has no permission any more")
	require.NoError(t, w.srv.CheckWorld())
}

func TestWhoIsGoneIsNotSeen(t *testing.T) {
	w := newWire(t)
	other := w.srv.Issue(xapitest.Grant{Username: "someone_else"})
	id := post(t, w.as("Bearer "+other.Access), object{"text": "a zebra"})
	sees := func() bool {
		byName := w.get("/2/users/by/username/someone_else").json(t, "data") != nil
		byID := w.get("/2/users/"+other.User).json(t, "data") != nil
		found := len(w.get("/2/tweets/search/recent?query=zebra").ids(t)) == 1
		read := w.get("/2/tweets/"+id).json(t, "data") != nil
		require.True(t, byName == byID && byID == found && found == read)
		return read
	}
	require.True(t, sees())
	for _, kind := range []string{"user.suspend", "user.deactivate"} {
		require.NoError(t, w.srv.Act(xapitest.Act{Kind: kind, User: "someone_else"}))
		require.False(t, sees(), kind)
		require.NoError(t, w.srv.Act(xapitest.Act{Kind: map[string]string{"user.suspend": "user.unsuspend", "user.deactivate": "user.reactivate"}[kind], User: "someone_else"}))
		require.True(t, sees())
	}
	require.Equal(t, http.StatusNoContent, w.control("POST", "/acts", object{"kind": "user.suspend", "user": "someone_else"}).status)
	require.False(t, sees())
	require.Contains(t, w.control("POST", "/acts", object{"kind": "nonsense"}).json(t, "error"), "user.suspend")
	require.NoError(t, w.srv.Act(xapitest.Act{Kind: "user.unsuspend", User: "someone_else"}))
	for says, act := range map[string]xapitest.Act{
		"no such act":           {Kind: "user.fly"},
		`no user "nobody"`:      {Kind: "user.suspend", User: "nobody"},
		"no other user":         {Kind: "user.block", User: "someone_else", Other: "someone_else"},
		`no post "1"`:           {Kind: "post.drop", Post: "1"},
		"it needs countries":    {Kind: "post.withhold", Post: id},
		"no field of a profile": {Kind: "user.modify", User: "someone_else", Field: "shoe_size"},
		"it needs a value":      {Kind: "post.label", Post: id},
	} {
		require.ErrorContains(t, w.srv.Act(act), says)
	}
}
