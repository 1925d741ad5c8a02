package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// retryPause is how long a token that is still good is used after a refresh ahead of its expiry has failed, before the
// next try.
const retryPause = 10 * time.Second

// Session is a stored login that keeps itself alive: the OAuth 2.0 user context of a client. Give one Session to as
// many clients as share the login; it is safe for concurrent use.
//
// Any number of processes may have a Session on the same [Store]. See the package documentation for what happens at a
// refresh.
//
// A session stays with the user it began with. Where another login appears in the store, it is taken if its
// [Record.UserID] says that it is the same user's; else what needs the store fails with [ErrLoginReplaced], until
// [Session.Login] or a new Session takes the other login on purpose.
type Session struct {
	config OAuth2
	store  Store
	flight flight
	sleep  func(ctx context.Context, d time.Duration) error

	mu      sync.Mutex
	record  *Record // as last read or stored; nil before that, and after a logout
	owner   *Record // the last one that was there
	unsaved *unsaved
	pause   time.Time
}

// NewSession returns a session on the login in store. Nothing is read before the first use.
//
// An empty config.ClientID takes the app from the stored login; a confidential client has to give its secret in any
// case, since that is not stored.
func NewSession(config OAuth2, store Store) *Session {
	return &Session{config: config, store: store, sleep: transport.Sleep}
}

// Login stores what a login brought; any other login in the store is replaced. Where the record does not say which app
// and server it belongs to, it is this session's. Set [Record.UserID] first if the user is known, so that programs
// that run in the name of the same user go on with the new login.
func (s *Session) Login(ctx context.Context, record *Record) (err error) {
	kept := record.clone()
	if kept.ClientID == "" {
		kept.ClientID, kept.Confidential = s.config.ClientID, !s.config.ClientSecret.IsZero()
	}
	if kept.TokenURL == "" {
		kept.TokenURL = s.config.endpoint().TokenURL
	}
	if kept.LoginID == "" {
		kept.LoginID = rand.Text()
	}
	if err := s.belongs(kept); err != nil {
		return fmt.Errorf("store the login: %w", err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("store the login: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := s.store.Replace(ctx, kept); err != nil {
		return err
	}
	s.takeUnsaved()
	s.keep(kept)
	return nil
}

// Token returns a token whose access token is good to use, refreshed first if it is about to end.
//
// The error matches [ErrLoginRequired] where only the user can help. Where a refresh ahead of the expiry fails, the
// token at hand is returned for as long as it lives.
func (s *Session) Token(ctx context.Context) (Token, error) {
	record, err := s.current(ctx)
	if err != nil {
		return Token{}, err
	}
	token, now := record.Token, s.config.now()
	ended := token.Expired(now)
	if !ended && (!token.expiring(now) || s.pausing(now)) {
		s.keepStored(ctx)
		return token, nil
	}
	fresh, err := s.renewed(ctx, need{rejected: token.Access, ahead: !ended})
	if err != nil && !token.Expired(s.config.now()) && ctx.Err() == nil {
		return token, nil
	}
	return fresh, err
}

// Refresh returns a token other than the one with the access token rejected, which the API has turned away with a 401
// or which has ended: the one that someone else stored meanwhile, else a new one.
//
// A token that is less than a minute old and was turned away is not refreshed: the API would turn the next one away as
// well, and an endless sequence of refreshes would follow.
//
// While the refresh token is being presented the end of ctx is not heeded, for up to [LockTime] or the Grace of
// [OAuth2]: leaving then may lose the answer, and the login with it. Callers that wait, for another's refresh or for the time of the next
// presentation, leave with their ctx.
func (s *Session) Refresh(ctx context.Context, rejected Secret) (Token, error) {
	return s.renewed(ctx, need{rejected: rejected, turnedAway: true})
}

// Stored returns the login as the store has it now, if it is this session's.
func (s *Session) Stored(ctx context.Context) (*Record, error) { return s.load(ctx) }

// lock waits for the lock of the store.
func (s *Session) lock(ctx context.Context) (unlock func() error, err error) {
	err = s.wait(ctx, func() (again bool, err error) {
		unlock, err = s.store.Lock(ctx)
		return errors.Is(err, ErrLocked), err
	})
	return unlock, err
}

// current returns the login at hand, read from the store at the first use.
func (s *Session) current(ctx context.Context) (*Record, error) {
	s.mu.Lock()
	record := s.record
	s.mu.Unlock()
	if record != nil {
		return record, nil
	}
	return s.reread(ctx)
}

// reread takes the login from the store.
func (s *Session) reread(ctx context.Context) (*Record, error) {
	record, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	s.keep(record)
	return record, nil
}

func (s *Session) keep(record *Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record, s.pause = record, time.Time{}
	if record != nil {
		s.owner = record
	}
}

func (s *Session) pausing(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.pause)
}
