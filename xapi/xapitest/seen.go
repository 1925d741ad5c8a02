package xapitest

import (
	"net/http"
	"slices"
	"time"
)

// Request is one request that the sandbox has answered.
type Request struct {
	// Number counts the requests from 1 on.
	Number int64
	// At is when the request came in, by the sandbox's clock, and Took how long its answer took to make, in real time.
	At   time.Time
	Took time.Duration
	// Operation is the operationId, empty where the path is unknown.
	Operation string
	Method    string
	// Path is the path with its query, as it was asked for.
	Path   string
	Header http.Header
	// User is the id of the user whose credentials were good, empty for an app's and for none.
	User string
	// Body is the body where it was JSON or a form; the bytes of uploads are not kept here. Size is how many bytes were
	// announced, -1 where that was not said.
	Body []byte
	Size int64
	// Status is that of the answer, 0 where a fault broke the connection before there was one, and Answer its body.
	Status int
	Answer []byte
	// Wrong is what the answer says was wrong with the request, and Hint what the sandbox had to say about it besides.
	Wrong string
	Hint  string
	// Again is the number of the request that this one repeats, 0 for none.
	Again int64
}

// Bounds of what is remembered: requests, bytes of each body, and bytes of all bodies.
const (
	maxSeen       = 10_000
	maxSeenBody   = 128 << 10
	maxSeenAnswer = 16 << 10
	maxSeenBytes  = 32 << 20
)

// history is the requests that are remembered. Server.mu guards it.
type history struct {
	list  []Request
	last  int64
	bytes int
}

func (h *history) add(seen *Request) {
	h.last++
	seen.Number = h.last
	h.list = append(h.list, *seen)
	h.bytes += seen.weight()
	if len(h.list) <= maxSeen && h.bytes <= maxSeenBytes {
		return
	}
	gone := 0
	for ; gone < len(h.list)-1 && (len(h.list)-gone > maxSeen*9/10 || h.bytes > maxSeenBytes*9/10); gone++ {
		h.bytes -= h.list[gone].weight()
	}
	h.list = slices.Delete(h.list, 0, gone)
}

func (r *Request) weight() int { return len(r.Body) + len(r.Answer) }

// after returns the requests above that number, oldest first.
func (h *history) after(number int64) []Request {
	at, _ := slices.BinarySearchFunc(h.list, number+1, func(r Request, n int64) int { return int(r.Number - n) })
	return h.list[at:]
}

// Requests returns the requests seen so far, oldest first: the last 10,000 of them, fewer where their bodies have more than
// 32 MiB together. Of each body there are the first 128 KiB, of each answer the first 16.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests.list)
}

// WithObserver has observe called with every request once its answer is made. It may be called by several requests at
// once, and holds the answer up until it returns.
func WithObserver(observe func(Request)) Option {
	return func(s *settings) error { s.observe = observe; return nil }
}

// note remembers the call and its answer, and writes them down where they are to be recorded.
func (s *Server) note(c *call, a answer) {
	text := a.bytes()
	seen := Request{
		At: c.now, Took: time.Since(c.came), Operation: c.operation.ID, Method: c.request.Method, Path: c.request.URL.RequestURI(),
		Header: c.request.Header.Clone(), User: c.caller.user, Size: c.request.ContentLength,
		Status: a.status, Answer: slices.Clone(text[:min(len(text), maxSeenAnswer)]), Wrong: wrong(a.status, text), Hint: a.hint,
		Again: repeated(c.request),
	}
	if c.operation.ID != "appendMediaUpload" && c.operation.ID != "mediaUpload" {
		seen.Body = slices.Clone(c.body[:min(len(c.body), maxSeenBody)])
	}
	s.mu.Lock()
	s.requests.add(&seen)
	s.mu.Unlock()
	s.news.Tell()
	if s.recorder != nil {
		s.recorder.record(c, a)
	}
	if s.settings.observe != nil {
		s.settings.observe(seen)
	}
}
