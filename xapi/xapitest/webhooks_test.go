package xapitest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

const hookURL = "https://hooks.example/x"

// receiver is an application with a webhook: a handler of this library, on a server of this machine.
type receiver struct {
	t      *testing.T
	srv    *xapitest.Server
	events chan webhook.Event
	// refuse is sent for each delivery that is to be answered with 500.
	refuse chan struct{}
	server *httptest.Server
	// client has the user's token and the app's, admin calls with it.
	client *xapi.Client
	admin  *webhook.Admin
}

func receive(t *testing.T, srv *xapitest.Server) *receiver {
	t.Helper()
	r := &receiver{t: t, srv: srv, events: make(chan webhook.Event, 100), refuse: make(chan struct{}, 100)}
	app := srv.App()
	secrets := webhook.Secrets{Client: []auth.Secret{auth.NewSecret(app.ClientSecret)}, Consumer: []auth.Secret{auth.NewSecret(app.APIKeySecret)}}
	handler, err := webhook.New(secrets, func(_ context.Context, event *webhook.Event) error {
		r.events <- *event
		return nil
	})
	require.NoError(t, err)
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodPost {
			select {
			case <-r.refuse:
				w.WriteHeader(http.StatusInternalServerError)
				return
			default:
			}
		}
		handler.ServeHTTP(w, req)
	}))
	t.Cleanup(r.server.Close)
	require.NoError(t, srv.Tunnel(hookURL, r.server.URL))
	r.client, err = xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithAccessToken(srv.Token()), xapi.WithBearerToken(srv.Issue(xapitest.Grant{AppOnly: true}).Access),
		xapi.WithValidation(xapi.Off, xapi.Off))
	require.NoError(t, err)
	r.admin = webhook.NewAdmin(r.client)
	return r
}

func (r *receiver) register() string {
	r.t.Helper()
	hook, err := r.admin.Register(r.t.Context(), hookURL)
	require.NoError(r.t, err)
	require.True(r.t, hook.Valid)
	return hook.ID
}

// next returns the next event, and fails the test where none comes.
func (r *receiver) next() webhook.Event {
	r.t.Helper()
	select {
	case event := <-r.events:
		return event
	case <-time.After(30 * time.Second):
		require.FailNow(r.t, "no event came", "%+v", r.srv.Deliveries())
		return webhook.Event{}
	}
}

// none says that no event waits, once everything was tried.
func (r *receiver) tries(n int) []xapitest.Delivery {
	r.t.Helper()
	var all []xapitest.Delivery
	require.Eventually(r.t, func() bool { all = r.srv.Deliveries(); return len(all) >= n }, 30*time.Second, time.Millisecond)
	require.Len(r.t, all, n)
	return all
}

func post(t *testing.T, w *wire, body object) string {
	t.Helper()
	made := w.post("/2/tweets", body)
	require.Equal(t, http.StatusCreated, made.status, "%s", made.body)
	return made.json(t, "data.id").(string)
}

