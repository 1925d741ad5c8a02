package webhook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// maxUnverified is how many bodies of full size may be read at once before they are verified.
	maxUnverified = 64
	// firstBuffer bounds what is set aside on the word of a Content-Length.
	firstBuffer = 16 << 10
)

var errCrowded = errors.New("too much is being read that is not verified yet")

// readBody reads the raw body, bounded in size, in time, and in what all requests hold together. The release gives back
// what this one held, and is to be called in any case.
func (h *Handler) readBody(w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	metered := &meteredBody{from: http.MaxBytesReader(w, r.Body, h.maxBody), handler: h}
	release = func() { h.reading.Add(-metered.held) }
	if r.ContentLength > h.maxBody {
		return nil, release, &http.MaxBytesError{Limit: h.maxBody}
	}
	var buffer bytes.Buffer
	buffer.Grow(int(min(max(r.ContentLength, 0), firstBuffer)) + bytes.MinRead)
	if _, err := buffer.ReadFrom(metered); err != nil {
		return nil, release, fmt.Errorf("read the body: %w", err)
	}
	return buffer.Bytes(), release, nil
}

// limitReading cuts whoever sends a body slowly, also one that is not wanted and which the server reads to its end. A
// server that knows no deadlines keeps to the bounds in size.
func (h *Handler) limitReading(w http.ResponseWriter) (lift func()) {
	control := http.NewResponseController(w)
	if control.SetReadDeadline(time.Now().Add(h.deadline)) != nil {
		return func() {}
	}
	return func() { _ = control.SetReadDeadline(time.Time{}) }
}

// meteredBody counts what is read against what may be held unverified.
type meteredBody struct {
	from    io.Reader
	handler *Handler
	held    int64
}

// Read implements io.Reader.
func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.held += int64(n)
	if b.handler.reading.Add(int64(n)) > maxUnverified*b.handler.maxBody {
		return n, errCrowded
	}
	return n, err
}

// bodyStatus is the status for a body that could not be read.
func bodyStatus(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errCrowded):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}
