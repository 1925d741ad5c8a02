// Command onecall makes calls as a program would, and prints what they cost: the time of the first in milliseconds, or
// the memory in use after five in megabytes.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// answering is a server in memory.
type answering struct{}

func (answering) RoundTrip(req *http.Request) (*http.Response, error) {
	body := []byte(`{"data":[{"id":"1","text":"a post"}],"meta":{"result_count":1,"newest_id":"1","oldest_id":"1"}}`)
	if req.URL.Path == "/2/users/me" {
		body = []byte(`{"data":{"id":"1","name":"n","username":"u"}}`)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

func main() {
	word := os.Args[1]
	options := []xapi.ClientOption{xapi.WithBearerToken("t"), xapi.WithHTTPClient(&http.Client{Transport: answering{}})}
	if word == "unvalidated" || word == "memory-unvalidated" {
		options = append(options, xapi.WithValidation(xapi.Off, xapi.Off))
	}
	client, err := xapi.New(options...)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	switch word {
	case "validated", "unvalidated":
		begun := time.Now()
		_, err = client.SearchPostsRecent(ctx, &xapi.SearchPostsRecentParams{Query: "cats"})
		fmt.Println(float64(time.Since(begun).Microseconds()) / 1000)
	case "memory-validated", "memory-unvalidated":
		five(ctx, client)
		runtime.GC()
		var used runtime.MemStats
		runtime.ReadMemStats(&used)
		fmt.Println(float64(used.HeapInuse+used.StackInuse) / 1e6)
	}
	if err != nil {
		panic(err)
	}
}

func five(ctx context.Context, client *xapi.Client) {
	_, a := client.SearchPostsRecent(ctx, &xapi.SearchPostsRecentParams{Query: "cats"})
	_, b := client.GetUsersPosts(ctx, "1", nil)
	_, c := client.GetUsersMentions(ctx, "1", nil)
	_, d := client.GetPostsQuotedPosts(ctx, "1", nil)
	_, e := client.GetListsPosts(ctx, "1", nil)
	for _, err := range []error{a, b, c, d, e} {
		if err != nil {
			panic(err)
		}
	}
}
