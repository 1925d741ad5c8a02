package xapi

import (
	"io"
	"net/http"
	"strings"
)

// Body is a request body of known length that is read from its source anew for each attempt, so that nothing of it is
// held in memory. Give it as the body of a WithBody method. A Body serves one call.
type Body struct {
	size   int64
	open   func() (io.ReadCloser, error)
	source io.ReadCloser
}

// NewBody returns a body of exactly size bytes. open is called once for each attempt and returns the body from its
// start; what it returns is closed after the attempt.
func NewBody(size int64, open func() (io.ReadCloser, error)) *Body {
	return &Body{size: size, open: open}
}

// Read reads the body; the source is opened by the first call.
func (b *Body) Read(p []byte) (int, error) {
	if b.source == nil {
		opened, err := b.open()
		if err != nil {
			return 0, err
		}
		b.source = opened
	}
	return b.source.Read(p)
}

// Close closes the source where it was opened.
func (b *Body) Close() error {
	if b.source == nil {
		return nil
	}
	return b.source.Close()
}

// attach gives req the body's exact length and the means to read it again.
func (b *Body) attach(req *http.Request) {
	req.ContentLength = b.size
	req.GetBody = func() (io.ReadCloser, error) { return NewBody(b.size, b.open), nil }
}

// finalizeMediaUpload is the one operation that takes no body in the spec and demands one in reality.
const finalizeMediaUpload = "finalizeMediaUpload"

// emptyObject gives req the body {}. Since 2026-07 the server answers a finalize without one with 400 "Request body
// must be a JSON object."
func emptyObject(req *http.Request) {
	req.Header.Set("Content-Type", "application/json")
	req.ContentLength = 2
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("{}")), nil }
	req.Body, _ = req.GetBody()
}
