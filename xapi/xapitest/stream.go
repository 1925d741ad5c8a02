package xapitest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// defaultHeartbeat is how long a stream is silent at most before it sends an empty line.
const defaultHeartbeat = 20 * time.Second

// maxWaiting is how many documents wait for a slow reader before the stream is ended.
const maxWaiting = 10_000

// WithHeartbeat has streams send an empty line after so long a silence, of real time, instead of 20 seconds.
func WithHeartbeat(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("WithHeartbeat: %v is no time to wait", d)
		}
		s.heartbeat = d
		return nil
	}
}

// WithConnectionLimit lets n connections to each stream, and to each partition of it, be open at once, in place of the 1
// that X allows to who pays by use, and the 2 of the activity stream. One too many is refused with TooManyConnections, three
// seconds after it came: by then the sandbox knows of a client that went away and came back.
func WithConnectionLimit(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("WithConnectionLimit: %d connections leave none to make", n)
		}
		s.connections = n
		return nil
	}
}

// activityStream is the one stream of which X allows more than one connection.
const activityStream = "activity_stream"

// allowed is how many connections to the stream may be open.
func (s *Server) allowed(endpoint string) int {
	switch {
	case s.settings.connections > 0:
		return s.settings.connections
	case endpoint == activityStream:
		return 2
	}
	return 1
}

// ghostLives is how long a connection may wait for another to be found gone. X takes up to twenty minutes to find out.
const ghostLives = 3 * time.Second

// crowded refuses a stream of which as many are open as there may be, and stay so. Server.mu is held, but not while it waits.
func (s *Server) crowded(c *call, endpoint string) *answer {
	patience := time.NewTimer(s.settings.patience)
	defer patience.Stop()
	for s.beside(c, endpoint) >= s.allowed(endpoint) {
		if s.anotherEnds(c, patience.C) {
			continue
		}
		refused := s.cannedConnectionLimit().because(fmt.Sprintf("%d connections to %s are open, as many as may be: GET /2/connections lists them, "+
			"DELETE /2/connections/all ends them; WithConnectionLimit or --connections allows more", s.beside(c, endpoint), endpoint))
		return &refused
	}
	return nil
}

// anotherEnds waits for the end of a connection, until the patience or the call is at its own. Server.mu is held, but not
// while it waits.
func (s *Server) anotherEnds(c *call, patience <-chan time.Time) bool {
	ended := s.streams.ended
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-ended:
		return true
	case <-c.request.Context().Done():
	case <-patience:
	}
	return false
}

// beside counts the connections to the same part of the stream that are open and stay so. Server.mu is held.
func (s *Server) beside(c *call, endpoint string) (open int) {
	for _, conn := range s.streams.open {
		if conn.reason == "" && conn.endpoint == endpoint && conn.call.query.Get("partition") == c.query.Get("partition") {
			open++
		}
	}
	return open
}

// connection is a stream that somebody reads, or has read. Server.mu guards it.
type connection struct {
	id, endpoint, ip string
	connected, ended time.Time
	reason           string
	call             *call
	feed             feed
	documents        chan []byte
	// last ends the stream after what waits: it is sent as a document, unless it is empty.
	last chan []byte
}

// streams are the connections by the sandbox's own bookkeeping. Server.mu guards it.
type streams struct {
	open    []*connection
	history []*connection
	// ended is closed at the end of the next connection.
	ended chan struct{}
}

// maxHistory bounds how many connections are remembered.
const maxHistory = 1000

// connect answers with a stream of what the feed makes of everything that happens from now on.
func (s *Server) connect(c *call, endpoint string, f feed) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.ready != nil {
		if refused := f.ready(s.view(c)); refused != nil {
			return *refused
		}
	}
	if refused := s.crowded(c, endpoint); refused != nil {
		return *refused
	}
	v := s.view(c)
	ip, _, _ := net.SplitHostPort(c.request.RemoteAddr)
	conn := &connection{
		id: fmt.Sprintf("%08x-0000-4000-8000-%012x", s.settings.seed&0xffffffff, s.calls), endpoint: endpoint, ip: ip, connected: c.now,
		call: c, feed: f, documents: make(chan []byte, maxWaiting), last: make(chan []byte, 1),
	}
	c.connection = conn
	s.streams.open = append(s.streams.open, conn)
	s.news.Tell()
	s.streams.history = append(s.streams.history, conn)
	if len(s.streams.history) > maxHistory {
		s.streams.history = slices.Delete(s.streams.history, 0, maxHistory/10)
	}
	for _, text := range s.past(v, f) {
		conn.give(text)
	}
	if c.query.Get("end_time") != "" {
		conn.end("Complete", nil)
	}
	return answer{
		status: http.StatusOK, header: http.Header{ConnectionHeader: {conn.id}},
		stream: func(ctx context.Context, w http.ResponseWriter, do Do) { s.run(ctx, w, conn, do) },
	}
}

// ConnectionHeader has the id of a stream's connection, which deleteConnectionsByUuids takes.
const ConnectionHeader = "X-Sandbox-Connection"

// give has the document wait to be sent. A reader that is too slow loses the stream.
func (c *connection) give(text []byte) {
	select {
	case c.documents <- text:
	default:
		c.end("SlowReader", nil)
	}
}

// end has the stream end after what waits, with a last document where there is one.
func (c *connection) end(reason string, last []byte) {
	if c.reason == "" {
		c.reason = reason
	}
	select {
	case c.last <- last:
	default:
	}
}

