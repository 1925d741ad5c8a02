package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// maxBody is what the corpus's handler takes.
const maxBody = 64 << 10

// endless is a body without an end. It counts what was read of it.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// badRequest is one that a handler must not take.
type badRequest struct {
	name   string
	make   func(body []byte) *http.Request
	status int
}

// badRequests are the ways in which a request is bad, whatever its body.
func badRequests() []badRequest {
	sign := func(r *http.Request, header string, mac string) *http.Request { r.Header.Add(header, mac); return r }
	good := func(body []byte) *http.Request {
		r, _ := http.NewRequest(http.MethodPost, "/webhooks/x", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		return r
	}
	signed := func(body []byte) *http.Request { return sign(good(body), modern, webhook.Sign(client, body)) }
	with := func(mac func(body []byte) string, header string) func([]byte) *http.Request {
		return func(body []byte) *http.Request { return sign(good(body), header, mac(body)) }
	}
	encoded := func(encoding *base64.Encoding) func([]byte) string {
		return func(body []byte) string {
			mac, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(webhook.Sign(client, body), "sha256="))
			return "sha256=" + encoding.EncodeToString(mac)
		}
	}
	return []badRequest{
		{"unsigned", good, 401},
		{"signed by a stranger", with(func(b []byte) string { return webhook.Sign(stranger, b) }, modern), 401},
		{"signed by a stranger, the legacy way", with(func(b []byte) string { return webhook.Sign(stranger, b) }, legacy), 401},
		{"the legacy secret in the newer header", with(func(b []byte) string { return webhook.Sign(consumer, b) }, modern), 401},
		{"the newer secret in the legacy header", with(func(b []byte) string { return webhook.Sign(client, b) }, legacy), 401},
		{"the signature of another body", with(func(b []byte) string { return webhook.Sign(client, append(b, ' ')) }, modern), 401},
		{"the signature of no body", with(func([]byte) string { return webhook.Sign(client, nil) }, modern), 401},
		{"no scheme", with(func(b []byte) string { return strings.TrimPrefix(webhook.Sign(client, b), "sha256=") }, modern), 401},
		{"another scheme", with(func(b []byte) string { return strings.Replace(webhook.Sign(client, b), "256", "1", 1) }, modern), 401},
		{"the scheme in capitals", with(func(b []byte) string { return strings.Replace(webhook.Sign(client, b), "sha", "SHA", 1) }, modern), 401},
		{"base64 of URLs", func(b []byte) *http.Request {
			for webhook.Sign(client, b) == encoded(base64.URLEncoding)(b) { // until it is another text
				b = append(b, ' ')
			}
			return with(encoded(base64.URLEncoding), modern)(b)
		}, 401},
		{"base64 without its end", with(encoded(base64.RawStdEncoding), modern), 401},
		{"base64 with bits left over", with(func(b []byte) string {
			mac := []byte(webhook.Sign(client, b))
			mac[len(mac)-2]++ // the two last bits of the letter before the padding mean nothing
			return string(mac)
		}, modern), 401},
		{"a truncated signature", with(func(b []byte) string { return webhook.Sign(client, b)[:30] }, modern), 401},
		{"a huge signature", with(func(b []byte) string { return webhook.Sign(client, b) + strings.Repeat("A", 8<<10) }, modern), 401},
		{"an empty signature", with(func([]byte) string { return "" }, modern), 401},
		{"two signatures", func(b []byte) *http.Request { return sign(signed(b), modern, webhook.Sign(client, b)) }, 401},
		{"two signatures in one", with(func(b []byte) string { return webhook.Sign(client, b) + "," + webhook.Sign(client, b) }, modern), 401},
		{"two legacy signatures", func(b []byte) *http.Request {
			return sign(with(func(b []byte) string { return webhook.Sign(consumer, b) }, legacy)(b), legacy, webhook.Sign(consumer, b))
		}, 401},
		{"downgraded", func(b []byte) *http.Request {
			return sign(with(func(b []byte) string { return webhook.Sign(stranger, b) }, modern)(b), legacy, webhook.Sign(consumer, b))
		}, 401},
		{"downgraded by an empty one", func(b []byte) *http.Request {
			return sign(with(func([]byte) string { return "" }, modern)(b), legacy, webhook.Sign(consumer, b))
		}, 401},
		{"signed before it was compressed", func(b []byte) *http.Request {
			r := signed(b)
			r.Header.Set("Content-Encoding", "gzip")
			return r
		}, 415},
		{"a form", func(b []byte) *http.Request {
			r := signed(b)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return r
		}, 415},
		{"a type that is none", func(b []byte) *http.Request {
			r := signed(b)
			r.Header.Set("Content-Type", "application/json; charset")
			return r
		}, 415},
		{"PUT", func(b []byte) *http.Request { r := signed(b); r.Method = http.MethodPut; return r }, 405},
		{"DELETE", func(b []byte) *http.Request { r := signed(b); r.Method = http.MethodDelete; return r }, 405},
		{"a method of its own", func(b []byte) *http.Request { r := signed(b); r.Method = "DELIVER"; return r }, 405},
		{"as a challenge", func(b []byte) *http.Request {
			r, _ := http.NewRequest(http.MethodGet, "/webhooks/x?crc_token="+url.QueryEscape(string(b[:min(len(b), 200)])), nil)
			return r
		}, 400},
		{"GET with a body", func(b []byte) *http.Request { r := signed(b); r.Method = http.MethodGet; return r }, 400},
		{"truncated", func(b []byte) *http.Request { return signed(b[:len(b)-2]) }, 400},
		{"twice in one", func(b []byte) *http.Request { return signed(append(b, b...)) }, 400},
		{"in a list", func(b []byte) *http.Request { return signed(append(append([]byte("["), b...), ']')) }, 400},
		{"huge", func(b []byte) *http.Request { return signed(append(bytes.Repeat([]byte(" "), maxBody), b...)) }, 413},
		{"huge, of unknown length", func(b []byte) *http.Request {
			r := signed(append(bytes.Repeat([]byte(" "), maxBody), b...))
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(bytes.NewReader(bytes.Repeat([]byte(" "), maxBody)), bytes.NewReader(b))), -1
			return r
		}, 413},
		{"without end", func(b []byte) *http.Request {
			r := signed(b)
			r.Body, r.ContentLength = io.NopCloser(&endless{}), -1
			return r
		}, 413},
	}
}

