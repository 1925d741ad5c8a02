package xapitest_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// control calls a control with a body in JSON, nil for none.
func (w *wire) control(method, path string, body any) reply {
	w.t.Helper()
	raw := []byte{}
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(w.t, err)
	}
	return w.as("").do(method, "/sandbox/api"+path, "application/json", bytes.NewReader(raw))
}

func TestOtherProgramsCanAskWhatArrived(t *testing.T) {
	w := newWire(t)
	id := w.upload("video/mp4", "tweet_video", []byte("data"))
	require.Equal(t, "pending", w.control("GET", "/media/"+id, nil).json(t, "state"))
	require.NotEmpty(t, w.control("POST", "/clock", object{"advance": "1m"}).json(t, "now"))
	got := w.control("GET", "/media/"+id, nil)
	require.Equal(t, "succeeded", got.json(t, "state"))
	require.Equal(t, digest([]byte("data")), got.json(t, "sha256"))
	content := w.control("GET", "/media/"+id+"/content", nil)
	require.Equal(t, "data", string(content.body))
	require.Equal(t, "video/mp4", content.header.Get("Content-Type"))

	w.post("/2/tweets", object{"text": "seen"})
	require.Equal(t, "seen", w.control("GET", "/posts", nil).json(t, "0.text"))
	require.Equal(t, "seen", w.control("GET", "/timeline?limit=1", nil).json(t, "posts.0.text"))
	require.Equal(t, "ok", w.control("GET", "/health", nil).json(t, "status"))

	for _, path := range []string{"/media/1", "/media/1/content", "/nothing", "/requests/999", "/requests/x"} {
		got := w.control("GET", path, nil)
		require.Equal(t, http.StatusNotFound, got.status, path)
		require.NotEmpty(t, got.json(t, "error"), path)
	}
	require.Contains(t, w.control("PATCH", "/clock", nil).json(t, "error"), "no PATCH /sandbox/api/clock")
}

func TestEveryControlIsListedAndAnswers(t *testing.T) {
	w := newWire(t)
	require.Len(t, xapitest.Controls(), strings.Count(string(w.control("GET", "/", nil).body), `"does"`))
	for _, control := range xapitest.Controls() {
		require.NotEmpty(t, control.Does)
		if control.Method == http.MethodGet && !strings.Contains(control.Path, "{") && !strings.HasSuffix(control.Path, "/events") {
			require.Equal(t, http.StatusOK, w.as("").get(control.Path).status, control.Path)
		}
	}
}

func TestEveryControlIsInTheReference(t *testing.T) {
	reference, err := os.ReadFile("../../.github/sandbox/README.md")
	require.NoError(t, err)
	for _, control := range xapitest.Controls() {
		require.Contains(t, string(reference), "`"+control.Method+" "+control.Path+"`")
	}
}

func TestControlsAreNotOfTheAPI(t *testing.T) {
	w := newWire(t, xapitest.WithFaults(xapitest.Fault{Do: xapitest.Do{Status: 503}}))
	require.Equal(t, http.StatusServiceUnavailable, w.get("/2/users/me").status)
	require.Equal(t, http.StatusOK, w.control("GET", "/state", nil).status)
	require.Equal(t, 1, int(w.control("GET", "/requests", nil).json(t, "count").(float64)), "controls are not among the requests")
	require.NotContains(t, string(w.control("GET", "/operations", nil).body), `"path":"/sandbox`)
}

