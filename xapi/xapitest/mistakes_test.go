package xapitest_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// strict is a sandbox that looks at the bytes that are uploaded.
func strict(t *testing.T, opts ...xapitest.Option) *wire {
	t.Helper()
	srv := xapitest.New(t, opts...)
	return &wire{t: t, srv: srv, authorization: "Bearer " + srv.Token()}
}

func TestUploadsThatXRefusesAreRefusedWithAHint(t *testing.T) {
	w := strict(t)
	begin := func(mediaType, category string, total int) reply {
		return w.post("/2/media/upload/initialize", object{"media_type": mediaType, "media_category": category, "total_bytes": total})
	}
	for name, got := range map[string]reply{
		"no bytes at all":      begin("image/png", "tweet_image", 0),
		"too large a picture":  begin("image/png", "tweet_image", 5<<20+1),
		"too large a GIF":      begin("image/gif", "tweet_gif", 15<<20+1),
		"too large a video":    begin("video/mp4", "tweet_video", 512<<20+1),
		"a video as a picture": begin("video/mp4", "tweet_image", 10),
		"a picture as a video": begin("image/png", "dm_video", 10),
		"a picture as a GIF":   begin("image/png", "tweet_gif", 10),
	} {
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Equal(t, "Invalid Request", got.json(t, "title"), name)
		require.NotEmpty(t, got.header.Get(xapitest.HintHeader), name)
	}
	require.Equal(t, http.StatusOK, begin("video/mp4", "amplify_video", 1<<30).status)
	require.Equal(t, http.StatusOK, begin("image/png", "tweet_image", 5<<20).status)
}

func TestBytesThatAreNotWhatTheyAreSaidToBe(t *testing.T) {
	w := strict(t)
	junk := w.initialize("video/mp4", "tweet_video", 4)
	w.segment(junk, 0, []byte("junk"))
	require.Equal(t, "pending", w.finalize(junk).json(t, "data.processing_info.state"))
	w.srv.Advance(time.Minute)
	require.Equal(t, "failed", w.status(junk).json(t, "data.processing_info.state"))
	require.Equal(t, "InvalidMedia", w.status(junk).json(t, "data.processing_info.error.name"))

	picture, err := os.ReadFile("../testdata/picture.png")
	require.NoError(t, err)
	wrong := w.initialize("image/jpeg", "tweet_image", len(picture))
	w.segment(wrong, 0, picture)
	refused := w.finalize(wrong)
	require.Equal(t, http.StatusBadRequest, refused.status)
	require.Equal(t, "the bytes are image/png, not image/jpeg", refused.header.Get(xapitest.HintHeader))

	atOnce := w.multipart("/2/media/upload", map[string]string{"media_category": "tweet_image"}, []byte("junk"))
	require.Equal(t, http.StatusBadRequest, atOnce.status)
	require.Equal(t, http.StatusOK, w.multipart("/2/media/upload", map[string]string{"media_category": "tweet_image"}, picture).status)

	good := w.upload("image/png", "tweet_image", picture)
	media, _ := w.srv.Media(good)
	got := w.get("/2/media/" + media.Key + "?media.fields=width,height")
	require.NotEqual(t, 1280.0, got.json(t, "data.width"), "a picture has the size that it has")
}

func TestPostsThatXRefusesAreRefusedWithAHint(t *testing.T) {
	w := newWire(t)
	for name, c := range map[string]struct {
		body   object
		status int
		says   string
	}{
		"281 characters":            {object{"text": strings.Repeat("a", 281)}, 403, "Your Tweet text is too long."},
		"30,000 characters":         {object{"text": strings.Repeat("a", 30_000)}, 403, "Your Tweet text is too long."},
		"141 of a script of two":    {object{"text": strings.Repeat("字", 141)}, 403, "Your Tweet text is too long."},
		"a reply to what is gone":   {object{"text": "r", "reply": object{"in_reply_to_tweet_id": "1"}}, 403, "deleted or not visible"},
		"a quote of what is gone":   {object{"text": "q", "quote_tweet_id": "1"}, 400, "deleted or not visible"},
		"media that is not there":   {object{"media": object{"media_ids": []string{"1"}}}, 400, "Your media IDs are invalid."},
		"an edit without premium":   {object{"text": "e", "edit_options": object{"previous_post_id": "1"}}, 403, "not permitted"},
		"a field that is not there": {object{"text": "e", "txt": "e"}, 400, "is not declared"},
	} {
		got := w.post("/2/tweets", c.body)
		require.Equal(t, c.status, got.status, "%s: %s", name, got.body)
		require.Contains(t, string(got.body), c.says, name)
	}
	require.Contains(t, w.post("/2/tweets", object{"text": strings.Repeat("a", 281)}).header.Get(xapitest.HintHeader), "281")
	require.Equal(t, http.StatusCreated, w.post("/2/tweets", object{"text": strings.Repeat("a", 280)}).status)
	long := "https://example.com/" + strings.Repeat("a", 300)
	require.Equal(t, http.StatusCreated, w.post("/2/tweets", object{"text": long}).status, "a link counts 23")
}

