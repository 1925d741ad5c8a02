package auth

import (
	"context"
	"fmt"
	"sync"
)

// LockTime is how long a [Session] holds the lock of its store at most.
const LockTime = 2 * RefreshTimeout

// Store keeps one login where every process that uses it can see it. Implementations are safe for concurrent use.
//
// [FileStore] serves the processes of one machine, [MemoryStore] a single process. A fleet implements Store on the
// database that it shares: a row per login, holding what [Record.Encode] returns, encrypted as the fleet encrypts its
// other secrets, and [Record.Fingerprint] beside it in clear, to compare by. The package example shows one on
// database/sql. The package authtest holds the tests that an implementation has to pass. Who keeps many logins has a
// [Keyring].
//
// What a store promises:
//
//   - Load sees the last write of any process: no replica that lags behind, no cache.
//   - Save and Replace are durable when they return, and done in one step: a reader sees the old login or the new one,
//     and so does a restart after a crash. A pair that is used before it survives a crash is one that a crash can lose.
//   - Save compares and writes in one step, unless the lock is of the kind that cannot run out while its holder lives.
//     A holder that is stopped for longer than its lease lasts, by SIGSTOP or a sleeping machine, goes on as if nothing
//     had happened; the comparison is all that keeps it from overwriting a newer pair.
//   - Lock excludes everyone in every process. A lock that runs out does so no sooner than [LockTime] after it was
//     taken, or is prolonged by the store for as long as it is held. It is given back when its holder dies: at once if
//     the store can tell, else when it runs out.
//   - Where the store cannot be reached, every method says so with an error. Nothing is guessed, and no lock granted.
type Store interface {
	// Load returns the stored login. Its error matches [ErrNoLogin] where there is none, and [ErrLoginRequired] where
	// what there is can be of no more use.
	Load(ctx context.Context) (*Record, error)
	// Save puts next in the place of prior, which is what Load returned or the last Save wrote. A nil next removes
	// the login; a nil prior says that there is none yet. Where another login stands there than prior, by its
	// [Record.Fingerprint], the error matches [ErrStale] and nothing is changed. The caller holds the lock.
	Save(ctx context.Context, next, prior *Record) error
	// Replace puts next, or nothing where that is nil, in the place of whatever stands there, even if it cannot be
	// read. It is for logging in and for forgetting; who renews a login uses Save. The caller holds the lock.
	Replace(ctx context.Context, next *Record) error
	// Lock takes the lock, without waiting for it: where someone else holds it, the error matches [ErrLocked]. The
	// returned function gives the lock back, even if ctx has ended; it is called once. A lock that has run out
	// meanwhile, and may be another's by now, is left alone.
	Lock(ctx context.Context) (unlock func() error, err error)
}

// MemoryStore keeps a login for as long as the process lives. The zero value is empty and ready to use.
//
// It is for tests, and for programs that log in at each start: the pair of a refresh is lost with the process.
type MemoryStore struct {
	mu     sync.Mutex
	record *Record
	lock   sync.Mutex
}

// Load returns a copy of the login, or an error that matches [ErrNoLogin].
func (s *MemoryStore) Load(context.Context) (*Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.record == nil {
		return nil, loginRequired("%w", ErrNoLogin)
	}
	return s.record.clone(), nil
}

// Save keeps a copy of next in the place of prior.
func (s *MemoryStore) Save(_ context.Context, next, prior *Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.record.Fingerprint() != prior.Fingerprint() {
		return fmt.Errorf("store the login: %w", ErrStale)
	}
	s.record = next.clone()
	return nil
}

// Replace keeps a copy of next.
func (s *MemoryStore) Replace(_ context.Context, next *Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = next.clone()
	return nil
}

// Lock excludes the other holders in this process.
func (s *MemoryStore) Lock(context.Context) (func() error, error) {
	if !s.lock.TryLock() {
		return nil, ErrLocked
	}
	return func() error { s.lock.Unlock(); return nil }, nil
}
