package media

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// content is an open source.
type content struct {
	source io.ReaderAt
	name   string
	size   int64
	// file is what the source is where it is a file.
	file os.FileInfo
	// unchanged, where not nil, tells whether the source is still what was opened.
	unchanged   func() error
	closeSource func() error

	mu      sync.Mutex
	failure error
	// users counts the open sections and the reads under way.
	users  int
	closed bool
	idle   chan struct{}
}

func newContent(source io.ReaderAt, name string, size int64) *content {
	return &content{source: source, name: name, size: size, idle: make(chan struct{})}
}

// section is a reader of one part of a content, which stays open until the section is closed. It may be closed while it
// is being read.
type section struct {
	content *content
	reader  *io.SectionReader
	left    int64
	closed  bool
}

// section returns a reader of the size bytes from offset on. Of a content that is closed there is nothing to read.
func (c *content) section(offset, size int64) io.ReadCloser {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &section{content: c, reader: io.NewSectionReader(c.source, offset, size), left: size, closed: c.closed}
	if !s.closed {
		c.users++
	}
	return s
}

// Read notes failures of the source, which the network code above would report as its own.
func (s *section) Read(p []byte) (int, error) {
	c := s.content
	if !s.enter() {
		return 0, os.ErrClosed
	}
	defer c.leave()
	n, err := s.reader.Read(p)
	if s.left -= int64(n); errors.Is(err, io.EOF) && s.left > 0 {
		err = fmt.Errorf("it has become shorter than its %d bytes: start again when it is complete: %w", c.size, io.ErrUnexpectedEOF)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.failure == nil && !c.closed {
			c.failure = fmt.Errorf("reading the media source %q: %w", c.name, err)
		}
	}
	return n, err
}

// enter begins a read, where the section is open.
func (s *section) enter() bool {
	s.content.mu.Lock()
	defer s.content.mu.Unlock()
	if s.closed {
		return false
	}
	s.content.users++
	return true
}

// Close lets go of the content. Further calls do nothing.
func (s *section) Close() error {
	s.content.mu.Lock()
	closed := s.closed
	s.closed = true
	s.content.mu.Unlock()
	if !closed {
		s.content.leave()
	}
	return nil
}

// err returns the first failure to read the source.
func (c *content) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}

func (c *content) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users--
	c.settle()
}

// settle closes the source when the last user has gone.
func (c *content) settle() {
	if c.closed && c.users == 0 {
		if c.closeSource != nil {
			_ = c.closeSource()
		}
		close(c.idle)
	}
}

// lingering bounds how long close waits for readers: a transport may close a request's body a little after the call has
// returned. It waits no longer, since a source may hang.
const lingering = 250 * time.Millisecond

// close closes the source as soon as nothing reads it, and waits for that where it is a matter of moments.
func (c *content) close() {
	c.mu.Lock()
	c.closed = true
	c.settle()
	c.mu.Unlock()
	timer := time.NewTimer(lingering)
	defer timer.Stop()
	select {
	case <-c.idle:
	case <-timer.C:
	}
}
