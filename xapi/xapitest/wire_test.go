package xapitest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// wire speaks to a sandbox as any client would, by plain HTTP.
type wire struct {
	t   testing.TB
	srv *xapitest.Server
	// base is the URL, where that is not the sandbox's.
	base string
	// authorization goes into each request; empty sends none.
	authorization string
}

// newWire starts a sandbox that takes any bytes for what they are said to be.
func newWire(t testing.TB, opts ...xapitest.Option) *wire {
	t.Helper()
	srv := xapitest.New(t, append([]xapitest.Option{xapitest.WithAnyBytes()}, opts...)...)
	return &wire{t: t, srv: srv, authorization: "Bearer " + srv.Token()}
}

func (w *wire) target() string {
	if w.base != "" {
		return w.base
	}
	return w.srv.URL
}

// stubborn posts fields as JSON or, with media, as multipart, until it succeeds. It returns the id in the answer.
func (w *wire) stubborn(path string, fields object, media []byte) string {
	for range 100 {
		var body bytes.Buffer
		contentType := "application/json"
		if media == nil {
			_ = json.NewEncoder(&body).Encode(fields)
		} else {
			form := multipart.NewWriter(&body)
			for name, value := range fields {
				_ = form.WriteField(name, value.(string))
			}
			part, _ := form.CreateFormFile("media", "blob")
			_, _ = part.Write(media)
			_ = form.Close()
			contentType = form.FormDataContentType()
		}
		req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.target()+path, &body)
		if err != nil {
			w.t.Errorf("%v", err)
			return ""
		}
		req.Header.Set("Authorization", w.authorization)
		req.Header.Set("Content-Type", contentType)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		var got struct {
			Data struct {
				ID string `json:"id"`
			} `json:"data"`
		}
		_ = json.NewDecoder(resp.Body).Decode(&got)
		_ = resp.Body.Close()
		if resp.StatusCode < http.StatusMultipleChoices {
			return got.Data.ID
		}
	}
	w.t.Errorf("%s never succeeded", path)
	return ""
}

// as returns the same wire with other credentials.
func (w *wire) as(authorization string) *wire {
	other := *w
	other.authorization = authorization
	return &other
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// json returns the value at the dotted path in the body.
func (r reply) json(t testing.TB, path string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(r.body, &value), "%s", r.body)
	for _, name := range strings.Split(path, ".") {
		switch holder := value.(type) {
		case map[string]any:
			value = holder[name]
		case []any:
			var index int
			_, err := fmt.Sscan(name, &index)
			require.NoError(t, err)
			require.Less(t, index, len(holder), "%s", r.body)
			value = holder[index]
		default:
			return nil
		}
	}
	return value
}

// accepted is the reply to a request that was not refused.
func (r reply) accepted(t testing.TB) reply {
	t.Helper()
	require.Less(t, r.status, http.StatusBadRequest, "%s %s", r.body, r.header.Get(xapitest.HintHeader))
	return r
}

// tweets returns the value at the dotted path in the body in the old spelling, in which the sandbox speaks where neither
// the request nor the contract has the other.
func (r reply) tweets(t testing.TB, path string) any {
	t.Helper()
	r.body = []byte(strings.NewReplacer(`"edit_history_post_ids"`, `"edit_history_tweet_ids"`, `"repost_count"`, `"retweet_count"`,
		`"posts"`, `"tweets"`, `"total_post_count"`, `"total_tweet_count"`, `"referenced_posts"`, `"referenced_tweets"`).Replace(string(r.body)))
	return r.json(t, path)
}

func (w *wire) do(method, path, contentType string, body io.Reader) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.target()+path, body)
	require.NoError(w.t, err)
	if w.authorization != "" {
		req.Header.Set("Authorization", w.authorization)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return w.send(req)
}

func (w *wire) send(req *http.Request) reply {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return reply{resp.StatusCode, resp.Header, raw}
}

func (w *wire) get(path string) reply { w.t.Helper(); return w.do(http.MethodGet, path, "", nil) }

func (w *wire) post(path string, body any) reply {
	w.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(w.t, err)
	return w.do(http.MethodPost, path, "application/json", bytes.NewReader(raw))
}

// remove sends a DELETE with a body.
func (w *wire) remove(path string, body any) reply {
	w.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(w.t, err)
	return w.do(http.MethodDelete, path, "application/json", bytes.NewReader(raw))
}

// processed is longer than processing takes.
func (w *wire) processed() time.Duration { return time.Minute }

// multipart sends fields and then, as the part media, the bytes.
func (w *wire) multipart(path string, fields map[string]string, media []byte) reply {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		require.NoError(w.t, form.WriteField(name, value))
	}
	part, err := form.CreateFormFile("media", "blob")
	require.NoError(w.t, err)
	_, err = part.Write(media)
	require.NoError(w.t, err)
	require.NoError(w.t, form.Close())
	return w.do(http.MethodPost, path, form.FormDataContentType(), &body)
}

// initialize starts an upload and returns its id.
func (w *wire) initialize(mediaType, category string, total int) string {
	w.t.Helper()
	got := w.post("/2/media/upload/initialize", object{"media_type": mediaType, "media_category": category, "total_bytes": total})
	require.Equal(w.t, http.StatusOK, got.status, "%s", got.body)
	return got.json(w.t, "data.id").(string)
}

func (w *wire) segment(id string, index int, media []byte) reply {
	w.t.Helper()
	return w.multipart("/2/media/upload/"+id+"/append", map[string]string{"segment_index": fmt.Sprint(index)}, media)
}

func (w *wire) finalize(id string) reply {
	w.t.Helper()
	return w.post("/2/media/upload/"+id+"/finalize", object{})
}

func (w *wire) status(id string) reply {
	w.t.Helper()
	return w.get("/2/media/upload?command=STATUS&media_id=" + id)
}

// upload uploads media in one segment and finalizes it.
func (w *wire) upload(mediaType, category string, media []byte) string {
	w.t.Helper()
	id := w.initialize(mediaType, category, len(media))
	require.Equal(w.t, http.StatusNoContent, w.segment(id, 0, media).status)
	require.Equal(w.t, http.StatusOK, w.finalize(id).status)
	return id
}

type object = map[string]any
