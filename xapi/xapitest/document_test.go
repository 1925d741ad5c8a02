package xapitest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
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
	shown := w.post("/2/tweets", object{"text": "shown", "media": object{"media_ids": []string{id}}}).accepted(t).json(t, "data.id").(string)
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
		`{"users": [{"username": "a"}, {"username": "A"}]}`, `{"posts": [{"id": "2", "author": "a", "text": "x", "repost_of": "2"}]}`,
		`{"uploads": [{"id": "1", "media_key": "3_1", "segments": {"1000": ""}}]}`,
		`{"uploads": [{"id": "1", "media_key": "3_1", "segments": {"0": "` + strings.Repeat("AAAA", 2<<20) + `"}}]}`,
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

// FuzzImport reads documents that anybody may have written: what is taken is shown, agrees with itself and can be written
// down again.
func FuzzImport(f *testing.F) {
	for _, text := range []string{
		`{"users":[{"username":"ada","id":"12"}],"posts":[{"id":"1001","author":"ada","text":"hello","liked_by":["ben"],"reposted_by":["ben"]},{"id":"1002","author":"ben","text":"@ada hi","reply_to":"1001","quotes":"1001"}],"follows":[{"from":"ben","to":"ada"}],"lists":[{"id":"77","name":"Friends","owner":"ada","members":["ben"]}]}`,
		`{"posts":[{"id":"1","author":"a","text":"x","versions":["1","2"]},{"id":"2","author":"a","text":"y","versions":["1","2"],"reply_to":"2","quotes":"1","repost_of":"1"}]}`,
		`{"edges":{"likes":[{"from":"a","to":"1"}],"filed":[{"from":"9","to":"1"}],"members":[{"from":"77","to":"a"}]},"folders":[{"id":"9","name":"n","owner":"a"}],"messages":[{"id":"5","type":"MessageCreate","conversation_id":"1-2","sender":"a","created_at":"2026-01-01T00:00:00Z"}],"groups":{"8":["a","b"]}}`,
		`{"clock":{"now":"2030-01-01T00:00:00Z","frozen":true},"uploads":[{"id":"19","media_key":"3_19","owner_id":"1","media_type":"image/png","media_category":"tweet_image","total_bytes":4,"expires_at":"2030-01-02T00:00:00Z","finalized":true,"segments":{"0":"ZGF0YQ=="}}],"posts":[{"author":"a","media_keys":["3_19"]}],"things":{"rules":[{"id":"3","fields":{"value":"cats"}}],"webhooks":[{"id":"4","fields":{"url":"http://127.0.0.1:1","valid":true,"_accounts":["1",2]}}],"links":[{"id":"4","fields":{"_query":{"a":["b"]}}}],"spaces":[{"id":"s","fields":{}}]}}`,
		`{"media":[{"media_key":"3_5","type":"photo"}],"posts":[{"author":"a","poll":{"id":"7","options":[],"duration_minutes":0,"ends_at":"2026-01-01T00:00:00Z"}}]}`,
	} {
		f.Add(text)
	}
	srv := xapitest.New(f, xapitest.WithClock(settled), xapitest.WithEmptyWorld())
	f.Fuzz(func(t *testing.T, text string) {
		if srv.Import(bytes.NewReader([]byte(text))) != nil {
			return
		}
		require.NoError(t, srv.CheckWorld())
		first := exported(t, srv)
		require.NoError(t, srv.Import(bytes.NewReader(first)))
		require.JSONEq(t, string(first), string(exported(t, srv)))
		for _, path := range []string{"/timeline?limit=200", "/state"} {
			resp, err := http.Get(srv.URL + "/sandbox/api" + path)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, resp.StatusCode, path)
			require.NoError(t, resp.Body.Close())
		}
	})
}
