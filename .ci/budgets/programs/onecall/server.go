package main

import (
	"bytes"
	"io"
	"net/http"
)

// answering is a server in memory.
type answering struct{}

func (answering) RoundTrip(req *http.Request) (*http.Response, error) {
	body := []byte(`{"data":[{"id":"1","text":"a post"}],"meta":{"result_count":1,"newest_id":"1","oldest_id":"1"}}`)
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}