func TestWhatHappensToASubscribedAccountIsDelivered(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	me := w.srv.Me()
	hook := r.register()
	require.NoError(t, r.admin.SubscribeAccount(t.Context(), hook))
	other := w.srv.Issue(xapitest.Grant{Username: "someone_else"})
	theirs := w.as("Bearer " + other.Access)

	id := post(t, w, object{"text": "hello #world"})
	event := r.next()
	require.Equal(t, webhook.AccountActivity, event.Source)
	require.Equal(t, me.ID, event.UserID)
	created := event.Payload.(*webhook.PostCreatedV1)
	require.Equal(t, id, created.Post.ID)
	require.Equal(t, "hello #world", created.Post.FullText())
	require.Equal(t, "world", created.Post.Entities.Hashtags[0].Text)
	require.Equal(t, me.Username, created.Post.User.Username)

	post(t, theirs, object{"text": "of no concern"})
	reply := post(t, theirs, object{"text": "indeed, @" + me.Username, "reply": object{"in_reply_to_tweet_id": id}})
	created = r.next().Payload.(*webhook.PostCreatedV1)
	require.Equal(t, reply, created.Post.ID)
	require.Equal(t, id, created.Post.InReplyToPostID)
	require.Equal(t, me.Username, created.Post.Entities.Mentions[0].Username)

	theirs.post("/2/users/"+other.User+"/likes", object{"tweet_id": id})
	liked := r.next().Payload.(*webhook.LikedV1)
	require.Equal(t, other.User, liked.User.ID)
	require.Equal(t, id, liked.Post.ID)
	require.EqualValues(t, 1, liked.Post.LikeCount)

	theirs.post("/2/users/"+other.User+"/retweets", object{"tweet_id": id})
	require.Equal(t, id, r.next().Payload.(*webhook.PostCreatedV1).Post.Reposted.ID)

	for _, step := range []struct {
		action webhook.Action
		do     func()
	}{
		{webhook.Follow, func() { theirs.post("/2/users/"+other.User+"/following", object{"target_user_id": me.ID}) }},
		{webhook.Mute, func() { w.post("/2/users/"+me.ID+"/muting", object{"target_user_id": other.User}) }},
		{webhook.Unmute, func() { w.do(http.MethodDelete, "/2/users/"+me.ID+"/muting/"+other.User, "", nil) }},
	} {
		step.do()
		relation := r.next().Payload.(*webhook.RelationV1)
		require.Equal(t, step.action, relation.Action)
		require.ElementsMatch(t, []string{me.ID, other.User}, []string{relation.Source.ID, relation.Target.ID})
		require.WithinDuration(t, time.Now(), relation.At, time.Minute)
	}

	theirs.post("/2/dm_conversations/with/"+me.ID+"/messages", object{"text": "psst"})
	message := r.next().Payload.(*webhook.MessageV1)
	require.Equal(t, "psst", message.Text)
	require.Equal(t, other.User, message.SenderID)
	require.Equal(t, me.ID, message.RecipientID)
	require.Equal(t, "someone_else", message.Users[message.SenderID].Username)

	w.do(http.MethodDelete, "/2/tweets/"+id, "", nil)
	deleted := r.next().Payload.(*webhook.PostDeleted)
	require.Equal(t, webhook.PostDeleted{PostID: id, AuthorID: me.ID, At: deleted.At}, *deleted)

	require.NoError(t, r.admin.UnsubscribeAccount(t.Context(), hook, me.ID))
	post(t, w, object{"text": "no more"})
	require.ErrorIs(t, r.admin.UnsubscribeAccount(t.Context(), hook, me.ID), webhook.SubscriptionUnknown)
	for _, tried := range r.tries(9) {
		require.Equal(t, http.StatusOK, tried.Status)
	}
	require.Empty(t, r.events)
}

func TestXActivityAndMatchesOfRulesAreDelivered(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	me := w.srv.Me()
	hook := r.register()
	ctx := t.Context()
	subscribe := func(kind xapi.ActivityEventType, user string) error {
		_, err := r.admin.Subscribe(ctx, xapi.ActivitySubscriptionDraft{EventType: kind, Filter: &xapi.ActivityFilter{UserID: user}, WebhookID: hook, Tag: "mine"})
		return err
	}
	require.NoError(t, subscribe("post.create", me.ID))
	id := post(t, w, object{"text": "hello"})
	event := r.next()
	require.Equal(t, webhook.Activity, event.Source)
	require.Equal(t, "post.create", event.Type)
	require.Equal(t, "mine", event.Tag)
	require.Equal(t, id, event.Payload.(*webhook.PostCreated).Post.ID)

	require.NoError(t, subscribe("dm.sent", me.ID))
	other := w.srv.Issue(xapitest.Grant{Username: "someone_else"})
	require.ErrorIs(t, subscribe("dm.received", other.User), webhook.UserTokenRequired)
	w.post("/2/dm_conversations/with/"+other.User+"/messages", object{"text": "psst"})
	sent := r.next().Payload.(*webhook.DirectMessages)
	require.Equal(t, "psst", sent.Messages[0].Text)
	require.Equal(t, other.User, sent.Messages[0].RecipientID)

	require.NoError(t, subscribe("chat.sent", me.ID))
	w.post("/2/chat/conversations/"+me.ID+"-"+other.User+"/messages", object{"encoded_message_create_event": "YQ==", "message_id": "1"})
	require.Equal(t, "YQ==", r.next().Payload.(*webhook.Chat).Encoded)

	rules(t, w, "zebra")
	require.NoError(t, r.admin.LinkRules(ctx, hook, &xapi.CreateWebhooksStreamLinkParams{Expansions: "author_id", PostFields: "created_at"}))
	theirs := w.as("Bearer " + other.Access)
	id = post(t, theirs, object{"text": "a zebra"})
	event = r.next()
	require.Equal(t, webhook.FilteredStream, event.Source)
	match := event.Payload.(*webhook.PostMatched)
	require.Equal(t, id, match.Post.ID)
	require.False(t, match.Post.CreatedAt.IsZero())
	require.Equal(t, "about zebra", match.Rules[0].Tag)
	require.Equal(t, "someone_else", event.Includes.Users[0].Username)
	require.NoError(t, r.admin.UnlinkRules(ctx, hook))
	post(t, theirs, object{"text": "another zebra"})
	post(t, w, object{"text": "the last"})
	require.Equal(t, "post.create", r.next().Type)
}

