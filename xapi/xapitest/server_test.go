package xapitest_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestSandboxIsReachableFromThisMachineAlone(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80"} {
		_, err := xapitest.Start(xapitest.WithAddr(addr))
		require.ErrorContains(t, err, "other machines", addr)
	}
	_, err := xapitest.Start(xapitest.WithAddr("nonsense"))
	require.ErrorContains(t, err, "HOST:PORT")
	srv, err := xapitest.Start(xapitest.WithAddr("0.0.0.0:0"), xapitest.WithRemoteAccess())
	require.NoError(t, err)
	require.NoError(t, srv.Close())
	require.NoError(t, srv.Close())
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, option := range []xapitest.Option{
		xapitest.WithClock(nil), xapitest.WithMaxSegment(0), xapitest.WithProblemHost("example.com"),
		xapitest.WithStatus("finalizeMediaUpload", 500), xapitest.WithStatus("nothing", 200),
		xapitest.WithRateLimit("nothing", xapitest.RateLimit{}), xapitest.WithFaults(xapitest.Fault{Operation: "nothing"}),
		xapitest.WithRecorder("/dev/null/directory"),
	} {
		_, err := xapitest.Start(option)
		require.ErrorContains(t, err, "sandbox: ")
	}
}

func TestSandboxSpeaksHTTPS(t *testing.T) {
	srv := xapitest.New(t, xapitest.WithTLS())
	client := srv.Client()
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/2/users/me", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+srv.Token())
	resp, err := client.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, string(srv.Certificate()), "BEGIN CERTIFICATE")
	require.Empty(t, xapitest.New(t).Certificate())
}

func TestNothingIsLeftOnDisk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	srv, err := xapitest.Start(xapitest.WithAnyBytes())
	require.NoError(t, err)
	w := &wire{t: t, srv: srv, authorization: "Bearer " + srv.Token()}
	w.upload("image/png", "tweet_image", make([]byte, 100_000))
	require.NoError(t, srv.Close())
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	for name, body := range map[string]string{"a delay": `{"text":"x"}`, "a body that never ends": ""} {
		srv, err := xapitest.Start(xapitest.WithFaults(xapitest.Fault{When: xapitest.When{AfterBytes: 1}, Do: xapitest.Do{Delay: time.Hour}}))
		require.NoError(t, err)
		r, w := io.Pipe()
		go func() { _, _ = io.WriteString(w, body) }()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/2/tweets", r)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+srv.Token())
		failed := make(chan error)
		go func() {
			resp, err := http.DefaultClient.Do(req)
			if resp != nil {
				_ = resp.Body.Close()
			}
			failed <- err
		}()
		require.NoError(t, srv.Close())
		_ = w.Close()
		require.Error(t, <-failed, name)
	}
}

func TestUploadsExpireByTheClock(t *testing.T) {
	w := newWire(t)
	started := w.initialize("image/png", "tweet_image", 4)
	done := w.upload("image/png", "tweet_image", []byte("data"))
	w.srv.Advance(86400*time.Second - time.Minute)
	require.Equal(t, http.StatusOK, w.finalize(done).status)
	w.srv.Advance(time.Minute)
	post := w.post("/2/tweets", object{"text": "late", "media": object{"media_ids": []string{done}}})
	require.Equal(t, "Your media IDs are invalid.", post.json(t, "errors.0.message"))
	require.Equal(t, http.StatusNoContent, w.segment(started, 0, []byte("data")).status)
	w.srv.Advance(1295999 * time.Second)
	require.Equal(t, "BadRequest: Not found", w.segment(started, 0, []byte("data")).json(t, "errors.0.message"))
}

func TestRequestsAreRemembered(t *testing.T) {
	w := newWire(t)
	w.get("/2/nowhere")
	w.post("/2/tweets", object{"text": "seen"})
	seen := w.srv.Requests()
	require.Len(t, seen, 2)
	require.Equal(t, http.StatusNotFound, seen[0].Status)
	require.Equal(t, "createPosts", seen[1].Operation)
	require.JSONEq(t, `{"text":"seen"}`, string(seen[1].Body))
}

