// Command stream reads posts from a stream, and prints what one of them costs.
package main

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/xapi-go/xapi-go/.ci/budgets/programs/cost"
	"github.com/xapi-go/xapi-go/xapi"
)

// Posts that are read before the count begins, and at its end.
const begin, end = 200, 2200

func main() {
	client, err := xapi.New(xapi.WithBearerToken("t"), xapi.WithHTTPClient(&http.Client{Transport: streaming{}}))
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	read, begun := 0, cost.Begin()
	for _, err := range client.StreamPosts(ctx, nil) {
		if err != nil {
			panic(err)
		}
		switch read++; read {
		case begin:
			begun = cost.Begin()
		case end:
			begun.End(end - begin).Print()
			return
		}
	}
	panic("the stream has ended")
}

// streaming is a server in memory that sends a post with each read of its answer, without an end.
type streaming struct{}

func (streaming) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(&posts{}),
	}, nil
}

type posts struct {
	last int64
	line []byte
	left []byte
}

func (p *posts) Read(into []byte) (int, error) {
	if len(p.left) == 0 {
		p.last++
		p.line = append(p.line[:0], `{"data":{"id":"`...)
		p.line = strconv.AppendInt(p.line, p.last, 10)
		p.line = append(p.line, "\",\"text\":\"a post\",\"author_id\":\"12\",\"created_at\":\"2026-01-02T03:04:05.000Z\"},\"matching_rules\":[{\"id\":\"1\",\"tag\":\"cats\"}]}\r\n"...)
		p.left = p.line
	}
	n := copy(into, p.left)
	p.left = p.left[n:]
	return n, nil
}
