package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// digestBuffer is large enough that hashing, not reading, sets the pace.
const digestBuffer = 256 << 10

// digest returns the sha256 of the content in hexadecimal.
func digest(ctx context.Context, c *content) (string, error) {
	if c.sha256 != "" {
		return c.sha256, nil
	}
	source := c.section(0, c.size)
	defer func() { _ = source.Close() }()
	hash := sha256.New()
	// The Writer is wrapped so that the copy uses the buffer.
	n, err := io.CopyBuffer(struct{ io.Writer }{hash}, cancellable{ctx, source}, make([]byte, digestBuffer))
	if err == nil && n < c.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
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
		d.sum = c.sha256
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
