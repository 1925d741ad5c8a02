package media_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// benchBytes is the size of the file that the benchmarks upload.
const benchBytes = 256 << 20

// sink takes uploads as fast as it can and keeps nothing, each request delayed by as much.
func sink(delay time.Duration) http.Handler {
	buffers := sync.Pool{New: func() any { return new([256 << 10]byte) }}
	drain := func(r io.Reader) error {
		buffer := buffers.Get().(*[256 << 10]byte)
		defer buffers.Put(buffer)
		_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, buffer[:])
		return err
	}
	answer := func(w http.ResponseWriter, r *http.Request) {
		pause(r.Context(), delay)
		_, _ = io.WriteString(w, `{"data":{"id":"1","media_key":"7_1"}}`)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2/media/upload/initialize", answer)
	mux.HandleFunc("POST /2/media/upload/{id}/finalize", answer)
	mux.HandleFunc("POST /2/media/upload/{id}/append", func(w http.ResponseWriter, r *http.Request) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		for form := multipart.NewReader(r.Body, params["boundary"]); err == nil; {
			var part *multipart.Part
			if part, err = form.NextPart(); err == nil {
				err = drain(part)
			}
		}
		if !errors.Is(err, io.EOF) {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		pause(r.Context(), delay)
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// pause returns after d: the round trip of a distant server.
func pause(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func benchFile(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "bench.mp4")
	file, err := os.Create(path)
	require.NoError(b, err)
	block := noise(1 << 20)
	for range benchBytes / len(block) {
		_, err := file.Write(block)
		require.NoError(b, err)
	}
	require.NoError(b, file.Close())
	return path
}

// BenchmarkUpload compares an upload of 256 MiB, validation and all, with the same segments sent by net/http alone, on
// the loopback and at 50 ms a request.
func BenchmarkUpload(b *testing.B) {
	path := benchFile(b)
	for _, delay := range []time.Duration{0, 50 * time.Millisecond} {
		server := httptest.NewServer(sink(delay))
		b.Cleanup(server.Close)
		url := server.URL
		transport := &http.Transport{MaxIdleConnsPerHost: media.MaxConcurrency}
		b.Cleanup(transport.CloseIdleConnections)
		client, err := xapi.New(xapi.WithBaseURL(url), xapi.WithAccessToken("token"), xapi.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(b, err)
		uploads := media.New(client)
		b.Run(fmt.Sprintf("delay=%v/client=xapi", delay), func(b *testing.B) {
			b.SetBytes(benchBytes)
			for b.Loop() {
				_, err := uploads.Upload(b.Context(), media.File(path), media.WithType("video/mp4"))
				require.NoError(b, err)
			}
		})
		b.Run(fmt.Sprintf("delay=%v/client=net-http", delay), func(b *testing.B) {
			b.SetBytes(benchBytes)
			for b.Loop() {
				require.NoError(b, bare(b.Context(), &http.Client{Transport: transport}, url, path))
			}
		})
	}
}

// bare uploads the file at path with net/http alone, in the segments that Upload sends and as many at once.
func bare(ctx context.Context, client *http.Client, url, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := send(ctx, client, url+"/2/media/upload/initialize", "application/json", strings.NewReader("{}"), 2); err != nil {
		return err
	}
	indexes := make(chan int)
	failed := make(chan error, media.DefaultConcurrency)
	for range media.DefaultConcurrency {
		go func() {
			var err error
			for i := range indexes {
				if err == nil {
					err = sendSegment(ctx, client, url, file, i)
				}
			}
			failed <- err
		}()
	}
	for i := range benchBytes / media.DefaultSegmentSize {
		indexes <- i
	}
	close(indexes)
	for range media.DefaultConcurrency {
		err = errors.Join(err, <-failed)
	}
	return errors.Join(err, send(ctx, client, url+"/2/media/upload/1/finalize", "application/json", strings.NewReader("{}"), 2))
}

func sendSegment(ctx context.Context, client *http.Client, url string, file io.ReaderAt, i int) error {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("segment_index", strconv.Itoa(i))
	_, _ = w.CreateFormFile("media", "media")
	head := form.Len()
	_ = w.Close()
	segment := io.NewSectionReader(file, int64(i)*media.DefaultSegmentSize, media.DefaultSegmentSize)
	body := io.MultiReader(bytes.NewReader(form.Bytes()[:head]), segment, bytes.NewReader(form.Bytes()[head:]))
	return send(ctx, client, url+"/2/media/upload/1/append", w.FormDataContentType(), body, int64(form.Len())+segment.Size())
}

func send(ctx context.Context, client *http.Client, url, contentType string, body io.Reader, size int64) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return err
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", contentType)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusNoContent {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(new(any))
}
