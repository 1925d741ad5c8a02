package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// Reader is what is left of r, of whatever length. The server wants to know the size first, so r is copied to a
// temporary file before anything is sent; the file is gone when the upload returns. A source made by Reader serves one
// upload. name is as in Bytes.
func Reader(name string, r io.Reader) Source {
	return Source{func(ctx context.Context, limit int64) (*content, error) {
		if r == nil {
			return nil, inputError("media source %q: the reader is nil", name)
		}
		return spool(ctx, name, r, limit)
	}}
}

// spool copies r, but no more than limit bytes of it, to a temporary file.
func spool(ctx context.Context, name string, r io.Reader, limit int64) (_ *content, err error) {
	file, err := os.CreateTemp("", "xapi-media-*")
	if err != nil {
		return nil, fmt.Errorf("media source %q: %w", name, err)
	}
	discard := func() error { return errors.Join(file.Close(), os.Remove(file.Name())) }
	defer func() {
		if err != nil {
			err = errors.Join(err, discard())
		}
	}()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, hash), io.LimitReader(cancellable{ctx, r}, limit+1))
	if err != nil {
		return nil, fmt.Errorf("media source %q: copying to a temporary file: %w", name, err)
	}
	if size > limit {
		return nil, inputError("media source %q is larger than %d bytes, which is the most that an upload may have", name, limit)
	}
	c := newContent(file, name, size)
	c.sha256 = hex.EncodeToString(hash.Sum(nil))
	c.closeSource = discard
	return c, nil
}

// cancellable ends a copy between two reads when ctx ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}
