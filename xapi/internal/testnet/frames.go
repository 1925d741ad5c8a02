package testnet

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Frames is a server of HTTP/2 that does to each request what a test says, which net/http's own server cannot be made to
// do. It reads neither paths nor headers.
type Frames struct {
	// Server has the certificate, for Transport and Trusting; nothing is sent to it.
	*httptest.Server

	listener net.Listener
	handle   func(number int, body []byte) Move
}

// Move is what Frames does to one request.
type Move struct {
	// Status and Body are an answer; without a Status there is none.
	Status int
	Body   string
	// Reset ends the stream with the error code ResetCode.
	Reset     bool
	ResetCode uint32
	// GoAway announces the end of the connection with the error code ResetCode. The request counts as unprocessed unless
	// Processed is set.
	GoAway, Processed bool
	// Close closes the connection.
	Close bool
}

// Error codes of HTTP/2 (RFC 9113, section 7).
const (
	NoError       = 0x0
	ProtocolError = 0x1
	RefusedStream = 0x7
)

// The types and flags of frames that Frames knows (RFC 9113, section 6).
const (
	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway, frameWindow = 0, 1, 3, 4, 6, 7, 8

	flagEndStream, flagAck, flagEndHeaders = 0x1, 0x1, 0x4
)

// ServeFrames starts a server that asks handle what to do to each whole request, by its number from 1.
func ServeFrames(t testing.TB, handle func(number int, body []byte) Move) *Frames {
	t.Helper()
	identity := Serve(t, HTTP2, http.NotFoundHandler())
	f := &Frames{Server: identity, listener: listen(t), handle: handle}
	config := &tls.Config{Certificates: identity.TLS.Certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	number := 0
	count := func() int { mu.Lock(); defer mu.Unlock(); number++; return number }
	all.Go(func() {
		for {
			conn, err := f.listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			all.Go(func() { f.serve(tls.Server(conn, config), count) })
		}
	})
	t.Cleanup(func() {
		_ = f.listener.Close()
		mu.Lock()
		for _, conn := range open {
			_ = conn.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return f
}

// Addr is where clients reach the server.
func (f *Frames) Addr() string { return f.listener.Addr().String() }

// serve is one connection.
func (f *Frames) serve(conn *tls.Conn, number func() int) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if _, err := io.CopyN(io.Discard, in, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	write(conn, frameSettings, 0, 0, nil)
	bodies := map[uint32][]byte{}
	answered := uint32(0)
	for {
		var head [9]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return
		}
		payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(in, payload); err != nil {
			return
		}
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == frameSettings && flags&flagAck == 0:
			write(conn, frameSettings, flagAck, 0, nil)
		case kind == framePing && flags&flagAck == 0:
			write(conn, framePing, flagAck, 0, payload)
		case kind == frameData && len(payload) > 0:
			bodies[stream] = append(bodies[stream], payload...)
			write(conn, frameWindow, 0, 0, append([]byte{0}, head[:3]...)) // as much as came
		}
		if (kind == frameData || kind == frameHeaders) && flags&flagEndStream != 0 {
			if f.move(conn, stream, &answered, f.handle(number(), bodies[stream])) {
				return
			}
			delete(bodies, stream)
		}
	}
}

// move does what the test says, and reports whether that ends the connection.
func (f *Frames) move(conn net.Conn, stream uint32, answered *uint32, m Move) (end bool) {
	if m.GoAway {
		last := *answered
		if m.Processed {
			last = stream
		}
		write(conn, frameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), m.ResetCode))
	}
	if m.Status != 0 {
		*answered = stream
		// A status by its name in the static table (RFC 7541), its value spelled out.
		block := fmt.Appendf([]byte{0x08, 3}, "%d", m.Status)
		write(conn, frameHeaders, flagEndHeaders, stream, block)
		write(conn, frameData, flagEndStream, stream, []byte(m.Body))
	}
	if m.Reset {
		write(conn, frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, m.ResetCode))
	}
	return m.Close
}

func write(conn net.Conn, kind, flags byte, stream uint32, payload []byte) {
	length := binary.BigEndian.AppendUint64(nil, uint64(len(payload)))
	head := binary.BigEndian.AppendUint32(append(length, kind, flags), stream)
	_, _ = conn.Write(append(head[5:], payload...)) // a length has three bytes
}
