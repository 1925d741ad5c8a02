package xapitest

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"unicode"
)

// answer is what the sandbox sends back: a status, and body as JSON unless it is nil or already bytes.
type answer struct {
	status      int
	contentType string
	header      http.Header
	body        any
	// hint says in the sandbox's own words what to do instead. It goes into a header, since the body is the API's.
	hint string
	// stream writes the rest of the answer, where that has no end of its own.
	stream func(context.Context, http.ResponseWriter, Do)
	// edge says that the answer comes from before the API: it carries none of the API's own headers.
	edge bool
}

// because returns the answer with a hint.
func (a answer) because(hint string) answer {
	a.hint = hint
	return a
}

// HintHeader is the header in which the sandbox says what a refused request should have been.
const HintHeader = "X-Sandbox-Hint"

// object is a JSON object that is put together by hand: the sandbox must not depend on the names of generated schemas.
type object = map[string]any

// ok answers with data in the place where the API puts it.
func ok(status int, data any) answer {
	return answer{status: status, body: object{"data": data}}
}

// ok answers with data by the status in the spec, or the one that the options set.
func (s *Server) ok(c *call, status int, data any) answer {
	if set := s.settings.statuses[c.operation.ID]; set != 0 {
		status = set
	}
	return ok(status, data)
}

// bytes returns the body as it goes out. Bodies are made by the sandbox of plain values, so encoding cannot fail.
func (a answer) bytes() []byte {
	switch body := a.body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	default:
		raw, _ := json.Marshal(body)
		return raw
	}
}

// write sends the answer.
func (a answer) write(w http.ResponseWriter) {
	raw := a.bytes()
	a.writeHead(w, len(raw))
	_, _ = w.Write(raw)
}

// writeHead sends the status and the headers of an answer of n bytes.
func (a answer) writeHead(w http.ResponseWriter, n int) {
	header := w.Header()
	maps.Copy(header, a.header)
	if a.hint != "" {
		header.Set(HintHeader, oneLine(a.hint))
	}
	if n > 0 {
		header.Set("Content-Type", a.mediaType())
	}
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(n))
	}
	w.WriteHeader(a.status)
}

// oneLine returns a text as a header can have it. A hint repeats words of the request, which may be of any bytes.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(shortened(text, maxHint), ""))
}

// maxHint bounds a hint, in bytes.
const maxHint = 2000

func (a answer) mediaType() string {
	switch {
	case a.contentType != "":
		return a.contentType
	case a.status >= http.StatusBadRequest:
		return "application/problem+json"
	default:
		return "application/json; charset=utf-8"
	}
}
