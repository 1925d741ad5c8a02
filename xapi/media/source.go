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
