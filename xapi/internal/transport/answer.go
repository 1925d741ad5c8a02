package transport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
)

const (
	// maxAnswer bounds a JSON answer. The largest page of posts with all fields stays far below.
	maxAnswer = 64 << 20
	// maxErrorAnswer bounds what is read of any answer other than 2xx.
	maxErrorAnswer = 64 << 10
	// maxPooled bounds the buffers that are kept for later answers.
	maxPooled = 1 << 20
)

// Answer is the body of a response that was read within its attempt. It serves its bytes as any body does; who finds an
// *Answer as the body may take Raw instead, up to Close.
type Answer struct {
	// Raw is what came, whole or up to the point where Err struck.
	Raw []byte
	// Err is why Raw is not the whole answer, nil where it is.
	Err error

	offset int
	buffer *bytes.Buffer
	source io.LimitedReader
}

func (a *Answer) Read(p []byte) (int, error) {
	if a.offset == len(a.Raw) {
		if a.Err != nil {
			return 0, a.Err
		}
		return 0, io.EOF
	}
	n := copy(p, a.Raw[a.offset:])
	a.offset += n
	return n, nil
}

// Close gives the memory back: Raw is gone.
func (a *Answer) Close() error {
	if a.buffer != nil && a.buffer.Cap() <= maxPooled {
		a.buffer.Reset()
		buffers.Put(a.buffer)
	}
	a.buffer, a.Raw, a.offset = nil, nil, 0
	return nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ReadAnswer reads the body of every answer within its attempt, so that one that breaks off can be repeated like any
// other failure of the network. The body of a streaming operation is handed on unread. What the base transport fails
// with comes out as a *NetworkError.
//
// At most 64 MiB are read of a 2xx and 64 KiB of anything else; a longer 2xx is an error when it is read, the rest of
// anything else is not missed.
func ReadAnswer() Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(req)
			if err != nil {
				return nil, networkError(err)
			}
			call := CallFrom(req.Context())
			if call == nil {
				return resp, nil
			}
			call.Broken = nil
			if resp.StatusCode/100 != 2 {
				resp.Body = readError(resp.Body).report(call)
			} else if !call.Operation.Stream {
				resp.Body = readWhole(resp.Body, resp.ContentLength).report(call)
			}
			return resp, nil
		})
	}
}

func readError(body io.ReadCloser) *Answer {
	defer func() { _ = body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(body, maxErrorAnswer))
	if err != nil {
		err = networkError(err)
	}
	return &Answer{Raw: raw, Err: err}
}

var errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)

func readWhole(body io.ReadCloser, length int64) *Answer {
	defer func() { _ = body.Close() }()
	buffer, _ := buffers.Get().(*bytes.Buffer)
	if 0 < length && length <= maxPooled {
		buffer.Grow(int(length) + bytes.MinRead)
	}
	answer := &Answer{buffer: buffer, source: io.LimitedReader{R: body, N: maxAnswer + 1}}
	_, err := buffer.ReadFrom(&answer.source)
	switch {
	case err != nil:
		err = networkError(err)
	case buffer.Len() > maxAnswer:
		err = errTooLarge
	}
	answer.Raw, answer.Err, answer.source.R = buffer.Bytes(), err, nil
	return answer
}

// report tells call where the network is to blame for the answer not being whole.
func (a *Answer) report(call *Call) *Answer {
	if a.Err == nil {
		return a
	}
	var network *NetworkError
	if errors.As(a.Err, &network) {
		call.Broken = network
	}
	return a
}

// Body returns the bytes of an answer, up to 64 MiB, and why they are not all of it. They are good until the body is
// closed.
func Body(resp *http.Response) ([]byte, error) {
	if answer, ok := resp.Body.(*Answer); ok {
		return answer.Raw, answer.Err
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = errTooLarge
	}
	return raw, err
}

// ErrorBody returns the bytes of an answer that is an error, up to 64 KiB, and leaves them to be read again. The
// connection is free from then on.
func ErrorBody(resp *http.Response) []byte {
	answer, ok := resp.Body.(*Answer)
	if !ok || answer.buffer != nil {
		answer = readError(resp.Body)
		resp.Body = answer
	}
	return answer.Raw
}