// TestBadRequestsAreNotTaken sends each bad request for several bodies, over HTTP/1.1 and HTTP/2: 420 in all, and in
// between good ones, which are taken.
func TestBadRequestsAreNotTaken(t *testing.T) {
	bodies := [][]byte{}
	for _, name := range []string{"account_message", "account_revoked", "activity_like_create", "activity_post_delete", "replay_complete", "stream_match"} {
		bodies = append(bodies, bytes.TrimSpace(samples(t)[name]))
	}
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("http2=%v", http2), func(t *testing.T) {
			handler, events := recording(t, bothSecrets, webhook.WithMaxBody(maxBody))
			server := httptest.NewUnstartedServer(handler)
			server.EnableHTTP2 = http2
			server.StartTLS()
			defer server.Close()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			sent := 0
			for _, bad := range badRequests() {
				for i, body := range bodies {
					request := bad.make(bytes.Clone(body))
					request.URL.Scheme, request.URL.Host = "https", server.Listener.Addr().String()
					answer, err := server.Client().Do(request.WithContext(t.Context()))
					if err != nil {
						// A server that stops reading may be heard as a broken pipe.
						require.Contains(t, []int{413}, bad.status, "%s: %v", bad.name, err)
					} else {
						said, _ := io.ReadAll(answer.Body)
						answer.Body.Close()
						require.Equal(t, bad.status, answer.StatusCode, "%s, body %d", bad.name, i)
						require.Empty(t, said, bad.name)
						require.Equal(t, http2, answer.ProtoMajor == 2)
					}
					sent++
				}
			}
			require.GreaterOrEqual(t, sent, 200)
			require.Empty(t, events())
			runtime.GC()
			runtime.ReadMemStats(&after)
			require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(8<<20))

			for range 2 { // the second time it is a replay, which is answered and not given
				for _, body := range bodies {
					request := httptest.NewRequest(http.MethodPost, server.URL, bytes.NewReader(body))
					request.RequestURI = ""
					request.Header.Set(modern, webhook.Sign(client, body))
					answer, err := server.Client().Do(request)
					require.NoError(t, err)
					answer.Body.Close()
					require.Equal(t, http.StatusOK, answer.StatusCode)
				}
				require.Len(t, events(), len(bodies))
			}
		})
	}
}

