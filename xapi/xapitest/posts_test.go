package xapitest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestPostIsMadeReadAndDeleted(t *testing.T) {
	w := newWire(t)
	made := w.post("/2/tweets", object{"text": "first"})
	require.Equal(t, http.StatusCreated, made.status)
	id := made.json(t, "data.id").(string)
	require.Equal(t, "first", w.get("/2/tweets/"+id).json(t, "data.text"))
	require.Regexp(t, `"edit_history_(tweet|post)_ids":\["`+id+`"\]`, string(w.get("/2/tweets/"+id).body))
	require.Len(t, w.srv.Posts(), 1)

	again := w.post("/2/tweets", object{"text": "first"})
	require.Equal(t, http.StatusForbidden, again.status)
	require.Equal(t, "You are not allowed to create a Tweet with duplicate content.", again.json(t, "detail"))

	require.Equal(t, true, w.do(http.MethodDelete, "/2/tweets/"+id, "", nil).json(t, "data.deleted"))
	gone := w.get("/2/tweets/" + id)
	require.Equal(t, http.StatusOK, gone.status)
	require.Equal(t, id, gone.json(t, "errors.0.value"))
	require.Empty(t, w.srv.Posts())
}

func TestPostTakesOnlyMediaThatIsReady(t *testing.T) {
	w := newWire(t, xapitest.WithClock(func() time.Time { return time.Unix(1740787200, 0) }))
	id := w.upload("video/mp4", "tweet_video", []byte("data"))
	post := func() reply {
		return w.post("/2/tweets", object{"text": "see", "media": object{"media_ids": []string{id}}})
	}
	refused := post()
	require.Equal(t, http.StatusBadRequest, refused.status)
	require.Equal(t, "Your media IDs are invalid.", refused.json(t, "errors.0.message"))
	w.srv.Advance(2 * time.Second)
	require.Equal(t, http.StatusCreated, post().status)
	require.Equal(t, []string{id}, w.srv.Posts()[0].MediaIDs)
}

func TestPostTakesFourPicturesOrOneVideo(t *testing.T) {
	w := newWire(t, xapitest.WithProcessingTime(0))
	post := func(ids ...string) int {
		return w.post("/2/tweets", object{"media": object{"media_ids": ids}}).status
	}
	picture := func() string { return w.upload("image/png", "tweet_image", []byte("data")) }
	video := func() string { return w.upload("video/mp4", "tweet_video", []byte("data")) }
	require.Equal(t, http.StatusCreated, post(picture(), picture(), picture(), picture()))
	require.Equal(t, http.StatusBadRequest, post(picture(), picture(), picture(), picture(), picture()))
	require.Equal(t, http.StatusCreated, post(video()))
	require.Equal(t, http.StatusBadRequest, post(video(), video()))
	require.Equal(t, http.StatusBadRequest, post(video(), picture()))
	require.Equal(t, http.StatusBadRequest, post(w.upload("image/png", "dm_image", []byte("data"))))
}

func TestMetadataIsKept(t *testing.T) {
	w := newWire(t)
	id := w.upload("image/png", "tweet_image", []byte("data"))
	got := w.post("/2/media/metadata", object{"id": id, "metadata": object{"alt_text": object{"text": "a dog"}}})
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "a dog", got.json(t, "data.associated_metadata.alt_text.text"))
	media, _ := w.srv.Media(id)
	require.Equal(t, map[string]json.RawMessage{"alt_text": json.RawMessage(`{"text":"a dog"}`)}, media.Metadata)

	unwrapped := w.post("/2/media/metadata", object{"id": id, "alt_text": object{"text": "a dog"}})
	require.Equal(t, http.StatusInternalServerError, unwrapped.status)
}

func TestCallsWithoutTheTokenAreUnauthorized(t *testing.T) {
	w := newWire(t)
	require.Equal(t, "sandbox_user", w.get("/2/users/me").json(t, "data.username"))
	w.authorization = "Bearer of bad news"
	got := w.get("/2/users/me")
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.JSONEq(t, `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`, string(got.body))
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
}

func TestUnknownPathIsAnEmpty404(t *testing.T) {
	got := newWire(t).get("/2/no/such/path")
	require.Equal(t, http.StatusNotFound, got.status)
	require.Empty(t, got.body)
}

