package xapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// multipartForm is the media type of uploads that are not JSON.
const multipartForm = "multipart/form-data"

// call is one request on its way through the sandbox.
type call struct {
	// operation is the operation asked for, without an id where the path is unknown.
	operation *gen.Operation
	request   *http.Request
	// params are those of the path.
	params map[string]string
	// query has the query's parameters in the old spelling, declared in that of the contract. posts and tweets say in which
	// the request was, neither where it has nothing that is spelled in two ways.
	query, declared url.Values
	posts, tweets   bool
	// body is the body, unless it is multipart: that is left in the request, to be read as a stream.
	body []byte
	// lifted are the media of a segment that came in JSON. They are not in the body.
	lifted *lifted
	// connection is that of the stream that the call has opened.
	connection *connection
	// caller is who asks.
	caller caller
	// started is when the call came in, by the clock that nobody moves; now is that by the sandbox's.
	started, now time.Time
	// came is when the call came in by the time of this machine, from which it is measured how long it takes.
	came time.Time
	// transaction names the call in its answer.
	transaction string
	// limits are the headers about the rate limits.
	limits http.Header
}

func (s *Server) newCall(r *http.Request) *call {
	op, params := s.routes.match(r.Method, r.URL.Path)
	if op == nil {
		op = &gen.Operation{Method: r.Method}
	}
	came := time.Now()
	query, declared, posts, tweets := spelled(op.ID, r.URL.Query())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	return &call{
		operation: op, request: r, params: params, query: query, declared: declared, posts: posts, tweets: tweets, started: s.clock.base(), now: s.clock.now(), came: came,
		transaction: fmt.Sprintf("%016x", s.calls),
	}
}

// disturb returns what a fault has in store for the call, and how many bytes of its body are read before.
func (s *Server) disturb(c *call) (Do, int64) {
	s.mu.Lock()
	faults := s.faults
	s.mu.Unlock()
	return faults.pick(c.operation.ID, c.contentType(), c.request.ContentLength)
}

func (c *call) contentType() string {
	name, _, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	return name
}

// boundary is what stands between the parts of a multipart body.
func (c *call) boundary() string {
	_, params, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	return params["boundary"]
}

// decode reads the JSON body into v. Numbers are kept as they are written.
func (c *call) decode(v any) error {
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.UseNumber()
	return decoder.Decode(v)
}
