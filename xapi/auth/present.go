package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// present exchanges the refresh token of record for a new pair and stores that. The caller holds the lock, since locked.
//
// A token that was presented before is presented again, until the server says that it is spent: if it is, nothing is
// lost by asking, and if it is not, the login lives on.
func (s *Session) present(ctx context.Context, n need, record *Record, locked time.Time) (Token, error) {
	config, err := s.app(record)
	if err != nil {
		return Token{}, err
	}
	marked := record.clone()
	marked.Attempt, marked.AttemptedAt = AttemptSent, config.now().Round(0).UTC()
	marked.Attempts++
	if err := s.store.Save(ctx, marked, record); err != nil {
		return Token{}, overtaken(err)
	}

	// From here on the answer is waited for even if the caller gives up. The rest of the time that the lock is held is
	// for the request and for storing its answer.
	const toStore = 15 * time.Second
	left := LockTime - held(locked, config.now())
	if left < RefreshTimeout+toStore {
		// The process was stopped, or the store is slow: another process may get the lock soon. The token has not been
		// presented, so that process can present it.
		return Token{}, errors.Join(errNotNow, s.mark(ctx, record, marked))
	}
	patience, giveUp := config.patience(ctx)
	defer giveUp()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), left)
	defer cancel()
	answer, connected, err := config.refresh(patience, record.Token.Refresh)
	if err == nil {
		return s.settle(ctx, &unsaved{record: config.record(answer, record), prior: marked})
	}
	err = failure("refresh the token", err, record.Token.Refresh, record.Token.Access, config.ClientSecret)
	var refused *TokenError
	switch {
	case errors.As(err, &refused) && refusesToken(refused.Status, refused.Code, refused.Description):
		return s.refused(ctx, n, marked, refused)
	case !connected: // the token never left: all is as before
		return Token{}, errors.Join(err, s.mark(ctx, record, marked))
	default:
		lost := marked.clone()
		lost.Attempt = AttemptLost
		return Token{}, errors.Join(err, s.mark(ctx, lost, marked))
	}
}

// patience returns the context of a refresh: it ends Grace after that of the caller, at the latest after RefreshTimeout.
func (c OAuth2) patience(caller context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(caller), RefreshTimeout)
	if c.Grace <= 0 {
		return ctx, cancel
	}
	stop := context.AfterFunc(caller, func() {
		defer cancel()
		_ = transport.Sleep(ctx, c.Grace)
	})
	return ctx, func() { stop(); cancel() }
}

// held returns how long a lock was held, by the clock that shows more: the monotonic one stands still while the machine
// sleeps, and the other may be set back.
func held(since, now time.Time) time.Duration {
	return max(now.Sub(since), now.Round(0).Sub(since.Round(0)))
}

// overtaken turns ErrStale, which says that another process has stored something meanwhile, into the error that has the
// store read again.
func overtaken(err error) error {
	if errors.Is(err, ErrStale) {
		return fmt.Errorf("%w: %w", errNotNow, err)
	}
	return err
}

// mark notes how a presentation ended. Where another process has stored something meanwhile, that stays, and the note
// is dropped.
func (s *Session) mark(ctx context.Context, next, prior *Record) error {
	if err := s.store.Save(ctx, next, prior); !errors.Is(err, ErrStale) {
		return err
	}
	return nil
}

// refused notes that the server has called the refresh token invalid, unless someone has stored another pair meanwhile:
// the one that this token was spent for, where a lock ran out or does not reach everyone.
func (s *Session) refused(ctx context.Context, n need, marked *Record, answer *TokenError) (Token, error) {
	refused := marked.clone()
	refused.Attempt = AttemptRefused
	saved := s.store.Save(ctx, refused, marked)
	if errors.Is(saved, ErrStale) {
		record, err := s.load(ctx)
		switch {
		case err != nil:
			return Token{}, errors.Join(answer, err)
		case s.fills(record, n):
			s.keep(record)
			return record.Token, nil
		case !record.Token.Refresh.Equal(marked.Token.Refresh):
			return Token{}, overtaken(saved)
		}
		refused = record.clone()
		refused.Attempt = AttemptRefused
		saved = s.mark(ctx, refused, record)
	}
	reason := "the refresh token is spent or revoked"
	if lost := marked.Attempts - 1; lost > 0 {
		reason += fmt.Sprintf(", maybe by one of the %d presentations before this one, whose answers are not known", lost)
	}
	return Token{}, errors.Join(fmt.Errorf("%w: %w", loginRequired("%s", reason), answer), saved)
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
		return strings.Contains(description, "token was invalid")
	default:
		return false
	}
}