func TestPostsOfPremiumUsersAreEdited(t *testing.T) {
	file := filepath.Join(t.TempDir(), "world.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"users": [{"username": "ada", "id": "12", "premium": true}, {"username": "ben", "id": "13"}]}`), 0o600))
	w := newWire(t, xapitest.WithEmptyWorld(), xapitest.WithFixtures(file))
	rules(t, w, "from:ada")
	stream := listen(t, w, "/2/tweets/search/stream")
	ada := w.as("Bearer " + w.srv.Issue(xapitest.Grant{Username: "ada"}).Access)
	first := post(t, ada, object{"text": "helo"})
	edit := func(as *wire, id, text string) reply {
		return as.post("/2/tweets", object{"text": text, "edit_options": object{"previous_post_id": id}})
	}
	w.post("/2/users/"+w.srv.Me().ID+"/likes", object{"tweet_id": first})
	got := edit(ada, first, "hello")
	require.Equal(t, http.StatusCreated, got.status, "%s", got.body)
	second := got.json(t, "data.id").(string)
	require.Equal(t, []any{first, second}, got.tweets(t, "data.edit_history_tweet_ids"))
	require.Equal(t, "helo", w.get("/2/tweets/"+first).json(t, "data.text"))
	read := w.get("/2/tweets/" + second + "?tweet.fields=public_metrics,edit_controls")
	require.Equal(t, "hello", read.json(t, "data.text"))
	require.EqualValues(t, 1, read.json(t, "data.public_metrics.like_count"), "what was done with a version is done with the newest")
	require.EqualValues(t, 4, read.json(t, "data.edit_controls.edits_remaining"))
	require.Equal(t, []string{second}, w.get("/2/tweets/search/recent?query=from:ada").ids(t))
	for _, want := range []string{first, second} {
		sent, _ := stream.next()
		require.Equal(t, want, sent.json(t, "data.id"))
	}
	require.Equal(t, http.StatusForbidden, edit(w, second, "not mine").status)
	require.Equal(t, http.StatusForbidden, edit(ada, "1", "nothing").status)
	reply := post(t, ada, object{"text": "a reply", "reply": object{"in_reply_to_tweet_id": second}})
	require.Equal(t, http.StatusForbidden, edit(ada, reply, "an edited reply").status)
	for n := range 4 {
		require.Equal(t, http.StatusCreated, edit(ada, second, fmt.Sprint("version ", n)).status)
	}
	require.Equal(t, http.StatusForbidden, edit(ada, second, "one too many").status)
	late := post(t, ada, object{"text": "later"})
	w.srv.Advance(2 * time.Hour)
	require.Equal(t, http.StatusForbidden, edit(ada, late, "too late").status)
	require.Equal(t, http.StatusCreated, ada.post("/2/tweets", object{"text": strings.Repeat("a", 25_000)}).status)
	require.Equal(t, http.StatusForbidden, ada.post("/2/tweets", object{"text": strings.Repeat("b", 30_000)}).status)
	require.NoError(t, w.srv.CheckWorld())
	ada.do(http.MethodDelete, "/2/tweets/"+first, "", nil)
	require.Nil(t, w.get("/2/tweets/"+second).json(t, "data"), "all versions go together")
	require.NoError(t, w.srv.CheckWorld())
}

func TestPostsHaveTheLanguageOfTheirText(t *testing.T) {
	w := newWire(t)
	for text, lang := range map[string]string{
		"hello, you": "en", "olá, você está bem?": "pt", "こんにちは世界": "ja", "안녕하세요": "ko", "привет": "ru", "就这样": "zh", "Ich bin nicht da": "de", "12345": "en",
	} {
		require.Equal(t, lang, w.get("/2/tweets/"+post(t, w, object{"text": text})+"?tweet.fields=lang").json(t, "data.lang"), text)
	}
}

func TestMediaOfChatComeBackAsTheyWereSent(t *testing.T) {
	e := explore(t)
	_, hash := e.chatMedia([]byte("opa"), []byte("que"))
	got := e.get("/2/chat/media/" + e.known["chat"] + "/" + hash)
	require.Equal(t, "opaque", string(got.body))
	require.Equal(t, "application/octet-stream", got.header.Get("Content-Type"))
	require.Equal(t, http.StatusNotFound, e.get("/2/chat/media/"+e.known["chat"]+"/1").status)
}
