package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// call is one request on its way through the sandbox.
type call struct {
	operation *gen.Operation
	request   *http.Request
	// params are those of the path.
	params map[string]string
	// body is the body, unless it is multipart: that is left in the request, to be read as a stream.
	body []byte
	// now is the sandbox's time when the call came in.
	now time.Time
}

// handler answers the calls of one operation.
type handler func(*Server, *call) answer

// handlers has the operations that keep state, by operationId. An operation that the spec does not have is never
// routed here, so the table may name operations that come and go.
var handlers = map[string]handler{
	"initializeMediaUpload": (*Server).initializeUpload,
	"appendMediaUpload":     (*Server).appendUpload,
	"finalizeMediaUpload":   (*Server).finalizeUpload,
	"getMediaUploadStatus":  (*Server).uploadStatus,
	"mediaUpload":           (*Server).uploadAtOnce,
	"createMediaMetadata":   (*Server).createMetadata,
	"createPosts":           (*Server).createPost,
	"deletePosts":           (*Server).deletePost,
	"getPostsById":          (*Server).getPost,
	"getUsersMe":            (*Server).getMe,
}

// ServeHTTP is the path of every request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op, params := s.routes.match(r.Method, r.URL.Path)
	if op == nil {
		// The real API knows no JSON for a path that it does not have.
		answer{status: http.StatusNotFound}.write(w)
		return
	}
	c := &call{operation: op, request: r, params: params, now: s.now()}
	answered := s.answer(w, c)
	s.see(c, answered.status)
	answered.write(w)
}

// answer takes the call through the checks that all operations share, to its handler.
func (s *Server) answer(w http.ResponseWriter, c *call) answer {
	if len(c.operation.Security) > 0 && c.request.Header.Get("Authorization") != "Bearer "+s.settings.token {
		return unauthorized()
	}
	if refused, stop := s.readBody(w, c); stop {
		return refused
	}
	handle, known := handlers[c.operation.ID]
	if !known {
		return answer{status: http.StatusNotImplemented}
	}
	return handle(s, c)
}

// maxJSON bounds what is read of a JSON body: a segment in base64 is a third larger than the segment.
func (s *Server) maxJSON() int64 { return s.settings.maxSegment/3*4 + 64<<10 }

// readBody reads the body unless it is multipart.
func (s *Server) readBody(w http.ResponseWriter, c *call) (answer, bool) {
	if c.contentType() == "multipart/form-data" {
		return answer{}, false
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, c.request.Body, s.maxJSON()))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return answer{status: http.StatusRequestEntityTooLarge}, true
	case err != nil:
		return answer{status: http.StatusBadRequest}, true
	}
	c.body = raw
	return answer{}, false
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

func (s *Server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.now()
}