func TestWhatIsNotAcknowledgedComesAgainAndIsReplayed(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	hook := r.register()
	require.NoError(t, r.admin.SubscribeAccount(t.Context(), hook))
	for range 3 {
		r.refuse <- struct{}{}
	}
	id := post(t, w, object{"text": "hello"})
	for n := range 3 {
		require.Equal(t, http.StatusInternalServerError, r.tries(n + 1)[n].Status)
		w.srv.Advance(2 * time.Minute)
	}
	require.Equal(t, id, r.next().Payload.(*webhook.PostCreatedV1).Post.ID)
	require.Equal(t, 4, r.tries(4)[3].Try)

	for range 4 {
		r.refuse <- struct{}{}
	}
	begun := time.Now().Add(6 * time.Minute)
	lost := post(t, w, object{"text": "lost"})
	for n := range 4 {
		r.tries(5 + n)
		w.srv.Advance(2 * time.Minute)
	}
	now := w.srv.Advance(time.Hour)
	require.Empty(t, r.refuse)
	window, err := webhook.NewReplayWindow(begun.Add(-time.Minute), begun.Add(time.Minute), now)
	require.NoError(t, err)
	job, err := r.admin.Replay(t.Context(), hook, window)
	require.NoError(t, err)
	require.Equal(t, lost, r.next().Payload.(*webhook.PostCreatedV1).Post.ID)
	ended := r.next().Payload.(*webhook.ReplayEnded)
	require.Equal(t, job, ended.JobID)
	require.True(t, ended.Complete())

	r.refuse <- struct{}{}
	_, err = r.admin.Replay(t.Context(), hook, window)
	require.NoError(t, err)
	r.tries(11)
	_, err = r.admin.Replay(t.Context(), hook, window)
	require.ErrorIs(t, err, webhook.ReplayRunning)
	w.srv.Advance(time.Minute)
	require.NotEqual(t, job, r.next().Payload.(*webhook.ReplayEnded).JobID)
}

