package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// IdleTimeoutError is an attempt that was given up because nothing moved in either direction.
type IdleTimeoutError struct {
	// After is how long nothing moved.
	After time.Duration
}

func (e *IdleTimeoutError) Error() string {
	return fmt.Sprintf("nothing was sent or received for %s", e.After.Round(time.Millisecond))
}

// Timeout makes it a timeout in the sense of net.Error.
func (e *IdleTimeoutError) Timeout() bool { return true }

// Temporary completes net.Error.
func (e *IdleTimeoutError) Temporary() bool { return true }

const (
	// slowest is the rate, in bytes a second, down to which a link is taken to be moving. What was read from a body may
	// still lie in the buffers of the operating system, which tells nobody when it leaves.
	slowest = 32 << 10
	// inBuffers bounds what can lie there.
	inBuffers = 8 << 20
)

// Idle ends each attempt in which nothing moves for the policy's IdleTimeout. An upload that moves takes as long as it
// takes. After bytes of the request went out the timeout is longer by the time that they need at 32 KiB a second, 8 MiB
// of them at the most. While the answer is read only the reads count, not the time that the reader takes in between.
func Idle() Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			call := CallFrom(req.Context())
			if call == nil || call.Policy.IdleTimeout <= 0 {
				return next.RoundTrip(req)
			}
			w := &watch{timeout: call.Policy.IdleTimeout}
			w.ctx, w.cancel = context.WithCancelCause(req.Context())
			w.timer = time.AfterFunc(w.timeout, w.expire)
			out := req.WithContext(w.ctx) //nolint:contextcheck // it is the request's own, with a cancel
			if req.Body != nil && req.Body != http.NoBody {
				w.sending = sentBody{source: req.Body, watch: w}
				out.Body = &w.sending
			}
			resp, err := next.RoundTrip(out)
			w.answered()
			if err != nil {
				err = w.sending.blame(w.blame(err))
				w.cancel(nil)
				return nil, err
			}
			w.reading = watchedBody{body: resp.Body, watch: w}
			resp.Body = &w.reading
			return resp, nil
		})
	}
}

// watch is the timer of one attempt. An expired one cancels the attempt's context, its cause an *IdleTimeoutError.
type watch struct {
	timeout time.Duration
	ctx     context.Context
	cancel  context.CancelCauseFunc
	timer   *time.Timer

	sending sentBody
	reading watchedBody

	mu   sync.Mutex
	sent int64
	done bool
}

func (w *watch) expire() {
	w.mu.Lock()
	after := w.patience()
	w.mu.Unlock()
	w.cancel(&IdleTimeoutError{After: after})
}

// patience is how long the attempt may stand still at the moment.
func (w *watch) patience() time.Duration {
	return w.timeout + time.Duration(min(w.sent, inBuffers))*time.Second/slowest
}

// moved notes n bytes of the request on their way.
func (w *watch) moved(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent += int64(n)
	if !w.done {
		w.timer.Reset(w.patience())
	}
}

// answered stops the timer: from here on it runs during reads of the answer alone.
func (w *watch) answered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done, w.sent = true, 0
	w.timer.Stop()
}

// blame returns the timeout in place of the error that it caused.
func (w *watch) blame(err error) error {
	var idle *IdleTimeoutError
	if errors.As(context.Cause(w.ctx), &idle) {
		return idle
	}
	return err
}

// sentBody is a request's body that notes its progress and its source's failure.
type sentBody struct {
	source io.ReadCloser
	watch  *watch

	mu     sync.Mutex
	failed error
}

func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.source.Read(p)
	b.watch.moved(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.mu.Lock()
		b.failed = err
		b.mu.Unlock()
	}
	return n, err
}

func (b *sentBody) Close() error { return b.source.Close() }

// blame returns the source's failure in place of the error that it caused. What fails because the attempt is over is
// not the source's fault.
func (b *sentBody) blame(err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil && errors.Is(err, b.failed) {
		return &BodyError{Err: b.failed}
	}
	return err
}

// watchedBody is an answer's body whose reads are timed. The end of the body, and closing it, end the attempt.
type watchedBody struct {
	body  io.ReadCloser
	watch *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.watch.timer.Reset(b.watch.timeout)
	n, err := b.body.Read(p)
	b.watch.timer.Stop()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = b.watch.blame(err)
		}
		b.watch.cancel(nil)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	err := b.body.Close()
	b.watch.timer.Stop()
	b.watch.cancel(nil)
	return err
}
