package xapi

import (
	"bytes"
	"io"
	"net/http"
)

// WithRaw has the body of a successful answer put into raw as it came, beside what it is decoded into: for fields that
// the operation's type does not have. raw is set when the call returns. Of a stream it is set to the bytes of each
// document before that is yielded, good until the next.
func WithRaw(raw *[]byte) CallOption {
	return callOnly(func(s *settings) error {
		s.raw = raw
		return nil
	})
}

// keepRaw has what is read of a successful answer's body kept for the caller, where one asked for it.
func (s *settings) keepRaw(resp *http.Response) {
	if s.raw != nil && resp.StatusCode/100 == 2 {
		resp.Body = &recorded{ReadCloser: resp.Body, raw: s.raw}
	}
}

type recorded struct {
	io.ReadCloser
	seen bytes.Buffer
	raw  *[]byte
}

func (r *recorded) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.seen.Write(p[:n])
	return n, err
}

// Close hands over what has been read.
func (r *recorded) Close() error {
	*r.raw = r.seen.Bytes()
	return r.ReadCloser.Close()
}
