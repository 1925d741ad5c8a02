package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// BenchmarkDelivery measures what one delivery costs in a handler: verified, parsed, claimed, given and committed. Each is
// another event. The network is not among it. Run it with -cpu 1 for what one core does.
func BenchmarkDelivery(b *testing.B) {
	for _, name := range []string{"account_post_created", "account_message", "activity_post_create", "activity_like_create", "activity_follow_follow", "stream_match"} {
		b.Run(name, func(b *testing.B) {
			handler, err := webhook.New(bothSecrets, func(context.Context, *webhook.Event) error { return nil })
			if err != nil {
				b.Fatal(err)
			}
			body := compact(b, name)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			requests := make([]*http.Request, b.N)
			for i := range requests {
				body := another(body, i)
				requests[i] = httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
				requests[i].Header.Set("Content-Type", "application/json")
				requests[i].Header.Set(modern, webhook.Sign(client, body))
			}
			runtime.GC()
			b.ResetTimer()
			for _, r := range requests {
				answer := httptest.ResponseRecorder{}
				handler.ServeHTTP(&answer, r)
				if answer.Code != http.StatusOK {
					b.Fatal(answer.Code)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// compact is a sample without the spaces, which X does not send.
func compact(b *testing.B, name string) []byte {
	b.Helper()
	var body bytes.Buffer
	if err := json.Compact(&body, samples(b)[name]); err != nil {
		b.Fatal(err)
	}
	return body.Bytes()
}

// another returns body as an event of its own.
func another(body []byte, i int) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(body, []byte(`"event_uuid":"`), []byte(`"event_uuid":"`+fmt.Sprint(i))),
		[]byte(`"id_str":"19`), []byte(`"id_str":"19`+fmt.Sprint(i)))
}

// BenchmarkServer measures the same over loopback, with the server and the client on the cores that there are.
func BenchmarkServer(b *testing.B) {
	handler, err := webhook.New(bothSecrets, func(context.Context, *webhook.Event) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	body := compact(b, "activity_post_create")
	next := make(chan int)
	go func() {
		defer close(next)
		for i := range b.N {
			next <- i
		}
	}()
	b.ResetTimer()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		client := &http.Client{Transport: &http.Transport{}}
		for pb.Next() {
			body := another(body, <-next)
			r, _ := http.NewRequest(http.MethodPost, server.URL, bytes.NewReader(body))
			r.Header.Set(modern, webhook.Sign(bothSecrets.Client[0], body))
			answer, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
