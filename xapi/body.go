package xapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

// Body is a request body of known length that is read from its source anew for each attempt, so that nothing of it is
// held in memory. Give it as the body of a Form method or of Do. A Body serves one call.
type Body struct {
	size int64
	open func() (io.ReadCloser, error)

	// read is how much of the source has been read. Only one reads a body at a time.
	read int64

	// mu guards source: a transport may close a body while it is still being read.
	mu     sync.Mutex
	source io.ReadCloser
	closed bool
}

// NewBody returns a body of exactly size bytes. open is called once for each attempt and returns the body from its
// start; what it returns is closed after the attempt. A source that turns out to be shorter or longer ends the call with
// a *BodySizeError, before the server has got a whole request.
func NewBody(size int64, open func() (io.ReadCloser, error)) *Body {
	return &Body{size: size, open: open}
}

// BodySizeError is a body whose source is not of the size that was given to NewBody. Another attempt would fail in the
// same way, so there is none.
type BodySizeError struct {
	// Size is the size that was given, in bytes.
	Size int64
	// Read is how much the source had, or Size and one byte where it has more.
	Read int64
}

func (e *BodySizeError) Error() string {
	if e.Read > e.Size {
		return fmt.Sprintf("the source has more than the %d bytes that were announced: give its exact size", e.Size)
	}
	return fmt.Sprintf("the source ended after %d of the %d bytes that were announced: give its exact size", e.Read, e.Size)
}

// Read reads the body; the source is opened by the first call.
func (b *Body) Read(p []byte) (int, error) {
	source, err := b.opened()
	if err != nil {
		return 0, err
	}
	if len(p) == 0 && b.read < b.size {
		return 0, nil
	}
	n := 0
	if left := b.size - b.read; left > 0 {
		n, err = source.Read(p[:min(int64(len(p)), left)])
		b.read += int64(n)
	}
	switch {
	case b.read == b.size && (err == nil || errors.Is(err, io.EOF)):
		// The last bytes are handed out when it is sure that they are the last: a server that has got as many as were
		// announced takes the request for whole.
		if err == nil && more(source) {
			return 0, &BodySizeError{Size: b.size, Read: b.size + 1}
		}
		return n, io.EOF
	case errors.Is(err, io.EOF):
		return 0, &BodySizeError{Size: b.size, Read: b.read}
	}
	return n, err
}

// more reports whether source has another byte.
func more(source io.Reader) bool {
	var one [1]byte
	for range 100 {
		if n, err := source.Read(one[:]); n > 0 || err != nil {
			return n > 0
		}
	}
	return false
}

func (b *Body) opened() (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, os.ErrClosed
	}
	if b.source == nil {
		source, err := b.open()
		if err != nil {
			return nil, err
		}
		b.source = source
	}
	return b.source, nil
}

// Close closes the source where it was opened.
func (b *Body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed = true; b.source == nil {
		return nil
	}
	return b.source.Close()
}

// attach gives req the body's exact length and the means to read it again.
func (b *Body) attach(req *http.Request) {
	req.ContentLength = b.size
	req.GetBody = func() (io.ReadCloser, error) { return NewBody(b.size, b.open), nil }
}
