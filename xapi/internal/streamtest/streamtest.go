// Package streamtest is a server of streams for tests: in memory, and by the clock of the test, which under
// testing/synctest takes no time. It shares no code with the client or the sandbox.
package streamtest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Server answers attempts to connect. It is an http.RoundTripper.
type Server struct {
	answer func(Attempt) Answer

	mu       sync.Mutex
	attempts []Attempt
	open     sync.WaitGroup
}

// Attempt is one attempt to connect.
type Attempt struct {
	// Number counts from 1.
	Number int
	// At is when it came.
	At    time.Time
	Path  string
	Query url.Values
}

// Answer is how an attempt ends.
type Answer func(*Server, *http.Request) (*http.Response, error)

// New returns a server that answers as told.
func New(answer func(Attempt) Answer) *Server { return &Server{answer: answer} }

// Script returns a server that answers with one answer after the other, and with the last again and again.
func Script(answers ...Answer) *Server {
	return New(func(a Attempt) Answer { return answers[min(a.Number, len(answers))-1] })
}

// RoundTrip answers an attempt.
func (s *Server) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	attempt := Attempt{Number: len(s.attempts) + 1, At: time.Now(), Path: req.URL.Path, Query: req.URL.Query()}
	s.attempts = append(s.attempts, attempt)
	s.mu.Unlock()
	return s.answer(attempt)(s, req)
}

// Attempts returns the attempts so far.
func (s *Server) Attempts() []Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Attempt(nil), s.attempts...)
}

// Wait returns when no connection is open any more.
func (s *Server) Wait() { s.open.Wait() }

// Refuse answers with a status other than 200. Headers are names and values in turn.
func Refuse(status int, body string, headers ...string) Answer {
	return func(_ *Server, req *http.Request) (*http.Response, error) {
		resp := response(req, status, io.NopCloser(strings.NewReader(body)))
		for i := 0; i < len(headers); i += 2 {
			resp.Header.Set(headers[i], headers[i+1])
		}
		return resp, nil
	}
}

// Fail fails without an answer.
func Fail(err error) Answer {
	return func(*Server, *http.Request) (*http.Response, error) { return nil, err }
}

// Stream opens a connection, over which serve sends. It is closed when serve returns, and breaks where that returns an
// error.
func Stream(serve func(*Conn) error) Answer {
	return func(s *Server, req *http.Request) (*http.Response, error) {
		read, write := io.Pipe()
		conn := &Conn{Context: req.Context(), pipe: write}
		s.open.Go(func() { _ = write.CloseWithError(serve(conn)) })
		return response(req, http.StatusOK, body{req.Context(), read}), nil
	}
}

// Lines sends lines, and then closes the connection.
func Lines(lines ...string) Answer {
	return Stream(func(c *Conn) error {
		c.Send(lines...)
		return nil
	})
}

// Hang answers with a connection over which nothing comes.
func Hang() Answer {
	return Stream(func(c *Conn) error { return c.Sleep(1000 * time.Hour) })
}

func response(req *http.Request, status int, body io.ReadCloser) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, ContentLength: -1,
		Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: body,
	}
}

// body ends its reads when the request's context does, as that of a connection does.
type body struct {
	ctx  context.Context //nolint:containedctx // it is the request's, whose answer this is
	pipe *io.PipeReader
}

func (b body) Read(p []byte) (int, error) {
	stop := context.AfterFunc(b.ctx, func() { _ = b.pipe.CloseWithError(context.Cause(b.ctx)) })
	defer stop()
	n, err := b.pipe.Read(p)
	if b.ctx.Err() != nil && n == 0 {
		err = b.ctx.Err()
	}
	return n, err
}

func (b body) Close() error { return b.pipe.Close() }

// Conn is an open connection.
type Conn struct {
	Context context.Context //nolint:containedctx // it is that of the client's request
	pipe    *io.PipeWriter
}

// Send sends lines. False says that the client has gone.
func (c *Conn) Send(lines ...string) bool {
	for _, line := range lines {
		if !c.Write(line + "\r\n") {
			return false
		}
	}
	return true
}

// Beat sends a heartbeat.
func (c *Conn) Beat() bool { return c.Send("") }

// Write sends text as it is.
func (c *Conn) Write(text string) bool {
	_, err := io.WriteString(c.pipe, text)
	return err == nil
}

// Sleep waits, and returns early with an error when the client has gone.
func (c *Conn) Sleep(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.Context.Done():
		return c.Context.Err()
	}
}

// Begin moves the clock of a synctest bubble to a year in which X is.
func Begin() time.Time {
	Pass(time.Until(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)))
	return time.Now()
}

// Pass returns when the clock of the bubble has moved on by d.
func Pass(d time.Duration) { <-time.After(d) }

// epoch is that of the ids of posts, in milliseconds.
const epoch = 1288834974657

// ID returns the id of the nth post made in a millisecond.
func ID(made time.Time, n int) string {
	return fmt.Sprint((made.UnixMilli()-epoch)<<22 | int64(n))
}

// Post returns the document of a post.
func Post(id string) string { return fmt.Sprintf(`{"data":{"id":"%s","text":"post %s"}}`, id, id) }
