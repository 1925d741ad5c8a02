package xapitest

import (
	"net/http"
	"slices"
)

// Request is one request that the sandbox has answered.
type Request struct {
	// Operation is the operationId, empty where the path is unknown.
	Operation string `json:"operation"`
	Method    string `json:"method"`
	// Path is the path with its query, as it was asked for.
	Path   string      `json:"path"`
	Header http.Header `json:"header,omitempty"`
	// Body is the body where it was JSON or a form; the bytes of uploads are not kept here.
	Body []byte `json:"body,omitempty"`
	// Status is that of the answer, 0 where a fault broke the connection before there was one.
	Status int `json:"status"`
	// Hint is what the sandbox had to say about a request that it refused.
	Hint string `json:"hint,omitempty"`
}

// maxSeen bounds how many requests are remembered, and maxSeenBody how much of each body.
const (
	maxSeen     = 10_000
	maxSeenBody = 16 << 10
)

// Requests returns the requests seen so far, oldest first: the last 10,000 of them, of each body the first 16 KiB.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// note remembers the call and its answer, and writes them down where they are to be recorded.
func (s *Server) note(c *call, a answer) {
	seen := Request{
		Operation: c.operation.ID,
		Method:    c.request.Method,
		Path:      c.request.URL.RequestURI(),
		Header:    c.request.Header.Clone(),
		Status:    a.status,
		Hint:      a.hint,
	}
	if c.operation.ID != "appendMediaUpload" && c.operation.ID != "mediaUpload" {
		seen.Body = slices.Clone(c.body[:min(len(c.body), maxSeenBody)])
	}
	s.mu.Lock()
	if len(s.requests) >= maxSeen {
		s.requests = slices.Delete(s.requests, 0, maxSeen/10)
	}
	s.requests = append(s.requests, seen)
	s.mu.Unlock()
	if s.recorder != nil {
		s.recorder.record(c, a)
	}
}
