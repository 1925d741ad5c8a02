package xapitest

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// headerTimeout bounds how long a connection may take to send its headers.
const headerTimeout = 30 * time.Second

// host serves a handler on an address in one goroutine, which ends with close.
type host struct {
	url     string
	http    *http.Server
	handler http.Handler
	stopped chan struct{}

	// running is held by each request for reading, and by close for writing.
	running sync.RWMutex
	closed  bool
}

// serve opens addr and serves handler there, over HTTPS where there is a config for it.
func serve(addr string, handler http.Handler, config *tls.Config) (*host, error) {
	where, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	listener, err := net.ListenTCP("tcp", where)
	if err != nil {
		return nil, err
	}
	h := &host{
		url:     "http://" + reachable(listener.Addr()),
		handler: handler,
		stopped: make(chan struct{}),
	}
	h.http = &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, TLSConfig: config,
		// Broken connections are what the sandbox is asked for.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	run := h.http.Serve
	if config != nil {
		h.url = "https://" + reachable(listener.Addr())
		run = func(l net.Listener) error { return h.http.ServeTLS(l, "", "") }
	}
	go func() {
		defer close(h.stopped)
		_ = run(listener)
	}()
	return h, nil
}

// reachable is where a program of this machine finds the address: a listener on all addresses is at that of the loopback.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr.String()
}

// ServeHTTP hands the request on, unless the host is closed.
func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.running.RLock()
	defer h.running.RUnlock()
	if !h.closed {
		h.handler.ServeHTTP(w, r)
	}
}

// close cuts what is still under way and waits for it to end. Closing again does nothing.
func (h *host) close() error {
	err := h.http.Close()
	<-h.stopped
	h.running.Lock()
	defer h.running.Unlock()
	h.closed = true
	return err
}