func TestFaultsAreSetOverHTTP(t *testing.T) {
	w := newWire(t)
	one := object{"operation": "getUsersMe", "do": object{"answer": "unavailable"}}
	require.EqualValues(t, 1, w.control("POST", "/faults", one).json(t, "0.id"))
	require.EqualValues(t, 2, w.control("POST", "/faults", []object{{"when": object{"nth": 5}, "do": object{"delay": "10ms"}}}).json(t, "1.id"))
	require.Equal(t, http.StatusServiceUnavailable, w.get("/2/users/me").status)
	listed := w.control("GET", "/faults", nil)
	require.EqualValues(t, 1, listed.json(t, "0.worked"))
	require.Equal(t, "10ms", listed.json(t, "1.do.delay"))
	require.Equal(t, http.StatusNoContent, w.control("DELETE", "/faults/1", nil).status)
	require.Equal(t, http.StatusOK, w.get("/2/users/me").status)
	require.EqualValues(t, 2, w.control("GET", "/faults", nil).json(t, "0.calls"), "the others go on counting")
	require.Equal(t, "unavailable", w.control("PUT", "/faults", []object{one}).json(t, "0.do.answer"))
	require.Equal(t, http.StatusNoContent, w.control("DELETE", "/faults", nil).status)
	require.Empty(t, w.srv.Faults())
	require.Contains(t, string(w.control("GET", "/faults/answers", nil).body), "html-520")
	require.Equal(t, http.StatusNotFound, w.control("DELETE", "/faults/7", nil).status)
	w.control("POST", "/faults", one)
	w.control("PUT", "/stubs/getUsersMe", object{"status": 402})
	require.Equal(t, http.StatusNoContent, w.control("POST", "/reset", nil).status)
	require.Equal(t, http.StatusOK, w.get("/2/users/me").status, "a reset ends faults and stubs")
	require.Contains(t, w.control("POST", "/faults", object{"operation": "nothing", "do": object{"status": 500}}).json(t, "error"), "operationId")
}

func TestOperationsAreAnsweredByStubs(t *testing.T) {
	w := newWire(t)
	me := object{"data": object{"id": "7", "name": "Stub", "username": "stub"}}
	require.Equal(t, http.StatusOK, w.control("PUT", "/stubs/getUsersMe", object{"body": me, "times": 1, "header": object{"X-Made": "up"}}).status)
	got := w.get("/2/users/me")
	require.Equal(t, "stub", got.json(t, "data.username"))
	require.Equal(t, "up", got.header.Get("X-Made"))
	require.Equal(t, w.srv.Me().Username, w.get("/2/users/me").json(t, "data.username"), "it was for one call")

	made := w.post("/2/tweets", object{"text": "t"}).json(t, "data.id").(string)
	post := object{"data": w.get("/2/tweets/"+made).json(t, "data")} // spelled as the contract has it
	require.Equal(t, http.StatusOK, w.control("PUT", "/stubs/getPostsById", object{"body": post}).status)
	require.Equal(t, []any{made}, w.get("/2/tweets/20").tweets(t, "data.edit_history_tweet_ids"))
	require.Equal(t, []any{made}, w.get("/2/tweets/20?post.fields=created_at").json(t, "data.edit_history_post_ids"))
	require.Equal(t, "getPostsById", w.control("GET", "/stubs", nil).json(t, "0.operation"))
	require.Equal(t, http.StatusUnauthorized, w.as("").get("/2/tweets/20").status, "requests are checked as ever")

	bad := object{"body": object{"data": "no user"}}
	require.Contains(t, w.control("PUT", "/stubs/getUsersMe", bad).json(t, "error"), "contract")
	bad["unchecked"] = true
	require.Equal(t, http.StatusOK, w.control("PUT", "/stubs/getUsersMe", bad).status)
	require.Equal(t, "no user", w.get("/2/users/me").json(t, "data"))
	require.Equal(t, http.StatusOK, w.control("PUT", "/stubs/getUsersMe", object{"status": 402, "body": object{"title": "Pay"}}).status)
	require.Equal(t, http.StatusPaymentRequired, w.get("/2/users/me").status)
	require.Equal(t, http.StatusNoContent, w.control("DELETE", "/stubs/getUsersMe", nil).status)
	require.Equal(t, http.StatusNotFound, w.control("DELETE", "/stubs/getUsersMe", nil).status)
	require.Equal(t, http.StatusNoContent, w.control("DELETE", "/stubs", nil).status)
	require.Empty(t, w.srv.Stubs())
	for _, stub := range []object{{"status": 99}, {"times": -1}, {"nothing": 1}} {
		require.Equal(t, http.StatusBadRequest, w.control("PUT", "/stubs/getUsersMe", stub).status)
	}
	require.Equal(t, http.StatusBadRequest, w.control("PUT", "/stubs/nothing", object{"status": 500}).status)
}

