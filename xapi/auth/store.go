package auth

import (
	"context"
	"sync"
)

// Store keeps one login where every process that uses it can see it. Implementations are safe for concurrent use.
//
// [FileStore] serves the processes of one machine, [MemoryStore] a single process. A fleet implements Store on the
// database that it shares: one row per login, holding what [Record.Encode] returns, encrypted as the fleet encrypts its
// other secrets; and a lock that the database gives back when its holder's connection dies. The package example shows
// one on database/sql.
//
// Three things matter, whatever lies below. Save has to be durable when it returns: a pair that is used before it
// survives a crash is a login that a crash can lose. Load has to see the last Save of any process: no replica that lags
// behind, no cache. And Lock has to exclude everyone: a lease that can run out while its holder is alive must last
// longer than a refresh, [RefreshTimeout], and a Save under a lost lease has to fail.
type Store interface {
	// Load returns the stored login. Its error matches [ErrNoLogin] where there is none, and [ErrLoginRequired] where
	// what there is can be of no more use.
	Load(ctx context.Context) (*Record, error)
	// Save replaces the stored login in one step: a reader sees the old one or the new one, and so does a restart
	// after a crash. A nil record removes the login. The caller holds the lock.
	Save(ctx context.Context, record *Record) error
	// Lock waits until the caller is the only one, in any process, to hold the lock, or until ctx ends. The returned
	// function gives the lock back; it is called once.
	Lock(ctx context.Context) (unlock func() error, err error)
}

// MemoryStore keeps a login for as long as the process lives. The zero value is empty and ready to use.
//
// It is for tests, and for programs that log in at each start: the pair of a refresh is lost with the process.
type MemoryStore struct {
	mu     sync.Mutex
	record *Record
	once   sync.Once
	turn   chan struct{}
}

// Load returns a copy of the login, or an error that matches [ErrNoLogin].
func (s *MemoryStore) Load(context.Context) (*Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.record == nil {
		return nil, loginRequired("%w", ErrNoLogin)
	}
	record := *s.record
	return &record, nil
}

// Save keeps a copy of record, or forgets the login where record is nil.
func (s *MemoryStore) Save(_ context.Context, record *Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if record == nil {
		s.record = nil
		return nil
	}
	kept := *record
	s.record = &kept
	return nil
}

// Lock waits for the other holders in this process.
func (s *MemoryStore) Lock(ctx context.Context) (func() error, error) {
	s.once.Do(func() { s.turn = make(chan struct{}, 1) })
	select {
	case s.turn <- struct{}{}:
		return func() error { <-s.turn; return nil }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
