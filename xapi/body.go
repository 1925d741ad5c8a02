package xapi

import (
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

	// mu guards source: a transport may close a body while it is still being read.
	mu     sync.Mutex
	source io.ReadCloser
	closed bool
}

// NewBody returns a body of exactly size bytes. open is called once for each attempt and returns the body from its
// start; what it returns is closed after the attempt.
func NewBody(size int64, open func() (io.ReadCloser, error)) *Body {
	return &Body{size: size, open: open}
}

// Read reads the body; the source is opened by the first call.
func (b *Body) Read(p []byte) (int, error) {
	source, err := b.opened()
	if err != nil {
		return 0, err
	}
	return source.Read(p)
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