func TestTheClockIsMovedAndStoppedOverHTTP(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	now := at
	w := newWire(t, xapitest.WithClock(func() time.Time { return now }))
	require.Equal(t, "2026-11-01T12:00:00Z", w.control("GET", "/clock", nil).json(t, "now"))
	require.Equal(t, "2026-11-01T13:30:00Z", w.control("POST", "/clock", object{"advance": "1h30m"}).json(t, "now"))
	require.Equal(t, true, w.control("POST", "/clock", object{"frozen": true}).json(t, "frozen"))
	now = at.Add(time.Hour)
	require.Equal(t, "2026-11-01T13:30:00Z", w.control("GET", "/clock", nil).json(t, "now"))
	require.Equal(t, "2026-11-01T13:31:00Z", w.control("POST", "/clock", object{"advance": "60s"}).json(t, "now"))
	require.Equal(t, "2026-11-01T13:31:00Z", w.control("POST", "/clock", object{"frozen": false}).json(t, "now"), "it goes on from where it stood")
	now = now.Add(time.Minute)
	require.Equal(t, "2026-11-01T13:32:00Z", w.control("GET", "/clock", nil).json(t, "now"))
	require.Equal(t, "2027-01-01T00:00:00Z", w.control("POST", "/clock", object{"now": "2027-01-01T00:00:00Z"}).json(t, "now"))
	for _, body := range []object{{"advance": "yesterday"}, {"advance": "-1s"}, {"now": "2020-01-01T00:00:00Z"}, {"advance": "1s", "now": "2028-01-01T00:00:00Z"}, {"by": "1s"}} {
		require.Equal(t, http.StatusBadRequest, w.control("POST", "/clock", body).status, body)
	}
	require.Equal(t, http.StatusNoContent, w.control("POST", "/reset", nil).status)
	require.Equal(t, now, w.srv.Now())
}

func TestTokensAreMadeOverHTTP(t *testing.T) {
	w := newWire(t)
	made := w.control("POST", "/tokens", object{"username": "ada", "scopes": []string{"tweet.read", "users.read", "offline.access"}, "lifetime": "2h"})
	require.Equal(t, http.StatusCreated, made.status)
	require.NotEmpty(t, made.json(t, "refresh_token"))
	ada := w.as("Bearer " + made.json(t, "access_token").(string))
	require.Equal(t, "ada", ada.get("/2/users/me").json(t, "data.username"))
	require.Equal(t, http.StatusForbidden, ada.post("/2/tweets", object{"text": "x"}).status)
	w.srv.Advance(2 * time.Hour)
	require.Equal(t, http.StatusUnauthorized, ada.get("/2/users/me").status)

	app := w.as("Bearer " + w.control("POST", "/tokens", object{"app_only": true}).json(t, "access_token").(string))
	require.Equal(t, http.StatusOK, app.get("/2/tweets/search/recent?query=music").status)
	all := w.as("Bearer " + w.control("POST", "/tokens", nil).json(t, "access_token").(string))
	require.Equal(t, http.StatusCreated, all.post("/2/tweets", object{"text": "x"}).status)

	author := w.control("GET", "/timeline?limit=1&before=9000000000000000000", nil).json(t, "posts.0.author.username")
	require.Equal(t, w.srv.Me().Username, author)
	someone := w.control("GET", "/timeline?limit=2", nil)
	name := someone.json(t, "posts.1.author.username").(string)
	theirs := w.as("Bearer " + w.control("POST", "/tokens", object{"username": "@" + name}).json(t, "access_token").(string))
	require.Equal(t, someone.json(t, "posts.1.author.id"), theirs.get("/2/users/me").json(t, "data.id"), "users of the world are themselves")

	require.Contains(t, w.control("POST", "/tokens", object{"scopes": []string{"tweet.raed"}}).json(t, "error"), "tweet.read")
	require.Equal(t, http.StatusBadRequest, w.control("POST", "/tokens", object{"lifetime": "soon"}).status)
	listed := w.control("GET", "/tokens", nil)
	require.Equal(t, []any{"tweet.read", "users.read", "offline.access"}, listed.json(t, "1.scopes"))
}

func TestStateSaysWhatThereIs(t *testing.T) {
	w := newWire(t)
	id := w.initialize("video/mp4", "tweet_video", 8)
	w.segment(id, 0, []byte("data"))
	app := w.as("Bearer " + w.srv.Issue(xapitest.Grant{AppOnly: true}).Access)
	require.Equal(t, http.StatusOK, app.post("/2/tweets/search/stream/rules", object{"add": []object{{"value": "cats", "tag": "c"}}}).status)
	_, stop := app.open("/2/tweets/search/stream")
	defer stop()
	w.control("POST", "/faults", object{"operation": "createPosts", "do": object{"status": 500}})
	state := w.control("GET", "/state", nil)
	require.Equal(t, id, state.json(t, "uploads.0.id"))
	require.EqualValues(t, 8, state.json(t, "uploads.0.total_bytes"))
	require.EqualValues(t, 4, state.json(t, "uploads.0.size"))
	require.Equal(t, false, state.json(t, "uploads.0.finalized"))
	require.Equal(t, "cats", state.json(t, "rules.0.value"))
	require.Equal(t, "streamPosts", state.json(t, "streams.0.operation"))
	require.Equal(t, "createPosts", state.json(t, "faults.0.operation"))
	require.Equal(t, w.srv.URL, state.json(t, "url"))
	require.NotEmpty(t, state.json(t, "clock.now"))
}

