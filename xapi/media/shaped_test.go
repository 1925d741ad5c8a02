package media_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// link is a network in memory between one client and one server, shaped like a real one. The zero link carries
// everything at once.
type link struct {
	// rate is what all connections together carry to the server, in bytes a second, 0 for any amount. latency is that of
	// one round trip.
	rate    int64
	latency time.Duration
	// buffer is how many bytes of each connection are taken before they are on their way.
	buffer int
	// shortest and longest are how far apart the cuts are at which all connections break, 0 for none.
	shortest, longest time.Duration

	mu       sync.Mutex
	accepted chan net.Conn
	closed   chan struct{}
	open     map[net.Conn]bool
	free     time.Time
	sent     int64
	cuts     int
	off      bool
}

// serve serves handler at the far end until the test ends.
func (l *link) serve(t testing.TB, handler http.Handler) {
	l.accepted, l.closed, l.open = make(chan net.Conn), make(chan struct{}), map[net.Conn]bool{}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(l) }()
	if l.longest > 0 {
		go l.breakNowAndThen()
	}
	t.Cleanup(func() {
		close(l.closed)
		_ = server.Close()
		l.breakAll()
	})
}

func (l *link) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *link) Close() error   { return nil }
func (l *link) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// dial connects to the server.
func (l *link) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	if l.rate > 0 || l.latency > 0 {
		pause(ctx, l.latency) // of the handshake
		far = l.between(far)
	}
	l.mu.Lock()
	off := l.off
	l.open[near] = true
	l.mu.Unlock()
	if off {
		_ = near.Close()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")}
	}
	select {
	case l.accepted <- far:
		return near, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// between puts the shape of the link between near and the connection that it returns for the server.
func (l *link) between(near net.Conn) net.Conn {
	far, server := net.Pipe()
	go l.carry(far, near, true)
	go l.carry(near, far, false)
	return server
}

const packet = 4 << 10

type packets struct {
	data []byte
	at   time.Time
}

// carry moves bytes from one end to the other.
func (l *link) carry(to, from net.Conn, up bool) {
	taken, travelling := make(chan []byte, l.buffer/packet), make(chan packets, 4096)
	go func() {
		defer close(taken)
		for {
			data := make([]byte, packet)
			n, err := from.Read(data)
			if err != nil {
				return
			}
			l.note(n, up)
			taken <- data[:n]
		}
	}()
	go func() {
		defer close(travelling)
		for data := range taken {
			leaves := l.leaves(len(data), up)
			time.Sleep(time.Until(leaves)) //nolint:forbidigo // by the clock of a bubble
			travelling <- packets{data, leaves.Add(l.latency / 2)}
		}
	}()
	broken := false
	for p := range travelling {
		time.Sleep(time.Until(p.at)) //nolint:forbidigo // by the clock of a bubble
		if !broken {
			_, err := to.Write(p.data)
			broken = err != nil
		}
		if broken {
			_ = from.Close()
		}
	}
	_ = to.Close()
}

func (l *link) note(n int, up bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if up {
		l.sent += int64(n)
	}
}

// leaves returns when n bytes have left.
func (l *link) leaves(n int, up bool) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !up || l.rate == 0 {
		return now
	}
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
	return l.free
}

func (l *link) breakNowAndThen() {
	random := rand.New(rand.NewPCG(1, 2)) // the same each time
	for {
		timer := time.NewTimer(l.shortest + time.Duration(random.Int64N(int64(l.longest-l.shortest)+1)))
		select {
		case <-timer.C:
			l.breakAll()
		case <-l.closed:
			timer.Stop()
			return
		}
	}
}

// breakAll breaks every connection.
func (l *link) breakAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts++
	for conn := range l.open {
		_ = conn.Close()
		delete(l.open, conn)
	}
}

// carried is how many bytes the client has handed to the link.
func (l *link) carried() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}

// slow gives the link another rate.
func (l *link) slow(rate int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate = rate
}

// unplug breaks all connections and lets none come about, until plug.
func (l *link) unplug() {
	l.mu.Lock()
	l.off = true
	l.mu.Unlock()
	l.breakAll()
}

func (l *link) plug() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = false
}
