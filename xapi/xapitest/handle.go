package xapitest

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/gen/wire"
)

// handler answers the calls of one operation.
type handler func(*Server, *call) answer

// handlers has what answers each operation, by operationId: a table of each family. An operation that the spec does not
// have is never routed here, so the tables may name operations that come and go. What is in none answers with made-up
// data.
var handlers = together(uploadHandlers, mediaHandlers, loginHandlers, postHandlers, timelineHandlers, searchHandlers, userHandlers,
	relationHandlers, likeHandlers, bookmarkHandlers, listHandlers, dmHandlers, spaceHandlers, readingHandlers, trendHandlers,
	noteHandlers, articleHandlers, insightHandlers, broadcastHandlers, chatHandlers, accountingHandlers, ruleHandlers, streamHandlers,
	connectionHandlers, activityHandlers, webhookHandlers)

func together(tables ...map[string]handler) map[string]handler {
	all := map[string]handler{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

var uploadHandlers = map[string]handler{
	"initializeMediaUpload": (*Server).initializeUpload,
	"appendMediaUpload":     (*Server).appendUpload,
	"finalizeMediaUpload":   (*Server).finalizeUpload,
	"getMediaUploadStatus":  (*Server).uploadStatus,
	"mediaUpload":           (*Server).uploadAtOnce,
	"createMediaMetadata":   (*Server).createMetadata,
	"createMediaSubtitles":  (*Server).createSubtitles,
	"deleteMediaSubtitles":  (*Server).deleteSubtitles,
	"getOpenApiSpec":        (*Server).getSpec,
}

var loginHandlers = map[string]handler{
	"oauth2Authorize": (*Server).authorizeLogin,
	"oauth2Token":     (*Server).token,
	"oauth2Revoke":    (*Server).revoke,
	"oauth2AppToken":  (*Server).appToken,

	"oauth1RequestToken": (*Server).requestToken,
	"oauth1Authorize":    (*Server).authorizeToken,
	"oauth1AccessToken":  (*Server).accessToken,
}

// ServeHTTP is the path of every request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.guard.Misled(w, r) || s.guard.Share(w, r) {
		return
	}
	if r.URL.Path == facePath || strings.HasPrefix(r.URL.Path, facePath+"/") {
		s.face.ServeHTTP(w, r)
		return
	}
	c := s.newCall(r)
	defer s.dispose(c)
	do, after := s.disturb(c)
	wait(r.Context(), do.Delay)
	switch do.Reset {
	case ResetBefore:
		s.note(c, answer{})
		reset(w)
	case ResetMidBody:
		drain(r.Body, after)
		s.note(c, answer{})
		reset(w)
	}
	answered, instead := s.replaced(do)
	if instead {
		_, _ = s.readBody(c)
	} else {
		answered = s.answer(c)
	}
	// What is left unread is read away, so that the client sees the answer and not a broken connection.
	drain(r.Body, maxDrained)
	answered = s.signed(c, answered)
	if answered.stream == nil {
		answered = answered.altered(do)
	}
	s.note(c, answered)
	switch {
	case do.Reset == ResetAfter:
		reset(w)
	case answered.stream != nil:
		answered.serve(r.Context(), w, do)
	case do.Cut:
		answered.cutOff(w)
	default:
		answered.write(w)
	}
}

// answer takes the call through the checks that all operations share, to its handler.
func (s *Server) answer(c *call) answer {
	if c.operation.ID == "" {
		return unknownPath(instead(c.request.Method, c.request.URL.Path))
	}
	if refused, ok := s.readBody(c); !ok {
		return refused
	}
	if hint := c.oldCommand(); hint != "" {
		return unknownPath(hint)
	}
	if refused, ok := s.authorize(c); !ok {
		refused.edge = true
		return refused
	}
	if full := s.count(c); full != "" {
		refused := tooManyRequests()
		refused.hint = full
		return refused
	}
	if refused, ok := s.check(c); !ok {
		return refused
	}
	return c.explained(s.handle(c))
}

// handle has the call answered by what is registered for its operation, or by made-up data, in the spelling of the
// request.
func (s *Server) handle(c *call) answer {
	s.mu.Lock()
	custom := s.customs[c.operation.ID]
	s.mu.Unlock()
	var answered answer
	if custom != nil {
		answered = custom.answer(s, c)
	} else if handle, ok := handlers[c.operation.ID]; ok {
		if row := endpoints()[c.operation.ID]; row != nil {
			c.body = wire.Restore(c.body, row.BodyNew)
		}
		answered = s.asDeclared(c, handle(s, c))
	} else {
		answered = s.sample(c)
	}
	if answered.body != nil && answered.status < http.StatusBadRequest && answered.contentType == "" {
		answered.body = s.inSpelling(c, answered.bytes())
	}
	return answered
}

// maxDrained bounds what is read of a body that nobody wants.
const maxDrained = 64 << 20

// maxJSON bounds what is read of a JSON body: a segment in base64 is a third larger than the segment.
func (s *Server) maxJSON() int64 { return s.settings.maxSegment/3*4 + 64<<10 }

// readBody reads the body unless it is multipart or a list of ids, which are left to be read as streams.
func (s *Server) readBody(c *call) (answer, bool) {
	switch {
	case c.contentType() == multipartForm || c.operation.ID == "uploadComplianceIds":
		return answer{}, true
	case c.operation.ID == "appendMediaUpload", c.operation.ID == "mediaUpload" && c.contentType() == "application/json":
		return s.readLifted(c)
	}
	raw, err := io.ReadAll(io.LimitReader(c.request.Body, s.maxJSON()+1))
	switch {
	case int64(len(raw)) > s.maxJSON():
		return answer{status: http.StatusRequestEntityTooLarge, edge: true}, false
	case err != nil && !errors.Is(err, io.EOF):
		return answer{status: http.StatusBadRequest, edge: true}, false
	}
	c.body = raw
	return answer{}, true
}

// count takes the call off the caller's rate limits. It says what the caller is to know where one is used up.
func (s *Server) count(c *call) (full string) {
	if len(c.operation.Security) == 0 {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.limits, full = s.limiter.take(c)
	return full
}

// signed adds the headers that the API itself puts on its answers.
func (s *Server) signed(c *call, a answer) answer {
	if a.edge || len(c.operation.Security) == 0 {
		return a
	}
	header := http.Header{
		"X-Transaction-Id": {c.transaction},
		"X-Access-Level":   {"read-write"},
		"X-Response-Time":  {strconv.Itoa(1 + len(c.body)%90)},
		"Api-Version":      {s.version},
	}
	for _, more := range []http.Header{c.limits, a.header} {
		for name, values := range more {
			header[name] = values
		}
	}
	a.header = header
	return a
}
