package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Reader is what is left of r, of whatever length. The server wants to know the size first, so r is copied to a
// temporary file before anything is sent; the file is gone when the upload returns, and on systems that can delete an
// open file also where the process is killed. What r is is judged by its first bytes, and no more of it is read than X
// takes of such media. A source made by Reader serves one upload. name is as in Bytes.
//
// An upload returns when its context ends, even where a Read of r does not: that one goes on in a goroutine of its own
// until it returns.
func Reader(name string, r io.Reader) Source {
	return Source{func(ctx context.Context, judge judge) (*content, error) {
		if r == nil {
			return nil, inputError("media source %q: the reader is nil", name)
		}
		return spool(name, &interruptible{ctx: ctx, source: r}, judge)
	}}
}

// spool copies r to a temporary file, where judge lets it pass.
func spool(name string, r io.Reader, judge judge) (_ *content, err error) {
	head, err := io.ReadAll(io.LimitReader(r, sniffed))
	if err != nil {
		return nil, fmt.Errorf("media source %q: reading its beginning: %w", name, err)
	}
	limit, err := judge(name, head)
	if err != nil {
		return nil, err
	}
	file, discard, err := temporary()
	if err != nil {
		return nil, fmt.Errorf("media source %q: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, discard())
		}
	}()
	size, err := io.Copy(file, io.LimitReader(io.MultiReader(bytes.NewReader(head), r), limit+1))
	if err != nil {
		return nil, fmt.Errorf("media source %q: copying to a temporary file: %w", name, err)
	}
	if size > limit {
		return nil, inputError("media source %q is larger than the %d bytes that X takes of its kind: shrink it, or raise the limit if your account has another", name, limit)
	}
	c := newContent(file, name, size)
	c.closeSource = discard
	return c, nil
}

// temporary returns a file that is gone when discard is called, or when the process ends in whatever way.
func temporary() (file *os.File, discard func() error, err error) {
	file, err = os.CreateTemp("", "xapi-media-*")
	if err != nil {
		return nil, nil, err
	}
	if os.Remove(file.Name()) == nil {
		return file, file.Close, nil
	}
	// Some systems do not delete a file that is open.
	return file, func() error { return errors.Join(file.Close(), os.Remove(file.Name())) }, nil
}

// interruptible is a reader whose reads return when ctx ends, whatever the source does.
type interruptible struct {
	ctx    context.Context
	source io.Reader
	rest   []byte
	err    error
}

func (r *interruptible) Read(p []byte) (int, error) {
	if len(r.rest) == 0 && r.err == nil {
		r.fill()
	}
	if len(r.rest) == 0 {
		return 0, r.err
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// fill reads from the source beside the caller. The buffer belongs to the read, which may outlast the caller.
func (r *interruptible) fill() {
	if r.ctx.Err() != nil {
		r.err = context.Cause(r.ctx)
		return
	}
	type result struct {
		data []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		buffer := make([]byte, 64<<10)
		n, err := r.source.Read(buffer)
		read <- result{buffer[:n], err}
	}()
	select {
	case got := <-read:
		r.rest, r.err = got.data, got.err
	case <-r.ctx.Done():
		r.err = context.Cause(r.ctx)
	}
}
