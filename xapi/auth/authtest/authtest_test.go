package authtest_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/auth/authtest"
)

func TestMemoryStore(t *testing.T) {
	stores := map[string]*auth.MemoryStore{}
	authtest.TestStore(t, func(_ *testing.T, name string) auth.Store {
		if stores[name] == nil {
			stores[name] = new(auth.MemoryStore)
		}
		return stores[name]
	})
}

func TestFileStore(t *testing.T) {
	folder := t.TempDir()
	authtest.TestStore(t, func(_ *testing.T, name string) auth.Store {
		return auth.NewFileStore(filepath.Join(folder, "new", name))
	})
}

func TestFileKeyring(t *testing.T) {
	folder := t.TempDir()
	authtest.TestKeyring(t, func(*testing.T) auth.Keyring { return auth.NewFileKeyring(filepath.Join(folder, "new")) })
}

// leased is a store whose lock is a lease with an owner, which a test has run out.
type leased struct {
	auth.MemoryStore
	mu    sync.Mutex
	owner int
	next  int
}

func (s *leased) Lock(context.Context) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner != 0 {
		return nil, auth.ErrLocked
	}
	s.next++
	mine := s.next
	s.owner = mine
	return func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.owner == mine {
			s.owner = 0
		}
		return nil
	}, nil
}

func TestLeasedStore(t *testing.T) {
	stores := map[string]*leased{}
	open := func(_ *testing.T, name string) auth.Store {
		if stores[name] == nil {
			stores[name] = new(leased)
		}
		return stores[name]
	}
	authtest.TestStore(t, open)
	authtest.TestLeases(t, open, func(_ *testing.T, name string) {
		stores[name].mu.Lock()
		defer stores[name].mu.Unlock()
		stores[name].owner = 0
	})
}
