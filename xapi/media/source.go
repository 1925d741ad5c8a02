package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Source is what to upload. It is made by File, Bytes, ReaderAt or Reader.
type Source struct {
	open func(ctx context.Context, judge judge) (*content, error)
}

// judge finds out what a source is by its name and its first bytes, up to sniffed of them, and returns how many bytes it
// may have, or why it cannot be uploaded at all.
type judge func(name string, head []byte) (limit int64, err error)

// File is the file at path. It is open for the length of an upload, which fails where the file changes meanwhile.
func File(path string) Source {
	return Source{func(_ context.Context, judge judge) (*content, error) {
		c, err := openFile(path)
		if err != nil {
			return nil, err
		}
		return c.judged(judge)
	}}
}

// Bytes is data, which must not change during an upload. name is a file name, whose extension helps where the bytes do
// not tell their type; it may be empty.
func Bytes(name string, data []byte) Source {
	return ReaderAt(name, bytes.NewReader(data), int64(len(data)))
}

// ReaderAt is the first size bytes of r, which is read by several goroutines at once. name is as in Bytes.
func ReaderAt(name string, r io.ReaderAt, size int64) Source {
	return Source{func(_ context.Context, judge judge) (*content, error) {
		if r == nil || size < 0 {
			return nil, inputError("media source %q: the reader is nil or its size is negative", name)
		}
		return newContent(r, name, size).judged(judge)
	}}
}

func openFile(path string) (*content, error) {
	// To open a named pipe would wait for who writes to it.
	info, err := os.Stat(path)
	if err != nil {
		return nil, &InputError{Err: fmt.Errorf("media source: %w", err)}
	}
	if !info.Mode().IsRegular() {
		return nil, inputError("media source: %s is not a regular file: a pipe or a device goes by Reader", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, &InputError{Err: fmt.Errorf("media source: %w", err)}
	}
	if info, err = file.Stat(); err != nil {
		return nil, errors.Join(&InputError{Err: fmt.Errorf("media source: %w", err)}, file.Close())
	}
	c := newContent(file, filepath.Base(path), info.Size())
	c.closeSource = file.Close
	c.file = info
	c.unchanged = func() error {
		now, err := file.Stat()
		if err == nil && (now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime())) {
			err = fmt.Errorf("media source: %s changed during the upload: start again when it is complete", path)
		}
		return err
	}
	return c, nil
}

// judged returns c where judge lets it pass, and closes it otherwise.
func (c *content) judged(judge judge) (*content, error) {
	head, err := c.head()
	if err == nil {
		var limit int64
		if limit, err = judge(c.name, head); err == nil && c.size > limit {
			err = tooLong(c.name, c.size, limit)
		}
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// head returns the first bytes, as many as decide the type.
func (c *content) head() ([]byte, error) {
	head := make([]byte, min(sniffed, c.size))
	reader := c.section(0, int64(len(head)))
	defer func() { _ = reader.Close() }()
	if _, err := io.ReadFull(reader, head); err != nil && len(head) > 0 {
		if err := c.err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("media source %q: reading its beginning: %w", c.name, err)
	}
	return head, nil
}

// tooLong is the error of a source of size bytes that may have limit.
func tooLong(name string, size, limit int64) error {
	return inputError("media source %q has %d bytes, more than the %d that X takes of its kind: shrink it, or raise the limit if your account has another", name, size, limit)
}
