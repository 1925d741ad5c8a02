package testnet

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Link is a stretch of network between clients and a server: a TCP proxy that can delay, throttle, cut and swallow what
// passes. Its fields are set before it is opened.
type Link struct {
	// Delay is how long each byte takes in either direction: half of the round trip.
	Delay time.Duration
	// Rate is how many bytes a second all connections together carry towards the server, 0 for no limit. The first 8 KiB
	// of each are free, so that no handshake waits behind the bodies of others.
	Rate int
	// Reset, where it is set, is asked for each connection, by its number from 1: after how many bytes towards the server
	// it is reset, 0 for never.
	Reset func(number int) int

	listener net.Listener
	upstream string
	opened   atomic.Int64
	closed   chan struct{}
	all      sync.WaitGroup

	mu    sync.Mutex
	conns map[*crossing]bool
	// free is when the throttled link has carried what it took.
	free time.Time
}

// crossing is one connection over the link, as two.
type crossing struct {
	client, server *net.TCPConn
	swallow        atomic.Bool
}

// queued bounds what the link holds of one direction, in chunks: more than a window of TCP at the delays of a test.
const queued, chunk = 1024, 64 << 10

// Open opens the link to upstream. It is closed with the test.
func (l *Link) Open(t testing.TB, upstream string) *Link {
	t.Helper()
	l.listener, l.upstream, l.closed, l.conns = listen(t), upstream, make(chan struct{}), map[*crossing]bool{}
	l.all.Go(l.accept)
	t.Cleanup(func() {
		_ = l.listener.Close()
		close(l.closed)
		l.Cut()
		l.all.Wait()
	})
	return l
}

// Addr is where clients reach the link.
func (l *Link) Addr() string { return l.listener.Addr().String() }

// Opened returns how many connections were made over the link so far.
func (l *Link) Opened() int { return int(l.opened.Load()) }

// Live returns how many connections over the link are open.
func (l *Link) Live() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// Cut resets all connections that are open.
func (l *Link) Cut() {
	l.each((*crossing).reset)
}

// reset ends both connections by a RST.
func (c *crossing) reset() {
	for _, conn := range []*net.TCPConn{c.client, c.server} {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
}

// Swallow turns the connections that are open into black holes: they stay open, take everything and deliver nothing.
func (l *Link) Swallow() { l.each(func(c *crossing) { c.swallow.Store(true) }) }

func (l *Link) each(do func(*crossing)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		do(c)
	}
}

func (l *Link) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		number := int(l.opened.Add(1))
		l.all.Go(func() { l.cross(client, number) })
	}
}

// cross carries one connection.
func (l *Link) cross(client net.Conn, number int) {
	defer func() { _ = client.Close() }()
	server, err := to(l.upstream)(context.Background(), "tcp", "")
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	c := new(crossing)
	var ok [2]bool
	c.client, ok[0] = client.(*net.TCPConn)
	c.server, ok[1] = server.(*net.TCPConn)
	if ok != [2]bool{true, true} {
		return
	}
	l.mu.Lock()
	l.conns[c] = true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.conns, c)
	}()
	limit := 0
	if l.Reset != nil {
		limit = l.Reset(number)
	}
	var up sync.WaitGroup
	up.Go(func() { l.carry(c, c.server, c.client, l.Rate, limit) })
	l.carry(c, c.client, c.server, 0, 0)
	up.Wait()
}

// carry takes what comes from one side to the other, each byte Delay after it came. limit is after how many bytes both
// sides are reset, 0 for never.
func (l *Link) carry(c *crossing, to, from *net.TCPConn, rate, limit int) {
	type parcel struct {
		due  time.Time
		data []byte
	}
	parcels := make(chan parcel, queued)
	var deliver sync.WaitGroup
	deliver.Go(func() {
		for p := range parcels {
			select {
			case <-time.After(time.Until(p.due)):
			case <-l.closed:
				continue
			}
			if !c.swallow.Load() {
				_, _ = to.Write(p.data)
			}
		}
		_ = to.CloseWrite()
	})
	carried := 0
	for {
		size := chunk
		if rate > 0 {
			size = 4 << 10
		}
		data := make([]byte, size)
		n, err := from.Read(data)
		if limit > 0 && carried+n >= limit {
			c.reset()
			break
		}
		if carried += n; n > 0 {
			parcels <- parcel{l.due(n, rate, carried > 8<<10), data[:n]}
		}
		if err != nil {
			break
		}
	}
	close(parcels)
	deliver.Wait()
}

// due returns when n bytes that come now have crossed the link, at its rate where they are throttled.
func (l *Link) due(n, rate int, throttled bool) time.Time {
	now := time.Now()
	if rate > 0 && throttled {
		l.mu.Lock()
		if l.free.Before(now) {
			l.free = now
		}
		l.free = l.free.Add(time.Duration(n) * time.Second / time.Duration(rate))
		now = l.free
		l.mu.Unlock()
	}
	return now.Add(l.Delay)
}

// to returns a dialer that reaches every server at address.
func to(address string) func(ctx context.Context, network, _ string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}