func TestWebhooksAreChallengedBeforeTheyAreTaken(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	app := appOf(w)
	answer := ""
	status := http.StatusOK
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(other.Close)
	for name, c := range map[string]struct {
		url, reason, hint string
		status            int
		answer            string
	}{
		"no https":            {url: "http://hooks.example/x", reason: "UrlValidationFailed"},
		"a port":              {url: "https://hooks.example:8443/x", reason: "UrlValidationFailed"},
		"nowhere":             {url: "https://nobody.example/x", reason: "CrcValidationFailed", hint: "Tunnel"},
		"another answer":      {url: other.URL, reason: "CrcValidationFailed", hint: "response_token", status: 200, answer: "{}"},
		"another secret":      {url: other.URL, reason: "CrcValidationFailed", hint: "HMAC", status: 200, answer: `{"response_token":"sha256=YQ=="}`},
		"a redirect":          {url: other.URL, reason: "CrcValidationFailed", hint: "redirect", status: 302},
		"an error":            {url: other.URL, reason: "CrcValidationFailed", hint: "status 500", status: 500},
		"nobody at that port": {url: "http://127.0.0.1:1/", reason: "CrcValidationFailed", hint: "nobody answered"},
	} {
		status, answer = c.status, c.answer
		got := app.post("/2/webhooks", object{"url": c.url})
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Contains(t, got.json(t, "errors.0.message"), c.reason, name)
		require.Contains(t, got.header.Get(xapitest.HintHeader), c.hint, name)
	}
	older := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		token := webhook.Sign(auth.NewSecret(r.srv.App().APIKeySecret), []byte(req.URL.Query().Get("crc_token")))
		_, _ = w.Write([]byte(`{"response_token":"` + token + `"}`))
	}))
	t.Cleanup(older.Close)
	made := app.post("/2/webhooks", object{"url": older.URL})
	require.Equal(t, http.StatusOK, made.status, "who knows the consumer secret alone is good too")
	require.Equal(t, http.StatusOK, app.do(http.MethodDelete, "/2/webhooks/"+made.json(t, "id").(string), "", nil).status)
	hook := r.register()
	_, err := r.admin.Register(t.Context(), hookURL)
	require.ErrorIs(t, err, webhook.URLRegistered)
	require.Equal(t, http.StatusOK, app.post("/2/webhooks", object{"url": r.server.URL + "/own"}).status, "addresses of this machine are called as they are")
	for _, path := range []string{"/a", "/b", "/c"} {
		require.Equal(t, http.StatusOK, app.post("/2/webhooks", object{"url": r.server.URL + path}).status)
	}
	_, err = r.admin.Register(t.Context(), hookURL+"/more")
	require.ErrorIs(t, err, webhook.WebhookLimit)
	require.NoError(t, r.admin.Revalidate(t.Context(), hook))
	r.server.Config.Handler, r.server.Config.Handler = nil, http.NotFoundHandler()
	require.NoError(t, r.admin.SubscribeAccount(t.Context(), hook))
	require.ErrorIs(t, r.admin.SubscribeAccount(t.Context(), hook), webhook.AlreadySubscribed)
	require.ErrorIs(t, r.admin.Remove(t.Context(), "1"), webhook.WebhookUnknown)
}

// TestAWebhookThatFailsItsChallengesForADayBecomesInvalid has the sandbox challenge a webhook that is gone.
func TestAWebhookThatFailsItsChallengesForADayBecomesInvalid(t *testing.T) {
	w := newWire(t, xapitest.FreeOfContract())
	r := receive(t, w.srv)
	hook := r.register()
	r.server.Close()
	w.srv.Advance(24*time.Hour + time.Second)
	require.ErrorIs(t, r.admin.Revalidate(t.Context(), hook), webhook.CRCFailed)
	all, err := r.admin.List(t.Context())
	require.NoError(t, err)
	require.True(t, all[0].Valid, "it has time to mend")
	w.srv.Advance(4*time.Hour + time.Second)
	require.Eventually(t, func() bool {
		all, err := r.admin.List(t.Context())
		return err == nil && !all[0].Valid
	}, 30*time.Second, time.Millisecond)
}

func TestCloseEndsDeliveries(t *testing.T) {
	srv, err := xapitest.Start()
	require.NoError(t, err)
	arrived, leave := make(chan struct{}), make(chan struct{})
	r := receive(t, srv)
	hook := r.register()
	require.NoError(t, r.admin.SubscribeAccount(t.Context(), hook))
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-leave
	}))
	t.Cleanup(slow.Close)
	defer close(leave)
	require.NoError(t, srv.Tunnel(hookURL, slow.URL))
	post(t, &wire{t: t, srv: srv, authorization: "Bearer " + srv.Token()}, object{"text": "hello"})
	<-arrived
	require.NoError(t, srv.Close())
	require.NoError(t, srv.Close())
}
