package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// ErrLost means that the database has lost a login which this process saw there, and which nobody removed. A process
// that knows the login's last pair brings it back, see [Login.Restore]; where none does, log in again. It is one case of
// auth.ErrNoLogin.
var ErrLost = errors.New("the fleet's store has lost the login")

// noLogin says that there is no login.
type noLogin struct {
	name  string
	cause error // ErrLost or auth.ErrNoLogin
}

func (e *noLogin) Error() string {
	if errors.Is(e.cause, ErrLost) {
		return fmt.Sprintf("load %s: %s: a process that knows it may bring it back, else log in again", e.name, e.cause)
	}
	return fmt.Sprintf("load %s: %s: log in again", e.name, e.cause)
}

func (e *noLogin) Is(target error) bool {
	return target == auth.ErrNoLogin || target == auth.ErrLoginRequired || target == e.cause
}

// seen is what a process has seen of one login in the database, and knows better than a database that lost something.
type seen struct {
	mu     sync.Mutex
	record *auth.Record // the last one, nil before the first and after a removal
	wrote  string       // the fingerprint of the last one that this process wrote
	spent  [][sha256.Size]byte
}

// mostSpent is how many refresh tokens a process remembers to have seen replaced. A database goes back by seconds, not
// by days.
const mostSpent = 16

// note takes in what the database has, nil for a removal.
func (s *seen) note(record *auth.Record, wrote bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if wrote {
		s.wrote = record.Fingerprint()
	}
	if s.record != nil && (record == nil || !s.record.Token.Refresh.Equal(record.Token.Refresh)) {
		s.spent = append(s.spent, digest(s.record.Token.Refresh))
		s.spent = s.spent[max(0, len(s.spent)-mostSpent):]
	}
	s.record = clone(record)
}

func (s *seen) forget() { s.note(nil, false) }

func (s *seen) last() *auth.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return clone(s.record)
}

// successor returns what came after record as far as this process knows, nil where it does not.
func (s *seen) successor(record *auth.Record) *auth.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.record == nil || record.Token.Refresh.IsZero() || !slices.Contains(s.spent, digest(record.Token.Refresh)) {
		return nil
	}
	return clone(s.record)
}

// supersedes reports whether next may be stored though the database does not have prior any more.
func (s *seen) supersedes(next, prior *auth.Record, raw []byte, stored *auth.Record) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next == nil || prior == nil || s.wrote != prior.Fingerprint() || next.Token.Refresh.Equal(prior.Token.Refresh) {
		return false
	}
	return raw == nil || stored != nil && stored.Token.Refresh.Equal(prior.Token.Refresh)
}

func digest(secret auth.Secret) [sha256.Size]byte { return sha256.Sum256([]byte(secret.Reveal())) }

func clone(record *auth.Record) *auth.Record {
	if record == nil {
		return nil
	}
	copied := *record
	copied.Token.Scopes = slices.Clone(record.Token.Scopes)
	return &copied
}