// TestAnEndlessBodyIsNotReadOn: of each, little more is read than is taken.
func TestAnEndlessBodyIsNotReadOn(t *testing.T) {
	handler, events := recording(t, bothSecrets, webhook.WithMaxBody(maxBody))
	for range 50 {
		body := &endless{}
		r := httptest.NewRequest(http.MethodPost, "/", body)
		r.Header.Set(modern, webhook.Sign(client, nil))
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		require.Equal(t, http.StatusRequestEntityTooLarge, answer.Code)
		require.Less(t, body.read.Load(), int64(4*maxBody))
	}
	require.Empty(t, events())
}

// TestASlowBodyIsCut: whoever sends a byte now and then does not hold a connection for long.
func TestASlowBodyIsCut(t *testing.T) {
	handler, events := recording(t, bothSecrets, webhook.WithDeadline(50*time.Millisecond))
	server := httptest.NewServer(handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%s: %s\r\nContent-Length: 1000\r\n\r\n{", modern, webhook.Sign(client, nil))
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
	require.Empty(t, events())
}

// TestUnverifiedBodiesAreBoundedTogether: what many senders hold at once is bounded as well as what one does.
func TestUnverifiedBodiesAreBoundedTogether(t *testing.T) {
	handler, _ := recording(t, bothSecrets, webhook.WithMaxBody(1000))
	answers := make(chan int, 100)
	var pipes []*io.PipeWriter
	for range 100 {
		reading, writing := io.Pipe()
		pipes = append(pipes, writing)
		go func() {
			r := httptest.NewRequest(http.MethodPost, "/", reading)
			r.Header.Set(modern, webhook.Sign(client, nil))
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, r)
			reading.Close()
			answers <- answer.Code
		}()
	}
	for _, pipe := range pipes {
		_, _ = pipe.Write(bytes.Repeat([]byte(" "), 1000))
	}
	got := map[int]int{}
	for range 36 {
		got[<-answers]++
	}
	require.Equal(t, map[int]int{http.StatusServiceUnavailable: 36}, got)
	for _, pipe := range pipes {
		pipe.Close()
	}
	for range 64 {
		got[<-answers]++
	}
	require.Equal(t, 64, got[http.StatusUnauthorized])
	// What was held is given back.
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
	r.Header.Set(modern, webhook.Sign(client, []byte("{}")))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	require.Equal(t, http.StatusOK, answer.Code)
}

func TestRefusedMethodsNameTheOthers(t *testing.T) {
	handler, _ := recording(t, bothSecrets)
	for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodTrace, http.MethodConnect} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(method, "/?crc_token=a", nil))
		require.Equal(t, http.StatusMethodNotAllowed, answer.Code)
		require.Equal(t, "GET, POST", answer.Header().Get("Allow"))
		require.Empty(t, answer.Body.String())
	}
}

// FuzzDelivery holds that what is not signed is never taken, however it is signed.
func FuzzDelivery(f *testing.F) {
	f.Add("sha256=", "", []byte(`{}`))
	f.Add(webhook.Sign(client, []byte(`{}`)), webhook.Sign(consumer, []byte(`{}`)), []byte(`{ }`))
	var events atomic.Int64
	handler, err := webhook.New(bothSecrets, func(context.Context, *webhook.Event) error { events.Add(1); return nil })
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, newer, older string, body []byte) {
		if newer == webhook.Sign(client, body) || newer == "" && older == webhook.Sign(consumer, body) {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set(modern, newer)
		r.Header.Set(legacy, older)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		require.Equal(t, http.StatusUnauthorized, answer.Code)
		require.Zero(t, events.Load())
	})
}
