package xapitest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"
)

// repeats is the key under which the context of a request that is sent again has the number of the first.
type repeats struct{}

func repeated(r *http.Request) int64 {
	number, _ := r.Context().Value(repeats{}).(int64)
	return number
}

// replayTime bounds how long a request that is sent again may take.
const replayTime = 30 * time.Second

func (s *Server) replayRequest(w http.ResponseWriter, r *http.Request) {
	seen, ok := s.seen(w, r)
	if !ok {
		return
	}
	if int64(len(seen.Body)) < seen.Size || len(seen.Body) == maxSeenBody {
		refuse(w, http.StatusConflict, fmt.Errorf("request %d cannot be sent again: its body of %d bytes was not kept", seen.Number, seen.Size))
		return
	}
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), repeats{}, seen.Number), replayTime)
	defer cancel()
	again, err := http.NewRequestWithContext(ctx, seen.Method, s.URL+seen.Path, bytes.NewReader(seen.Body))
	if err != nil {
		refuse(w, http.StatusConflict, err)
		return
	}
	again.Header, again.RequestURI, again.RemoteAddr = seen.Header.Clone(), seen.Path, r.RemoteAddr
	got := &repeatAnswer{header: http.Header{}, cancel: cancel}
	got.from(s, again)
	shown := object{"replay_of": seen.Number, "status": got.status}
	made := Request{Header: got.header, Answer: got.body.Bytes()}.Redacted()
	shown["header"] = joined(made.Header)
	if got.body.Len() > 0 {
		shown["answer"] = plain(made.Answer, got.body.Len())
	}
	show(w, shown)
}

// repeatAnswer takes the answer to a request that is sent again. A stream is ended once it has begun.
type repeatAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
	cancel context.CancelFunc
}

func (a *repeatAnswer) from(s *Server, r *http.Request) {
	defer func() {
		if broken := recover(); broken != nil && broken != http.ErrAbortHandler { //nolint:errorlint // the very value that is panicked with
			panic(broken)
		}
	}()
	s.ServeHTTP(a, r)
}

func (a *repeatAnswer) Header() http.Header { return a.header }

func (a *repeatAnswer) WriteHeader(status int) { a.status = status }

func (a *repeatAnswer) Write(p []byte) (int, error) {
	a.body.Write(p[:min(len(p), maxSeenAnswer-min(a.body.Len(), maxSeenAnswer))])
	return len(p), nil
}

// Flush is what a stream does when it has begun.
func (a *repeatAnswer) Flush() { a.cancel() }
