package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
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

// Idle ends each attempt in which nothing moves for the policy's IdleTimeout, and has what comes after go over fresh
// connections. An upload that moves takes as long as it takes. After bytes of the request went out the timeout is longer
// by the time that they may need to leave the buffers on the way: a fourth of the rate at which earlier bodies arrived
// is enough, and where none did, 64 KiB a second of all that is under way. While the answer is read only the reads count,
// not the time that the reader takes in between.
func Idle() Middleware {
	var latest atomic.Pointer[pace]
	latest.Store(new(pace))
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			call := CallFrom(req.Context())
			if call == nil || call.Policy.IdleTimeout <= 0 {
				return next.RoundTrip(req)
			}
			w := &watch{call: call, latest: &latest, pace: latest.Load(), timeout: call.Policy.IdleTimeout, last: time.Now()}
			w.ctx, w.cancel = context.WithCancelCause(req.Context())
			w.timer = time.AfterFunc(w.timeout, w.expire)
			resp, err := next.RoundTrip(w.watched(req))
			w.answered(err == nil && resp.StatusCode/100 == 2)
			if err != nil {
				err = w.sourceFailed(w.blame(err))
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
	call    *Call
	pace    *pace
	latest  *atomic.Pointer[pace]
	timeout time.Duration
	ctx     context.Context
	cancel  context.CancelCauseFunc
	timer   *time.Timer

	sending sentBody
	reading watchedBody

	mu sync.Mutex
	// since is when the first byte of the body was read, last when the latest was, and sent how many were.
	since, last time.Time
	sent        int64
	done        bool
	failed      error
}

// watched returns req with its body watched, also where net/http rewinds it to send it once more.
func (w *watch) watched(req *http.Request) *http.Request {
	out := req.WithContext(w.ctx) //nolint:contextcheck // it is the request's own, with a cancel
	if req.Body == nil || req.Body == http.NoBody {
		return out
	}
	w.sending = sentBody{source: req.Body, watch: w}
	out.Body = &w.sending
	if rewind := req.GetBody; rewind != nil {
		out.GetBody = func() (io.ReadCloser, error) {
			body, err := rewind()
			if err != nil {
				return nil, err
			}
			w.rewound()
			return &sentBody{source: body, watch: w}, nil
		}
	}
	return out
}

// expire ends the attempt, unless others have meanwhile put more on the link that it may have to wait for.
func (w *watch) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	after := w.timeout
	if !w.done {
		after = w.patience()
		if left := after - time.Since(w.last); left > 0 {
			w.timer.Reset(left)
			return
		}
	}
	w.cancel(&IdleTimeoutError{After: after})
}

// patience is how long the attempt may stand still at the moment.
func (w *watch) patience() time.Duration { return w.timeout + w.pace.allowance(w.sent) }

// moved notes n bytes of the request on their way.
func (w *watch) moved(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done {
		return
	}
	w.last = time.Now()
	if w.sent == 0 {
		w.since = w.last
	}
	w.sent += int64(n)
	w.pace.underWay.Add(int64(n))
	w.timer.Reset(w.patience())
}

// rewound notes that the body begins anew.
func (w *watch) rewound() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done {
		return
	}
	w.last = time.Now()
	w.pace.underWay.Add(-w.sent)
	w.sent = 0
	w.timer.Reset(w.timeout)
}

// answered stops the timer: from here on it runs during reads of the answer alone. taken says that the server has taken
// the body.
func (w *watch) answered(taken bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
	w.done = true
	w.pace.underWay.Add(-w.sent)
	if taken && w.sent > 0 {
		w.pace.arrived(w.sent, time.Since(w.since))
	}
}

// blame returns the timeout in place of the error that it caused.
func (w *watch) blame(err error) error {
	var idle *IdleTimeoutError
	if !errors.As(context.Cause(w.ctx), &idle) {
		return err
	}
	if w.call.pool != nil {
		w.call.pool.leave()
	}
	// Those that began before go on being judged by the pace that they share.
	w.latest.CompareAndSwap(w.pace, new(pace))
	return idle
}

// sourceFailed returns the failure of the body's source in place of the error that it caused. What fails because the
// attempt is over is not the source's fault.
func (w *watch) sourceFailed(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil && errors.Is(err, w.failed) {
		return &BodyError{Err: w.failed}
	}
	return err
}

// sentBody is a request's body that notes its progress and its source's failure.
type sentBody struct {
	source io.ReadCloser
	watch  *watch
}

func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.source.Read(p)
	b.watch.moved(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.watch.mu.Lock()
		b.watch.failed = err
		b.watch.mu.Unlock()
	}
	return n, err
}

func (b *sentBody) Close() error { return b.source.Close() }

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
		// A server that is told to close may end the answer in due form before the connection is closed: what has an end by
		// itself is then whole, a stream is not.
		if !errors.Is(err, io.EOF) || b.watch.call.Operation.Stream {
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
