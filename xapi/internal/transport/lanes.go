package transport

import (
	"net/http"
	"sync"
	"sync/atomic"
)

const (
	// bulk is the size in bytes from which a body counts as large.
	bulk = 64 << 10
	// bulkLanes bounds how many lanes large bodies are spread over. 256 MiB at a round trip of 50 ms, TLS and segments of
	// 4 MiB, to a server with net/http's window of 1 MiB: 13.7 s over one connection of HTTP/2, 2.4 s over eight, 0.7 s over
	// eight of HTTP/1.1. The latter are ahead only where a link carries more than 110 MB a second, and have neither pings
	// nor a word for what was not processed, so that the server goes on choosing the protocol.
	bulkLanes = 8
)

// Lanes are the connections of a client. A *http.Transport is not used itself but in copies, each with connections of
// its own: one for everything small, and some that large bodies are spread over, so that over HTTP/2 they do not share
// the flow control of one connection, and small calls do not wait behind them. Any other RoundTripper is used as it is:
// what it does below cannot be known.
type Lanes struct {
	base http.RoundTripper
	// transport is base, nil where that is of another kind.
	transport *http.Transport

	// generation counts how often all connections were left.
	generation atomic.Int64

	small lane
	mu    sync.Mutex
	bulk  []lane
}

// lane is one of the ways to the server.
type lane struct {
	*Lanes
	large bool
	busy  int

	mu  sync.Mutex
	now *pool
}

// pool is the connections of a lane for one generation.
type pool struct {
	lanes      *Lanes
	generation int64
	via        http.RoundTripper
	// http1 says that the latest answer came over HTTP/1.1.
	http1 atomic.Bool
}

func newLanes(base http.RoundTripper) *Lanes {
	l := &Lanes{base: base}
	if l.transport, _ = base.(*http.Transport); l.transport == nil {
		l.base = Sound()(base)
	}
	l.small.Lanes = l
	// Who bounds the connections to a host means all of them together.
	if l.transport != nil && l.transport.MaxConnsPerHost == 0 {
		l.bulk = make([]lane, bulkLanes)
		for i := range l.bulk {
			l.bulk[i].Lanes, l.bulk[i].large = l, true
		}
	}
	return l
}

// RoundTrip sends req over the lane for it.
func (l *Lanes) RoundTrip(req *http.Request) (*http.Response, error) {
	lane, leave := l.enter(req)
	defer leave()
	pool := lane.pool()
	if call := CallFrom(req.Context()); call != nil {
		call.pool = pool
		req = pool.unrepeated(call, req)
	}
	resp, err := pool.via.RoundTrip(req)
	if err == nil {
		pool.http1.Store(resp.ProtoMajor == 1)
	}
	return resp, err
}

func stay() {}

// enter returns the lane for req, the least busy one for a large body, and what to do when the answer has begun.
func (l *Lanes) enter(req *http.Request) (*lane, func()) {
	if req.Body == nil || 0 <= req.ContentLength && req.ContentLength <= bulk || len(l.bulk) == 0 {
		return &l.small, stay
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	least := &l.bulk[0]
	for i := range l.bulk {
		if l.bulk[i].busy < least.busy {
			least = &l.bulk[i]
		}
	}
	least.busy++
	return least, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		least.busy--
	}
}

// CloseIdleConnections closes the connections that no request is using.
func (l *Lanes) CloseIdleConnections() {
	l.small.closeIdle()
	for i := range l.bulk {
		l.bulk[i].closeIdle()
	}
}

func (l *lane) closeIdle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != nil {
		closeIdle(l.now.via)
	}
}

// pool returns the connections of the lane. They are made by their first use.
func (l *lane) pool() *pool {
	l.mu.Lock()
	defer l.mu.Unlock()
	generation := l.generation.Load()
	if l.now != nil && l.now.generation == generation {
		return l.now
	}
	if l.now != nil {
		closeIdle(l.now.via)
	}
	l.now = &pool{lanes: l.Lanes, generation: generation, via: l.base}
	if l.transport != nil {
		l.now.via = tuned(l.transport, l.large)
	}
	return l.now
}

// leave has what comes after go over fresh connections: the one at fault may look as good as new to net/http, which goes
// on using it, and those made by the same time over the same network are no better. Requests under way come to their
// end.
func (p *pool) leave() {
	p.lanes.generation.CompareAndSwap(p.generation, p.generation+1)
	closeIdle(p.via)
}

// unrepeated keeps net/http from sending a call again that is not to be repeated. Over HTTP/2 it does so after a stream
// was reset with PROTOCOL_ERROR, which servers in front of the API use for answers that they cannot pass on. Over
// HTTP/1.1 it does so only where nothing was written.
func (p *pool) unrepeated(call *Call, req *http.Request) *http.Request {
	if call.Operation.Repeatable || req.GetBody == nil || p.http1.Load() {
		return req
	}
	once := req.WithContext(req.Context())
	once.GetBody = nil
	return once
}

func closeIdle(via http.RoundTripper) {
	if closer, ok := via.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}
