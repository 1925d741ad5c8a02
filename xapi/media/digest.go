package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// digest returns the sha256 of the content in hexadecimal.
func digest(ctx context.Context, c *content) (string, error) {
	source := c.section(0, c.size)
	defer func() { _ = source.Close() }()
	hash := sha256.New()
	// The Writer is wrapped so that the copy uses the buffer.
	if _, err := io.CopyBuffer(struct{ io.Writer }{hash}, cancellable{ctx, source}, make([]byte, readBuffer)); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// digesting is a digest on its way.
type digesting struct {
	stop context.CancelFunc
	done chan struct{}
	sum  string
	err  error
}

// startDigest computes the digest of c beside what the caller does, where it is wanted. The caller must abandon it.
func startDigest(ctx context.Context, c *content, wanted bool) *digesting {
	ctx, stop := context.WithCancel(ctx)
	d := &digesting{stop: stop, done: make(chan struct{})}
	if !wanted {
		close(d.done)
		return d
	}
	go func() {
		defer close(d.done)
		d.sum, d.err = digest(ctx, c)
	}()
	return d
}

// wait returns the digest, empty where it was not wanted.
func (d *digesting) wait() (string, error) {
	<-d.done
	return d.sum, d.err
}

// abandon ends the computation and waits for its end.
func (d *digesting) abandon() {
	d.stop()
	<-d.done
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
