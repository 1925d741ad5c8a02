package xapitest

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// headerTimeout bounds how long a connection may take to send its headers.
const headerTimeout = 30 * time.Second

// host serves a handler on an address in one goroutine, which ends with close.
type host struct {
	url     string
	http    *http.Server
	stopped chan struct{}
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
		url:     "http://" + listener.Addr().String(),
		stopped: make(chan struct{}),
		http: &http.Server{
			Handler: handler, ReadHeaderTimeout: headerTimeout, TLSConfig: config,
			// Broken connections are what the sandbox is asked for.
			ErrorLog: log.New(io.Discard, "", 0),
		},
	}
	run := h.http.Serve
	if config != nil {
		h.url = "https://" + listener.Addr().String()
		run = func(l net.Listener) error { return h.http.ServeTLS(l, "", "") }
	}
	go func() {
		defer close(h.stopped)
		_ = run(listener)
	}()
	return h, nil
}

// close cuts what is still under way. Closing again does nothing.
func (h *host) close() error {
	err := h.http.Close()
	<-h.stopped
	return err
}