func TestAnUnknownPathHasNoBytesAndAHint(t *testing.T) {
	w := newWire(t)
	for path, hint := range map[string]string{
		"POST /1.1/statuses/update.json":       "POST /2/tweets",
		"POST /1.1/media/upload.json":          "/2/media/upload/initialize",
		"GET /1.1/nothing.json":                "begin with /2/",
		"POST /2/media/upload?command=INIT":    "POST /2/media/upload/initialize",
		"GET /2/tweets/search/recents":         "GET /2/tweets/search/recent",
		"PATCH /2/tweets/1":                    "DELETE /2/tweets/{id}",
		"GET /2/users/me/":                     "GET /2/users/me",
		"GET /2/media/metadata/create":         "POST /2/media/metadata",
		"GET /2/tweets/search/stream/webhooks": "GET /2/tweets/search/webhooks",
		"DELETE /2/users/1/bookmarks/1/2/34":   "DELETE /2/users/{id}/bookmarks/{tweet_id}",
	} {
		method, target, _ := strings.Cut(path, " ")
		got := w.do(method, target, "", nil)
		require.Equal(t, http.StatusNotFound, got.status, path)
		require.Empty(t, got.body, path)
		require.Contains(t, got.header.Get(xapitest.HintHeader), hint, path)
	}
	for row := range gen.Operations() {
		// A path that has no operation of its own may still fit the placeholder of another.
		got := w.do(row.Method, strings.NewReplacer("{", "", "}", "").Replace(row.Path), "", nil)
		if row.Gone && got.status == http.StatusNotFound {
			require.Contains(t, got.header.Get(xapitest.HintHeader), "does not have "+row.ID)
		}
	}
	form := w.do(http.MethodPost, "/2/media/upload", "application/x-www-form-urlencoded", strings.NewReader("command=APPEND&media_id=1"))
	require.Equal(t, http.StatusNotFound, form.status)
	require.Equal(t, http.StatusNotFound, w.multipart("/2/media/upload", map[string]string{"command": "INIT"}, []byte("x")).status)
	require.NotEmpty(t, w.srv.Requests()[0].Hint, "hints are remembered with the requests")
}

func TestAnUnknownScopeIsRefusedAtLogin(t *testing.T) {
	got, _ := newLogin(newWire(t)).consent(url.Values{"scope": {"tweet.read tweets.write"}})
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Contains(t, got.header.Get(xapitest.HintHeader), "tweet.write")
}

// TestWhatIsRefusedIsExplained makes mistakes of the kind that guides lead to.
func TestWhatIsRefusedIsExplained(t *testing.T) {
	w := newWire(t)
	app := appOf(w)
	expired := w.as("Bearer " + w.srv.Issue(xapitest.Grant{Lifetime: time.Nanosecond}).Access)
	narrow := w.as("Bearer " + w.srv.Issue(xapitest.Grant{Scopes: []string{"users.read", "tweet.read"}}).Access)
	for name, c := range map[string]struct {
		got    reply
		status int
		hint   string
	}{
		"no token":          {w.as("").get("/2/users/me"), 401, "Authorization: Bearer"},
		"a placeholder":     {w.as("Bearer $BEARER_TOKEN").get("/2/users/me"), 401, "single quotes"},
		"a foreign token":   {w.as("Bearer AAAAAAAA").get("/2/users/me"), 401, "did not issue"},
		"an old token":      {expired.get("/2/users/me"), 401, "expired"},
		"a bad signature":   {w.as(`OAuth oauth_token="x"`).get("/2/users/me"), 401, "API key"},
		"the app's token":   {app.get("/2/users/me"), 403, "token of a user"},
		"a user's token":    {w.get("/2/webhooks"), 403, "POST /oauth2/token"},
		"a missing scope":   {narrow.post("/2/tweets", object{"text": "x"}), 403, "tweet.write"},
		"an id left out":    {app.get("/2/account_activity/webhooks/:WEBHOOK_ID/subscriptions/all/list"), 400, "put the webhook_id in its place"},
		"no content type":   {w.do(http.MethodPost, "/2/tweets", "application/x-www-form-urlencoded", strings.NewReader(`{"text":"x"}`)), 400, "Content-Type: application/json"},
		"a path misspelled": {w.post("/2/tweet", object{}), 404, "the nearest is POST /2/tweets"},
		"no such upload":    {w.get("/2/media/upload?command=STATUS&media_id=1"), 400, "no upload 1"},
	} {
		require.Equal(t, c.status, c.got.status, "%s: %s", name, c.got.body)
		require.Contains(t, c.got.header.Get(xapitest.HintHeader), c.hint, name)
	}
	w.post("/sandbox/api/document", object{"users": []object{{"username": w.srv.Me().Username, "premium": true}}})
	if got := w.post("/2/articles/1/publish", object{}); got.status != http.StatusNotFound { // else the contract has no articles
		require.Equal(t, http.StatusBadRequest, got.status, "%s", got.body)
		require.Contains(t, got.header.Get(xapitest.HintHeader), "no draft 1")
	}
}

func TestA400NamesTheParameter(t *testing.T) {
	got := newWire(t).get("/2/users/me?user.fields=nonsense")
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Contains(t, got.json(t, "errors.0.parameters"), "user.fields")
}
