package auth

import (
	"context"
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
type Session struct {
	config OAuth2
	store  Store
	turn   chan struct{} // holds an element while one caller refreshes

	mu      sync.Mutex
	record  *Record // as last read or stored; nil before that
	unsaved *unsaved
	flights int   // refreshes that came to an end
	failure error // of the last one
	pause   time.Time
}

// unsaved is a new pair that could not be stored. It is stored before it is used.
type unsaved struct {
	record *Record
	prior  *Record // with the refresh token that it was had for
}

// NewSession returns a session on the login in store. Nothing is read before the first use.
//
// An empty config.ClientID takes the app from the stored login; a confidential client has to give its secret in any
// case, since that is not stored.
func NewSession(config OAuth2, store Store) *Session {
	return &Session{config: config, store: store, turn: make(chan struct{}, 1)}
}

// Login stores what a login brought; any other login in the store is replaced.
func (s *Session) Login(ctx context.Context, record *Record) (err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("store the login: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	kept := *record
	return s.replace(ctx, &kept)
}

// Logout revokes the tokens of the stored login and removes it from the store. A login that cannot be revoked stays,
// so that Logout can be tried again; [Session.Forget] removes it all the same. No stored login is no error.
func (s *Session) Logout(ctx context.Context) error {
	return s.remove(ctx, func() error {
		record, err := s.store.Load(ctx)
		if errors.Is(err, ErrLoginRequired) {
			return nil
		}
		if err != nil {
			return err
		}
		config, err := s.app(record)
		if err != nil {
			return err
		}
		for _, token := range []Secret{record.Token.Refresh, record.Token.Access} {
			if token.IsZero() {
				continue
			}
			if err := config.Revoke(ctx, token); err != nil {
				return fmt.Errorf("%w; the login is still stored", err)
			}
		}
		return nil
	})
}

// Forget removes the login from the store without telling X: its tokens stay good until they end.
func (s *Session) Forget(ctx context.Context) error {
	return s.remove(ctx, func() error { return nil })
}

func (s *Session) remove(ctx context.Context, before func() error) (err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := before(); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	return s.replace(ctx, nil)
}

// replace puts record, which may be nil, in the place of whatever login there was.
func (s *Session) replace(ctx context.Context, record *Record) error {
	if err := s.store.Replace(ctx, record); err != nil {
		return err
	}
	s.takeUnsaved()
	s.keep(record)
	return nil
}

// lock waits for the lock of the store, asking again every few milliseconds.
func (s *Session) lock(ctx context.Context) (func() error, error) {
	const pause = 10 * time.Millisecond
	for {
		unlock, err := s.store.Lock(ctx)
		if !errors.Is(err, ErrLocked) {
			return unlock, err
		}
		if err := transport.Sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
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
	now := s.config.now()
	if !record.Token.expiring(now) || !record.Token.Expired(now) && s.pausing(now) {
		return record.Token, nil
	}
	fresh, err := s.Refresh(ctx, record.Token.Access)
	if err != nil && !record.Token.Expired(s.config.now()) && ctx.Err() == nil {
		return record.Token, nil
	}
	return fresh, err
}

// Refresh returns a token other than the one with the access token rejected, which the API has turned away with a 401
// or which has ended: the one that someone else stored meanwhile, else a new one.
//
// While the refresh token is being presented the end of ctx is not heeded, for up to twice [RefreshTimeout]: leaving
// then would lose the answer, and the login with it. Callers that wait for another's refresh leave with their ctx.
func (s *Session) Refresh(ctx context.Context, rejected Secret) (Token, error) {
	s.mu.Lock()
	seen := s.flights
	s.mu.Unlock()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Token{}, fmt.Errorf("wait for the refresh of the token: %w", ctx.Err())
	}
	if token, done, err := s.landed(seen, rejected); done {
		return token, err
	}
	token, err := s.refresh(ctx, rejected)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Token{}, err // the caller gave up, which says nothing to those who wait
	}
	s.flights++
	s.failure = err
	if err != nil {
		s.pause = s.config.now().Add(retryPause)
	}
	return token, err
}

// landed returns the result of the refresh that came to an end while the caller waited for its turn.
func (s *Session) landed(seen int, rejected Secret) (token Token, done bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flights == seen {
		return Token{}, false, nil
	}
	if s.failure != nil {
		return Token{}, true, s.failure
	}
	if s.record == nil || s.record.Token.Access.Equal(rejected) || s.record.Token.Expired(s.config.now()) {
		return Token{}, false, nil
	}
	return s.record.Token, true, nil
}

// Stored returns the login as the store has it now.
func (s *Session) Stored(ctx context.Context) (*Record, error) { return s.store.Load(ctx) }

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
	record, err := s.store.Load(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.app(record); err != nil {
		return nil, err
	}
	s.keep(record)
	return record, nil
}

func (s *Session) keep(record *Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record, s.pause = record, time.Time{}
}

func (s *Session) pausing(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.pause)
}

// app returns the configuration for the app that the stored login belongs to. A refresh token presented for another
// app, or to another server, is refused and may be spent by it.
func (s *Session) app(record *Record) (OAuth2, error) {
	config := s.config
	if config.ClientID == "" {
		config.ClientID = record.ClientID
	}
	switch {
	case record.ClientID != "" && config.ClientID != record.ClientID:
		return OAuth2{}, loginRequired("the stored login belongs to another app than the configured client id")
	case record.TokenURL != "" && config.endpoint().TokenURL != record.TokenURL:
		return OAuth2{}, loginRequired("the stored login is one at %s, and %s is configured",
			record.TokenURL, config.endpoint().TokenURL)
	case record.Confidential && config.ClientSecret.IsZero():
		return OAuth2{}, errors.New("the stored login is one of a confidential client: configure its client secret")
	}
	return config, nil
}
