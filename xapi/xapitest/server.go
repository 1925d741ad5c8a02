package xapitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// Server is a running sandbox. All its methods are safe for concurrent use.
type Server struct {
	// URL is the base URL of the sandbox, http://127.0.0.1:40001 for one, without a slash at its end.
	URL string

	settings settings
	routes   routes
	http     *http.Server
	stopped  chan struct{}
	spool    *spool

	// mu guards everything below. It is never held while a body is read or written.
	mu       sync.Mutex
	clock    clock
	ids      ids
	uploads  map[string]*upload
	posts    []*Post
	requests []Request
}

// TB is what New needs of a test: *testing.T, *testing.B and *testing.F have it.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// New starts a sandbox on a free loopback port and stops it when the test ends. It fails the test where the sandbox
// does not start.
func New(t TB, opts ...Option) *Server {
	t.Helper()
	s, err := Start(opts...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Start starts a sandbox. The caller stops it with Close.
func Start(opts ...Option) (*Server, error) {
	settings, err := apply(opts)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	spool, err := newSpool(settings.maxSegment)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s := &Server{
		settings: settings,
		routes:   newRoutes(gen.Operations()),
		stopped:  make(chan struct{}),
		spool:    spool,
		clock:    clock{base: settings.clock},
		ids:      newIDs(settings.seed),
		uploads:  map[string]*upload{},
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: %w", err), spool.Close())
	}
	return s, nil
}

// headerTimeout bounds how long a connection may take to send its headers.
const headerTimeout = 30 * time.Second

// listen opens the address and serves it in one goroutine, which ends with Close.
func (s *Server) listen() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.settings.addr)
	if err != nil {
		return err
	}
	s.URL = "http://" + listener.Addr().String()
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: headerTimeout}
	go func() {
		defer close(s.stopped)
		_ = s.http.Serve(listener)
	}()
	return nil
}

// Close stops the sandbox, cuts what is still under way and removes what was uploaded. Closing it again does nothing.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.stopped
	return errors.Join(err, s.spool.Close())
}

// Token returns an access token that the sandbox accepts: that of its user, with every scope.
func (s *Server) Token() string { return s.settings.token }

// Advance moves the sandbox's clock forward by d: processing goes on, uploads and tokens expire.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.offset += d
}