func TestTheTimelineShowsPostsAsPeopleSeeThem(t *testing.T) {
	w := newWire(t)
	id := w.upload("image/png", "tweet_image", []byte("data"))
	w.post("/2/media/metadata", object{"id": id, "metadata": object{
		"alt_text": object{"text": "a cat"}, "sensitive_media_warning": object{"graphic_violence": true, "other": false},
	}})
	first := w.post("/2/tweets", object{"text": "look", "media": object{"media_ids": []string{id}}}).json(t, "data.id").(string)
	w.post("/2/tweets", object{"text": "which?", "poll": object{"options": []string{"a", "b"}, "duration_minutes": 10}})
	w.post("/2/tweets", object{"text": "answer", "reply": object{"in_reply_to_tweet_id": first}})
	got := w.control("GET", "/timeline?limit=3&made=true", nil)
	require.Equal(t, "look", got.json(t, "posts.0.reply_to.text"))
	require.Equal(t, "b", got.json(t, "posts.1.poll.options.1.label"))
	require.Equal(t, true, got.json(t, "posts.1.poll.open"))
	require.Equal(t, "a cat", got.json(t, "posts.2.media.0.alt_text"))
	require.Equal(t, []any{"graphic violence"}, got.json(t, "posts.2.media.0.warnings"))
	require.EqualValues(t, 1, got.json(t, "posts.2.replies"))
	content := w.as("").get(got.json(t, "posts.2.media.0.content").(string))
	require.Equal(t, "data", string(content.body))

	older := w.control("GET", "/timeline?limit=30&before="+first, nil)
	require.NotEqual(t, first, older.json(t, "posts.0.id"))
	require.Len(t, older.json(t, "posts"), 30)
	for _, query := range []string{"limit=0", "limit=x", "before=y"} {
		require.Equal(t, http.StatusBadRequest, w.control("GET", "/timeline?"+query, nil).status)
	}
}

func TestBytesOfOthersRunNowhere(t *testing.T) {
	w := newWire(t)
	id := w.upload("text/vtt", "subtitles", []byte("<script>alert(1)</script>"))
	got := w.control("GET", "/media/"+id+"/content", nil)
	require.Equal(t, "application/octet-stream", got.header.Get("Content-Type"))
	require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
	require.Contains(t, got.header.Get("Content-Security-Policy"), "sandbox")
	require.Equal(t, "attachment", got.header.Get("Content-Disposition"))
}

func TestPartsOfAVideoAreServed(t *testing.T) {
	w := newWire(t)
	id := w.initialize("video/mp4", "tweet_video", 9)
	for i, part := range []string{"abc", "def", "ghi"} {
		w.segment(id, i, []byte(part))
	}
	w.finalize(id)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.srv.URL+"/sandbox/api/media/"+id+"/content", nil)
	require.NoError(t, err)
	req.Header.Set("Range", "bytes=2-6")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	var got bytes.Buffer
	_, err = got.ReadFrom(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusPartialContent, resp.StatusCode)
	require.Equal(t, "cdefg", got.String())
}

func TestASandboxOnAllAddressesIsFoundOnTheLoopback(t *testing.T) {
	srv := xapitest.New(t, xapitest.WithAddr("0.0.0.0:0"), xapitest.WithRemoteAccess(), xapitest.WithTLS(), xapitest.WithHosts("sandbox"))
	require.True(t, strings.HasPrefix(srv.URL, "https://127.0.0.1:"), srv.URL)
	resp, err := srv.Client().Get(srv.URL + "/sandbox/api/health")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	block, _ := pem.Decode(srv.Certificate())
	certificate, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	require.NoError(t, certificate.VerifyHostname("sandbox"))
	require.NoError(t, certificate.VerifyHostname("api.x.com"))
}