func TestRequestsThatBreakTheSpecAreToldWhere(t *testing.T) {
	w := newWire(t)
	for name, got := range map[string]reply{
		"$.media_type":  w.post("/2/media/upload/initialize", object{"media_type": "application/octet-stream"}),
		"$.total_bytes": w.post("/2/media/upload/initialize", object{"total_bytes": 17179869185}),
		"$.unknown":     w.post("/2/media/upload/initialize", object{"unknown": 1}),
		"media_keys":    w.get("/2/media?media_keys=nonsense"),
		"end_time":      w.get("/2/media/analytics?start_time=2026-01-01T00:00:00Z&media_keys=3_1&granularity=daily"),
		"surplus":       w.get("/2/users/me?surplus=1"),
	} {
		require.Equal(t, http.StatusBadRequest, got.status, name)
		require.Equal(t, "Invalid Request", got.json(t, "title"), name)
		require.Contains(t, got.json(t, "errors.0.parameters"), name)
		require.Nil(t, got.json(t, "status"), "a 400 has no status")
	}
	plain := w.do(http.MethodPost, "/2/tweets", "text/plain", http.NoBody)
	require.Equal(t, http.StatusBadRequest, plain.status)
}

func TestPostsTakeOneThingToShow(t *testing.T) {
	w := newWire(t)
	id := w.upload("image/png", "tweet_image", []byte("data"))
	both := w.post("/2/tweets", object{"text": "x", "media": object{"media_ids": []string{id}}, "quote_tweet_id": "1"})
	require.Equal(t, http.StatusBadRequest, both.status)
	require.Equal(t, http.StatusBadRequest, w.post("/2/tweets", object{}).status)
}

// TestManyUploadsAtOnceUnderFaults is for the race detector: 64 uploads at once, each retried until it is through.
func TestManyUploadsAtOnceUnderFaults(t *testing.T) {
	faults, err := xapitest.ParseFaults([]byte(`[
		{"when": {"probability": 0.1}, "do": {"answer": "unavailable"}},
		{"operation": "appendMediaUpload", "when": {"probability": 0.05}, "do": {"reset": "after"}},
		{"operation": "appendMediaUpload", "when": {"probability": 0.05}, "do": {"reset": "mid-body"}}]`))
	require.NoError(t, err)
	w := newWire(t, xapitest.WithFaults(faults...), xapitest.WithoutRateLimits())
	var all sync.WaitGroup
	for n := range 64 {
		all.Go(func() {
			media := make([]byte, 3*20_000)
			for i := range media {
				media[i] = byte(i * (n + 1))
			}
			id := w.stubborn("/2/media/upload/initialize", object{"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": len(media)}, nil)
			for index := range 3 {
				w.stubborn("/2/media/upload/"+id+"/append", object{"segment_index": fmt.Sprint(index)}, media[index*20_000:(index+1)*20_000])
			}
			w.stubborn("/2/media/upload/"+id+"/finalize", object{}, nil)
			sum := sha256.Sum256(media)
			got, _ := w.srv.Media(id)
			if got.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("upload %d arrived as %s", n, got.SHA256)
			}
		})
	}
	all.Wait()
}

// BenchmarkUpload uploads segments of 4 MiB one after the other: how fast the sandbox takes them in.
func BenchmarkUpload(b *testing.B) {
	w := newWire(b, xapitest.WithoutRateLimits())
	segment := make([]byte, 4<<20)
	_, err := rand.Read(segment)
	require.NoError(b, err)
	id := w.initialize("video/mp4", "amplify_video", 16<<30)
	head := "--b\r\nContent-Disposition: form-data; name=\"segment_index\"\r\n\r\n0\r\n--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"blob\"\r\n\r\n"
	b.SetBytes(int64(len(segment)))
	b.ReportAllocs()
	client := &http.Client{Transport: &http.Transport{WriteBufferSize: 256 << 10}}
	for b.Loop() {
		body := io.MultiReader(strings.NewReader(head), bytes.NewReader(segment), strings.NewReader("\r\n--b--\r\n"))
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, w.srv.URL+"/2/media/upload/"+id+"/append", body)
		require.NoError(b, err)
		req.ContentLength = int64(len(head) + len(segment) + len("\r\n--b--\r\n"))
		req.Header.Set("Authorization", w.authorization)
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		resp, err := client.Do(req)
		require.NoError(b, err)
		require.NoError(b, resp.Body.Close())
		require.Equal(b, http.StatusNoContent, resp.StatusCode)
	}
}
