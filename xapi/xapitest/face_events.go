package xapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Bounds of the events: how many requests are sent at once, how often, and how long nothing is said at most.
const (
	mostEvents  = 500
	eventPause  = 50 * time.Millisecond
	eventSilent = 15 * time.Second
)

// follow sends what happens, from the requests after the number that is asked for on. Who reads slowly misses those that
// are forgotten meanwhile, and holds nobody up.
func (s *Server) follow(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	after := s.requests.last
	s.mu.Unlock()
	for _, asked := range []string{r.URL.Query().Get("after"), r.Header.Get("Last-Event-ID")} {
		if number, err := strconv.ParseInt(asked, 10, 64); err == nil {
			after = number
		}
	}
	s.mu.Lock()
	if after > s.requests.last {
		after = 0 // the reader knew another run of the sandbox
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	sink := http.NewResponseController(w)
	silence := time.NewTicker(eventSilent)
	defer silence.Stop()
	told := int64(-1)
	for {
		next := s.news.Next()
		count := s.news.Count()
		s.mu.Lock()
		fresh := s.requests.after(after)
		fresh = slices.Clone(fresh[max(0, len(fresh)-mostEvents):])
		s.mu.Unlock()
		var text bytes.Buffer
		for i := range fresh {
			after = fresh[i].Number
			event(&text, "request", after, fresh[i].summary())
		}
		if count != told {
			event(&text, "changed", after, object{"changes": count})
			told = count
		}
		if text.Len() == 0 {
			text.WriteString(": nothing new\n\n")
		}
		if _, err := w.Write(text.Bytes()); err != nil || sink.Flush() != nil {
			return
		}
		select {
		case <-next:
			wait(r.Context(), eventPause) // what happens together is told together
		case <-silence.C:
		case <-r.Context().Done():
		}
		if r.Context().Err() != nil {
			return
		}
	}
}

func event(text *bytes.Buffer, name string, id int64, data object) {
	raw, _ := json.Marshal(data)
	fmt.Fprintf(text, "id: %d\nevent: %s\ndata: %s\n\n", id, name, raw)
}
