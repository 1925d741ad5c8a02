package xapi_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// faultProxy stands between a client and a server and disturbs what passes, at the level of TCP. What it does to its
// nth connection follows from the seed.
type faultProxy struct {
	listener net.Listener
	upstream string
	seed     uint64
	// rate is the share of connections to disturb, each within the first reach bytes of a direction.
	rate   float64
	reach  int
	number atomic.Uint64
	faults [faultKinds]atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool
	all   sync.WaitGroup
}

const (
	resetRequest = iota // reset after some bytes of the request
	resetAnswer         // reset after some bytes of the answer
	cutAnswer           // an orderly close in the midst of the answer
	latency             // some milliseconds more
	slowClose           // the answer ends, the connection stays open a while, then closes
	bandwidth           // a few bytes at a time
	faultKinds
	untouched
)

func startFaultProxy(t *testing.T, upstream string, seed uint64, rate float64, reach int) *faultProxy {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &faultProxy{listener: listener, upstream: upstream, seed: seed, rate: rate, reach: reach, conns: map[net.Conn]bool{}}
	p.all.Go(p.serve)
	t.Cleanup(func() {
		_ = listener.Close()
		p.mu.Lock()
		for conn := range p.conns {
			_ = conn.Close()
		}
		p.mu.Unlock()
		p.all.Wait()
	})
	return p
}

func (p *faultProxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.all.Go(func() { p.forward(client, p.number.Add(1)) })
	}
}

func (p *faultProxy) hold(conn net.Conn) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, conn)
		_ = conn.Close()
	}
}

// forward carries one connection, with its fault if it is to have one.
func (p *faultProxy) forward(client net.Conn, number uint64) {
	defer p.hold(client)()
	server, err := net.Dial("tcp", p.upstream)
	if err != nil {
		return
	}
	defer p.hold(server)()
	random := rand.New(rand.NewPCG(p.seed, number))
	kind, after := untouched, int64(random.IntN(p.reach))
	if random.Float64() < p.rate {
		kind = random.IntN(faultKinds)
	}
	reset := func() {
		for _, conn := range []net.Conn{client, server} {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}
	request := make(chan struct{})
	p.all.Go(func() {
		defer close(request)
		if kind == resetRequest {
			if n, _ := io.CopyN(server, client, after); n == after {
				p.faults[kind].Add(1)
				reset()
			}
			return
		}
		_, _ = io.Copy(server, client)
		_ = server.(*net.TCPConn).CloseWrite()
	})
	p.answer(client, server, kind, after)
	if kind == resetAnswer {
		reset()
	}
	_ = client.(*net.TCPConn).CloseWrite()
	_ = server.Close()
	<-request
}

// answer carries what the server says, up to the fault after so many bytes.
func (p *faultProxy) answer(client, server net.Conn, kind int, after int64) {
	if kind == untouched || kind == resetRequest {
		_, _ = io.Copy(client, server)
		return
	}
	if n, _ := io.CopyN(client, server, after); n < after && kind != slowClose {
		return
	}
	p.faults[kind].Add(1)
	switch kind {
	case latency:
		<-time.After(3 * time.Millisecond)
		_, _ = io.Copy(client, server)
	case slowClose:
		_, _ = io.Copy(client, server)
		<-time.After(3 * time.Millisecond)
	case bandwidth:
		for {
			if _, err := io.CopyN(client, server, 16); err != nil {
				return
			}
			<-time.After(100 * time.Microsecond)
		}
	}
}

// refusing dials the proxy for every request anew, and fails to at the given rate.
func (p *faultProxy) refusing(rate float64) *http.Transport {
	var dials atomic.Uint64
	return &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			random := rand.New(rand.NewPCG(p.seed, dials.Add(1)))
			if random.Float64() < rate {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
			}
			return new(net.Dialer).DialContext(ctx, network, p.listener.Addr().String())
		},
	}
}

// requireFaults checks that faults came about, and at the highest of the rates every kind of them.
func (p *faultProxy) requireFaults(t *testing.T) {
	t.Helper()
	all := int64(0)
	for kind := range p.faults {
		all += p.faults[kind].Load()
		if p.rate >= 0.3 {
			require.NotZero(t, p.faults[kind].Load(), "no fault of kind %d came about", kind)
		}
	}
	require.NotZero(t, all)
}

// typed reports whether err is one of the errors that a call may end with under faults.
func typed(err error, kinds ...any) bool {
	for _, kind := range kinds {
		if errors.As(err, kind) {
			return true
		}
	}
	return false
}
