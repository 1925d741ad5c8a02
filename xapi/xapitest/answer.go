package xapitest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is what the sandbox sends back: a status, and body as JSON unless it is nil or already bytes.
type answer struct {
	status      int
	contentType string
	header      http.Header
	body        any
}

// object is a JSON object that is put together by hand: the sandbox must not depend on the names of generated schemas.
type object = map[string]any

// ok answers with data in the place where the API puts it.
func ok(status int, data any) answer {
	return answer{status: status, body: object{"data": data}}
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
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if len(raw) > 0 {
		header.Set("Content-Type", a.mediaType())
	}
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(raw)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(raw)
}

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
