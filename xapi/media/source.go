package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Source is what to upload. It is made by File, Bytes, ReaderAt or Reader.
type Source struct {
	open func(ctx context.Context, limit int64) (*content, error)
}

// File is the file at path. It is open for the length of an upload, which fails where the file changes meanwhile.
func File(path string) Source {
	return Source{func(context.Context, int64) (*content, error) { return openFile(path) }}
}

// Bytes is data, which must not change during an upload. name is a file name, whose extension helps where the bytes do
// not tell their type; it may be empty.
func Bytes(name string, data []byte) Source {
	return ReaderAt(name, bytes.NewReader(data), int64(len(data)))
}

// ReaderAt is the first size bytes of r, which is read by several goroutines at once. name is as in Bytes.
func ReaderAt(name string, r io.ReaderAt, size int64) Source {
	return Source{func(context.Context, int64) (*content, error) {
		if r == nil || size < 0 {
			return nil, inputError("media source %q: the reader is nil or its size is negative", name)
		}
		return newContent(r, name, size), nil
	}}
}

func openFile(path string) (*content, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &InputError{Err: fmt.Errorf("media source: %w", err)}
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file: give it to Reader instead", path)
	}
	if err != nil {
		return nil, errors.Join(&InputError{Err: fmt.Errorf("media source: %w", err)}, file.Close())
	}
	c := newContent(file, filepath.Base(path), info.Size())
	c.closeSource = file.Close
	c.unchanged = func() error {
		now, err := file.Stat()
		if err == nil && (now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime())) {
			err = errors.New("the file changed during the upload: start again when it is complete")
		}
		return err
	}
	return c, nil
}

// content is an open source.
type content struct {
	source io.ReaderAt
	name   string
	size   int64
	// sha256 is set where reading the source told it.
	sha256 string
	// unchanged, where not nil, tells whether the source is still what was opened.
	unchanged   func() error
	closeSource func() error

	mu      sync.Mutex
	failure error
	readers int
	closed  bool
	settled bool
	idle    chan struct{}
}

func newContent(source io.ReaderAt, name string, size int64) *content {
	return &content{source: source, name: name, size: size, idle: make(chan struct{})}
}

// section is a reader of one part of a content, which stays open until the section is closed.
type section struct {
	io.Reader
	close func()
}

// Close lets go of the content. Further calls do nothing.
func (s *section) Close() error { s.close(); return nil }

// section returns a reader of the size bytes from offset on.
func (c *content) section(offset, size int64) io.ReadCloser {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.readers++
	reader := &sourceReader{SectionReader: io.NewSectionReader(c.source, offset, size), content: c}
	return &section{Reader: reader, close: sync.OnceFunc(c.leave)}
}

// sourceReader notes failures of the source, which the network code above would report as its own.
type sourceReader struct {
	*io.SectionReader
	content *content
}

func (r *sourceReader) Read(p []byte) (int, error) {
	n, err := r.SectionReader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.content.mu.Lock()
		defer r.content.mu.Unlock()
		if r.content.failure == nil && !r.content.closed {
			r.content.failure = fmt.Errorf("reading the media source: %w", err)
		}
	}
	return n, err
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
	c.readers--
	c.settle()
}

// settle closes the source when the last reader has gone. One that comes later, from a transport that lets go of a body
// late, reads from a closed source.
func (c *content) settle() {
	if c.closed && c.readers == 0 && !c.settled {
		c.settled = true
		if c.closeSource != nil {
			_ = c.closeSource()
		}
		close(c.idle)
	}
}

// lingering bounds how long close waits for readers. A transport may close a request's body a little after the call has
// returned.
const lingering = time.Second

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
