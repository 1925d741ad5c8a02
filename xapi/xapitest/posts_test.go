package xapitest_test

import (
	"encoding/json"
	"net/http"
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
