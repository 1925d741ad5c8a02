package xapitest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/validate"
	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/face"
	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Server is a running sandbox. All its methods are safe for concurrent use.
type Server struct {
	// URL is the base URL of the sandbox, http://127.0.0.1:40001 for one, without a slash at its end.
	URL string

	settings  settings
	version   string
	routes    routes
	declared  map[string]*openapi3.Operation
	schemas   openapi3.Schemas
	validator *validate.Validator
	// names are those of the fields of answers, by operationId, once they were looked for.
	names    sync.Map
	face     http.Handler
	guard    face.Guard
	news     face.News
	host     *host
	identity identity
	spool    *spool
	recorder *recorder

	// mu guards everything below. It is never held while a body is read or written.
	mu       sync.Mutex
	clock    clock
	ids      ids
	calls    int64
	accounts accounts
	limiter  limiter
	faults   *faultRules
	uploads  map[string]*upload
	streams  streams
	couriers *couriers
	// customs are the functions that answer instead of the sandbox, by operationId.
	customs map[string]*custom
	// world is made when it is first asked for.
	world    *world.World
	requests history
}

// TB is what New and Replay need of a test: *testing.T, *testing.B and *testing.F have it.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
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
	s, err := newServer(opts)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s.host, err = serve(s.settings.addr, s, s.identity.server())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: %w", err), s.spool.Close())
	}
	s.URL = s.host.url
	return s, nil
}

// newServer makes a sandbox that does not listen yet.
func newServer(opts []Option) (*Server, error) {
	settings, err := apply(opts)
	if err != nil {
		return nil, err
	}
	document, err := spec.Document()
	if err != nil {
		return nil, err
	}
	s := &Server{
		settings:  settings,
		version:   spec.Version,
		routes:    newRoutes(operations(), slices.Concat(logins, jobFiles)),
		declared:  declaredOperations(document),
		schemas:   document.Components.Schemas,
		validator: validate.New(),
		clock:     clock{base: settings.clock},
		ids:       newIDs(settings.seed),
		accounts:  newAccounts(settings.seed),
		limiter:   limiter{limits: settings.rateLimits, off: settings.unlimited, windows: map[string]*window{}},
		faults:    newFaultRules(settings.faults, settings.seed),
		uploads:   map[string]*upload{},
		customs:   map[string]*custom{},
		guard:     face.Guard{Names: slices.Concat(realNames, settings.hosts), Origins: settings.origins},
		couriers:  newCouriers(),
		streams:   streams{ended: make(chan struct{})},
	}
	s.face = s.guard.Around(s.controls())
	if settings.free {
		s.routes, s.declared = newRoutes(allOperations(), logins), nil
	}
	if settings.tls {
		if s.identity, err = newIdentity(settings.hosts); err != nil {
			return nil, err
		}
	}
	if settings.recordDir != "" {
		if s.recorder, err = newRecorder(settings.recordDir); err != nil {
			return nil, err
		}
	}
	s.spool, err = newSpool(settings.maxSegment)
	return s, err
}

// declaredOperations has what the spec says of each operation, by operationId.
func declaredOperations(document *openapi3.T) map[string]*openapi3.Operation {
	declared := map[string]*openapi3.Operation{}
	for _, item := range document.Paths.Map() {
		for _, op := range item.Operations() {
			declared[op.OperationID] = op
		}
	}
	return declared
}

// Close stops the sandbox, cuts what is still under way and removes what was uploaded. Closing it again does nothing.
func (s *Server) Close() error {
	err := s.host.close()
	s.couriers.close()
	return errors.Join(err, s.spool.Close())
}