// run writes the stream until somebody ends it.
func (s *Server) run(ctx context.Context, w http.ResponseWriter, conn *connection, do Do) {
	sink := http.NewResponseController(w)
	_ = sink.Flush()
	silence := time.NewTicker(s.settings.heartbeat)
	defer silence.Stop()
	write := func(text []byte) bool {
		_, err := w.Write(append(text, '\r', '\n'))
		if err == nil && len(conn.documents) == 0 {
			err = sink.Flush() // what waits goes out together
		}
		return err == nil
	}
	for sent := 0; ; {
		if do.interrupts() && sent >= do.After {
			s.interrupt(ctx, w, conn, do)
			return
		}
		select {
		case <-ctx.Done():
			return
		case text := <-conn.documents:
			if !write(altered(text, do)) {
				return
			}
			sent++
			silence.Reset(s.settings.heartbeat)
		case <-silence.C:
			if !write(nil) {
				return
			}
		case last := <-conn.last:
			for len(conn.documents) > 0 {
				if !write(altered(<-conn.documents, do)) {
					return
				}
			}
			if len(last) > 0 {
				write(last)
			}
			return
		}
	}
}

// altered returns a document with what a fault changes about it.
func altered(text []byte, do Do) []byte {
	if len(do.Set) == 0 && len(do.Remove) == 0 {
		return slices.Clone(text)
	}
	return answer{body: text}.altered(do).bytes()
}

// interrupts says whether the fault ends a stream, or stalls it.
func (d Do) interrupts() bool { return d.Disconnect != "" || d.Cut || d.Stall }

// interrupt ends the stream as the fault has it.
func (s *Server) interrupt(ctx context.Context, w http.ResponseWriter, conn *connection, do Do) {
	switch {
	case do.Stall:
		<-ctx.Done()
	case do.Disconnect != "":
		s.mu.Lock()
		conn.reason = do.Disconnect
		s.mu.Unlock()
		_, _ = w.Write(append(s.disconnect(do.Disconnect, do.Bare), '\r', '\n'))
	default:
		s.mu.Lock()
		conn.reason = "UpstreamUncleanDisconnect"
		s.mu.Unlock()
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// disconnect is the document that says why a stream ends: in a list of errors, or by itself.
func (s *Server) disconnect(reason string, bare bool) []byte {
	problem := object{
		"title": "operational-disconnect", "disconnect_type": reason, "type": s.problemType("operational-disconnect"),
		"detail": "This stream has been disconnected for operational reasons.",
	}
	if bare {
		return answer{body: problem}.bytes()
	}
	return answer{body: object{"errors": []object{problem}}}.bytes()
}

// closed takes the connection out of those that are open. What is remembered of it needs little room.
func (s *Server) closed(conn *connection) {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	conn.ended = s.clock.now()
	if conn.reason == "" {
		conn.reason = "ClientDisconnect"
	}
	s.streams.open = slices.DeleteFunc(s.streams.open, func(c *connection) bool { return c == conn })
	conn.call, conn.feed, conn.documents, conn.last = nil, feed{}, nil, nil
	close(s.streams.ended)
	s.streams.ended = make(chan struct{})
}

// publish hands what happened to every open stream. What several streams ask for alike is made once. Server.mu is held.
func (s *Server) publish(e world.Event) {
	made := map[string][][]byte{}
	for _, conn := range s.streams.open {
		alike := conn.call.operation.ID + "?" + conn.call.request.URL.RawQuery
		texts, known := made[alike]
		if !known {
			texts = s.documents(conn.call, conn.feed, e)
			made[alike] = texts
		}
		for _, text := range texts {
			conn.give(text)
		}
	}
}

// documents are what the feed makes of what happened, as they are sent.
func (s *Server) documents(c *call, f feed, e world.Event) (texts [][]byte) {
	then := *c
	then.now = e.At
	v := s.view(&then)
	for _, body := range f.documents(v, e) {
		texts = append(texts, s.inSpelling(c, answer{body: body}.bytes()))
	}
	return texts
}

// past returns what a new connection gets of what has happened already: by backfill_minutes, or between start_time and
// end_time, the oldest first. Only posts come again.
func (s *Server) past(v *view, f feed) (texts [][]byte) {
	from, to := v.c.now, v.c.now
	if minutes := v.c.number("backfill_minutes", 0); minutes > 0 {
		from = v.c.now.Add(-time.Duration(minutes) * time.Minute)
	}
	if asked, refused := v.span(from, to); refused == nil {
		from, to = asked.from, asked.to
	}
	if !from.Before(v.c.now) {
		return nil
	}
	for _, p := range v.w.Posts() {
		if !p.Created.Before(from) && p.Created.Before(to) && len(texts) < maxWaiting {
			texts = append(texts, s.documents(v.c, f, world.Event{Kind: "post", At: p.Created, Post: p, Actor: p.Author})...)
		}
	}
	return texts
}

// serve sends the head of a stream and runs it.
func (a answer) serve(ctx context.Context, w http.ResponseWriter, do Do) {
	header := w.Header()
	maps.Copy(header, a.header)
	header.Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	a.stream(ctx, w, do)
}

// partition says whether the post is in the part of the stream that the call reads, of so many.
func (v *view) partition(number int64, parts int) bool {
	part := v.c.number("partition", 0)
	return part == 0 || parts == 0 || int(uint64(number)*0x9E3779B97F4A7C15>>33%uint64(parts)) == part-1 //nolint:gosec // below parts
}

// lang says whether the post is in the language of a stream, any where it is empty.
func inLanguage(p *world.Post, lang string) bool {
	return lang == "" || strings.HasPrefix(p.Lang, lang)
}
