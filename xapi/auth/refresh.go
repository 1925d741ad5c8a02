package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"

	"golang.org/x/oauth2"
)

// mostPresentations is how often one refresh token is presented while no answer comes back. The first answer may have
// been lost on its way, and with it the token spent; the second try finds out. A third could tell nothing new.
const mostPresentations = 2

// refresh takes the store's lock and brings a token other than rejected.
func (s *Session) refresh(ctx context.Context, rejected Secret) (token Token, err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return Token{}, fmt.Errorf("refresh the token: %w", err)
	}
	defer func() {
		// The pair is stored by now: a lock that does not open is the next one's trouble, not a reason to withhold it.
		if unlockErr := unlock(); err != nil {
			err = errors.Join(err, unlockErr)
		}
	}()
	record, err := s.store.Load(ctx)
	if err != nil {
		return Token{}, err
	}
	if left := s.takeUnsaved(); left != nil && record.Token.Refresh.Equal(left.prior.Token.Refresh) {
		return s.settle(ctx, left)
	}
	if s.usable(record, rejected) {
		s.keep(record)
		return record.Token, nil
	}
	config, err := s.app(record)
	if err != nil {
		return Token{}, err
	}
	if err := presentable(record); err != nil {
		return Token{}, err
	}
	return s.present(ctx, config, record, rejected)
}

func (s *Session) usable(record *Record, rejected Secret) bool {
	return !record.Token.Access.Equal(rejected) && !record.Token.Expired(s.config.now())
}

// presentable says why a refresh token must not be presented. The caller holds the lock, so no one else is at it.
func presentable(record *Record) error {
	switch {
	case record.Token.Refresh.IsZero():
		return loginRequired("the access token has ended and the login has no refresh token (scope offline.access)")
	case record.Attempt == AttemptRefused:
		return loginRequired("the refresh token was refused as spent or revoked")
	case record.Attempt == AttemptLost && record.Attempts < mostPresentations, record.Attempt == "":
		return nil
	default:
		return loginRequired("a refresh begun at %s was interrupted and may have spent the refresh token",
			record.AttemptedAt.Format("2006-01-02 15:04:05Z07:00"))
	}
}

// present exchanges the refresh token of record for a new pair and stores that.
func (s *Session) present(ctx context.Context, config OAuth2, record *Record, rejected Secret) (Token, error) {
	marked := *record
	marked.Attempt, marked.AttemptedAt = AttemptSent, config.now().Round(0).UTC()
	marked.Attempts++
	if err := s.store.Save(ctx, &marked, record); err != nil {
		return Token{}, fmt.Errorf("refresh the token: %w", err)
	}

	// From here on the answer matters more than the caller's patience. The request has half of this time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*RefreshTimeout)
	defer cancel()
	answer, connected, err := config.refresh(ctx, record.Token.Refresh)
	if err == nil {
		return s.settle(ctx, &unsaved{record: config.record(answer, record.Token), prior: &marked})
	}
	err = failure("refresh the token", err, record.Token.Refresh, record.Token.Access, config.ClientSecret)
	var refused *TokenError
	answered := errors.As(err, &refused)
	switch {
	case answered && refusesToken(refused.Status, refused.Code, refused.Description):
		return s.refused(ctx, &marked, rejected, refused)
	case answered, !connected: // the token was not exchanged: all is as before
		return Token{}, errors.Join(err, s.store.Save(ctx, record, &marked))
	default:
		lost := marked
		lost.Attempt = AttemptLost
		if marked.Attempts >= mostPresentations {
			err = fmt.Errorf("%w: %w", loginRequired("the answers to %d refreshes were lost", marked.Attempts), err)
		}
		return Token{}, errors.Join(err, s.store.Save(ctx, &lost, &marked))
	}
}

// refused looks into the store once more after the server has called the refresh token invalid: where a lock does not
// reach everyone, someone may have stored the pair that this token was spent for.
func (s *Session) refused(ctx context.Context, marked *Record, rejected Secret, answer *TokenError) (Token, error) {
	record, err := s.store.Load(ctx)
	if err == nil && s.usable(record, rejected) {
		s.keep(record)
		return record.Token, nil
	}
	if err == nil && !record.Token.Refresh.Equal(marked.Token.Refresh) {
		return Token{}, fmt.Errorf("%w: another login was stored meanwhile: call again", answer)
	}
	err = fmt.Errorf("%w: %w", loginRequired("the refresh token is spent or revoked"), answer)
	refused := *marked
	refused.Attempt = AttemptRefused
	return Token{}, errors.Join(err, s.store.Save(ctx, &refused, marked))
}

// settle stores a new pair, and only then lets it be used.
func (s *Session) settle(ctx context.Context, pair *unsaved) (Token, error) {
	if err := s.store.Save(ctx, pair.record, pair.prior); err != nil {
		s.mu.Lock()
		s.unsaved = pair
		s.mu.Unlock()
		return Token{}, fmt.Errorf(
			"the token is refreshed, but not stored: make room and call again before the program ends: %w", err)
	}
	s.keep(pair.record)
	return pair.record.Token, nil
}

func (s *Session) takeUnsaved() *unsaved {
	s.mu.Lock()
	defer s.mu.Unlock()
	pair := s.unsaved
	s.unsaved = nil
	return pair
}

// refresh presents a refresh token. Where it fails, connected tells whether the token may have reached the server: only
// a transport that reported its search for a connection, and then none found, has certainly not sent it.
func (c OAuth2) refresh(ctx context.Context, token Secret) (answer *oauth2.Token, connected bool, err error) {
	if err := c.check(); err != nil {
		return nil, false, err
	}
	var searched, found atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { searched.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { found.Store(true) },
	})
	answer, err = c.library().TokenSource(withClient(ctx, c.HTTPClient), &oauth2.Token{RefreshToken: token.Reveal()}).Token()
	return answer, found.Load() || !searched.Load(), err
}

// refusesToken reports whether an answer says that the token presented is invalid: spent, revoked or unknown. X says
// invalid_request where RFC 6749 has invalid_grant; the same code also covers a malformed request, which its
// description tells apart.
func refusesToken(status int, code, description string) bool {
	if status != http.StatusBadRequest {
		return false
	}
	switch code {
	case "invalid_grant", "invalid_token":
		return true
	case "invalid_request":
		return description == "" || strings.Contains(description, "token was invalid")
	default:
		return false
	}
}
