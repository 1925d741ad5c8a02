package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/xapi-go/xapi-go/gen"
)

// Call is a call of an operation that is answered by a function of the test's own.
type Call struct {
	// Operation is the operationId.
	Operation string
	// Params are the parameters of the path by name, Query those of the query as they were sent.
	Params map[string]string
	Query  url.Values
	// Body is the body, unless it is multipart.
	Body []byte
	// User is the id of the user whose token it is, empty for an app's.
	User string
}

// Decode reads the JSON body into v.
func (c *Call) Decode(v any) error { return json.Unmarshal(c.Body, v) }

// Refusal is an error that a function given to Handle returns to have the call refused: its status, 400 to 599, and its
// body, which is sent as JSON.
type Refusal struct {
	Status int
	Body   any
}

// Error says with which status the call was refused.
func (r *Refusal) Error() string { return fmt.Sprintf("refused with status %d", r.Status) }

// Handle has an operation answered by a function of your own instead of the sandbox: for good, or until the function that
// it returns is called. T is what the operation answers, in Go's spelling: xapi.ListBroadcastsResult for listBroadcasts.
//
//	restore, err := xapitest.Handle(srv, "listBroadcasts", func(c *xapitest.Call) (xapi.ListBroadcastsResult, error) { … })
//
// Requests are checked, counted and disturbed as ever before the function is called. Its answer is held against the
// contract: what the contract does not allow is answered with a 500 that says why in the header X-Sandbox-Hint, so that a
// test does not pass by an answer that the real API cannot give. A *Refusal is sent as it is; any other error is a 500.
// The function may be called by several calls at once.
func Handle[T any](s *Server, operation string, answered func(*Call) (T, error)) (restore func(), err error) {
	row := endpoints()[operation]
	if row == nil || row.Gone {
		return nil, fmt.Errorf("Handle: the spec has no operation %q: use an operationId of it", operation)
	}
	made := func(s *Server, c *call) answer {
		body, err := answered(&Call{Operation: operation, Params: c.params, Query: c.request.URL.Query(), Body: c.body, User: c.caller.user})
		if err != nil {
			return refusedBy(err)
		}
		return s.custom(c, row, body)
	}
	return s.install(operation, &custom{answer: made}), nil
}

// custom is what answers an operation instead of the sandbox.
type custom struct {
	answer handler
	// stub is the fixed answer that it gives, nil where it is a function of the test's own.
	stub *Stub
}

// install has the operation answered by the custom until the function that is returned is called.
func (s *Server) install(operation string, made *custom) (restore func()) {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.customs[operation]
	s.customs[operation] = made
	return func() {
		defer s.news.Tell()
		s.mu.Lock()
		defer s.mu.Unlock()
		if before == nil {
			delete(s.customs, operation)
			return
		}
		s.customs[operation] = before
	}
}

func refusedBy(err error) answer {
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.Status >= http.StatusBadRequest && refusal.Status < 600 {
		return answer{status: refusal.Status, body: refusal.Body}
	}
	failed := internal(nil)
	failed.hint = "the function given to Handle failed: " + err.Error()
	return failed
}

// custom answers with a result of package gen, spelled as the contract declares it and held against the contract.
func (s *Server) custom(c *call, row *gen.Endpoint, result any) answer {
	refuse := func(reason string) answer {
		failed := internal(s)
		failed.hint = "the answer given to Handle is not what the contract has for " + row.ID + ": " + reason
		return failed
	}
	text, err := json.Marshal(result)
	if err != nil {
		return refuse(err.Error())
	}
	body := any(text)
	if names := s.oldNames(row); len(names) > 0 {
		if body, err = ofTweets(names, text); err != nil {
			return refuse(err.Error())
		}
	}
	status, schema := s.success(c)
	if schema != nil && schema.Properties["data"] == nil && row.Bare {
		body = bare(answer{body: body}.bytes())
	}
	made := answer{status: status, body: answer{body: body}.bytes()}
	header := http.Header{"Content-Type": {made.mediaType()}}
	if drifts := s.validator.Response(row.ID, status, header, made.bytes()); len(drifts) > 0 {
		return refuse(drifts[0].Finding.String())
	}
	return made
}

// bare returns what is in the data of an answer that the contract has without data around it.
func bare(text []byte) []byte {
	var top struct {
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(text, &top) != nil || len(bytes.TrimSpace(top.Data)) == 0 {
		return text
	}
	return top.Data
}
