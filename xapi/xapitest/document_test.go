package xapitest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// exported returns the state of a sandbox as it is written down.
func exported(t *testing.T, srv *xapitest.Server) []byte {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, srv.Export(&text))
	return text.Bytes()
}

// settled is a clock that stands, so that documents can be compared.
func settled() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

func TestStateGoesToADocumentAndBack(t *testing.T) {
	w := newWire(t, xapitest.WithClock(settled))
	id := w.upload("image/png", "tweet_image", []byte("bytes of a picture"))
	open := w.initialize("video/mp4", "tweet_video", 8)
	w.segment(open, 1, []byte("half"))
	w.post("/2/media/metadata", object{"id": id, "metadata": object{"alt_text": object{"text": "a cat"}}})
	shown := w.post("/2/tweets", object{"text": "shown", "media": object{"media_ids": []string{id}}}).json(t, "data.id").(string)
	w.post("/2/tweets", object{"text": "asked", "poll": object{"options": []string{"a", "b"}, "duration_minutes": 10}})
	w.post("/2/users/"+w.srv.Me().ID+"/likes", object{"tweet_id": shown})
	app := w.as("Bearer " + w.srv.Issue(xapitest.Grant{AppOnly: true}).Access)
	app.post("/2/tweets/search/stream/rules", object{"add": []object{{"value": "cats"}}})
	w.control("POST", "/faults", object{"operation": "deletePosts", "do": object{"status": 500}})
	w.control("PUT", "/stubs/getUsersById", object{"status": 402})
	w.control("POST", "/clock", object{"frozen": true, "advance": "1m"})
	text := w.control("GET", "/document", nil)
	require.Equal(t, http.StatusOK, text.status)

	other := newWire(t, xapitest.WithClock(settled), xapitest.WithSeed(7))
	other.post("/2/tweets", object{"text": "gone soon"})
	require.Equal(t, http.StatusNoContent, other.as("").do("PUT", "/sandbox/api/document", "application/json", bytes.NewReader(text.body)).status)
	require.NoError(t, other.srv.CheckWorld())
	require.JSONEq(t, string(text.body), string(exported(t, other.srv)), "what was read is what was written")

	got := other.get("/2/tweets/" + shown + "?tweet.fields=public_metrics&expansions=attachments.media_keys&media.fields=alt_text")
	require.Equal(t, "shown", got.json(t, "data.text"))
	require.EqualValues(t, 1, got.json(t, "data.public_metrics.like_count"))
	require.Equal(t, "a cat", got.json(t, "includes.media.0.alt_text"))
	require.Equal(t, "bytes of a picture", string(other.control("GET", "/media/"+id+"/content", nil).body))
	require.Equal(t, http.StatusNoContent, other.segment(open, 0, []byte("half")).status)
	require.Equal(t, http.StatusOK, other.finalize(open).status)
	require.Equal(t, http.StatusInternalServerError, other.do("DELETE", "/2/tweets/"+shown, "", nil).status)
	require.Equal(t, http.StatusPaymentRequired, other.get("/2/users/7").status)
	lines, stop := other.as(app.authorization).as("Bearer " + other.srv.Issue(xapitest.Grant{AppOnly: true}).Access).open("/2/tweets/search/stream")
	defer stop()
	other.post("/2/tweets", object{"text": "of cats"})
	require.True(t, lines.Scan())
	require.Contains(t, lines.Text(), "of cats", "rules that were read pick posts")

	file := filepath.Join(t.TempDir(), "state.json")
	require.NoError(t, os.WriteFile(file, text.body, 0o600))
	third := newWire(t, xapitest.WithClock(settled), xapitest.WithEmptyWorld(), xapitest.WithFixtures(file))
	require.Equal(t, "shown", third.get("/2/tweets/"+shown).json(t, "data.text"))
}

func TestDocumentsThatAreWrongChangeNothing(t *testing.T) {
	w := newWire(t, xapitest.WithClock(settled))
	w.post("/2/tweets", object{"text": "kept"})
	for _, text := range []string{
		`{"posts": [{"txt": "x"}]}`, `[]`, `{"posts": [{"author": "ada"}]}`, `{"edges": {"hates": []}}`, `{"users": [{"username": "a", "id": "x"}]}`,
		`{"stubs": [{"operation": "nothing"}]}`, `{"faults": [{"do": {"answer": "nothing"}}]}`, `{"uploads": [{}]}`, `{"lists": [{}]}`,
	} {
		require.Error(t, w.srv.Import(bytes.NewReader([]byte(text))), text)
		got := w.as("").do("PUT", "/sandbox/api/document", "application/json", bytes.NewReader([]byte(text)))
		require.Equal(t, http.StatusBadRequest, got.status, text)
	}
	require.Len(t, w.srv.Posts(), 1)
}

func TestADocumentIsAddedToWhatThereIs(t *testing.T) {
	w := newWire(t)
	w.post("/2/tweets", object{"text": "kept"})
	text, err := json.Marshal(object{"posts": []object{{"id": "1001", "author": "ada", "text": "added", "liked_by": []string{"ben"}}}})
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, w.as("").do("POST", "/sandbox/api/document", "application/json", bytes.NewReader(text)).status)
	require.Equal(t, "added", w.get("/2/tweets/1001").json(t, "data.text"))
	require.Len(t, w.srv.Posts(), 1)
	require.NoError(t, w.srv.CheckWorld())
}
