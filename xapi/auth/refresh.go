package auth

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

// need says why a token is wanted other than the one at hand.
type need struct {
	// rejected is the access token that will not do.
	rejected Secret
	// turnedAway says that the API turned it away with a 401, else it has ended or is about to.
	turnedAway bool
	// ahead says that it is good for a while yet, so that there is no point in waiting.
	ahead bool
}

// errNotNow means that a refresh has to wait: for whoever is at it, or for the time of the next presentation.
var errNotNow = errors.New("the refresh has to wait")

// errTooYoung means that the token was issued so shortly ago that a new one would be turned away as well.
var errTooYoung = errors.New("the token was issued less than a minute ago: a new one would be turned away as well")

// youngest is the age from which a token is refreshed after a 401.
const youngest = time.Minute

// renewed brings a token that fills n, one caller at a time.
func (s *Session) renewed(ctx context.Context, n need) (token Token, err error) {
	err = s.flight.do(ctx, func() (bool, error) {
		var err error
		token, err = s.refresh(ctx, n)
		return !errors.Is(err, errNotNow) && !errors.Is(err, errTooYoung), err
	})
	if err == nil {
		return token, nil
	}
	if !gaveUp(ctx, err) {
		s.mu.Lock()
		s.pause = s.config.now().Add(retryPause)
		s.mu.Unlock()
	}
	return Token{}, err
}

// refresh looks for a token that fills n until there is one, or none can be had.
//
// Those who have to wait read the store again and again, instead of queueing for its lock: once the refresh under way
// has come to its end, all of them find its token at once.
func (s *Session) refresh(ctx context.Context, n need) (Token, error) {
	s.mu.Lock()
	record := s.record
	s.mu.Unlock()
	if record != nil && s.fills(record, n) { // someone else in this process was faster
		return record.Token, nil
	}
	var token Token
	err := s.wait(ctx, func() (again bool, err error) {
		token, err = s.attempt(ctx, n)
		return !n.ahead && errors.Is(err, errNotNow), err
	})
	if gaveUp(ctx, err) {
		err = fmt.Errorf("wait for the refresh of the token: %w", err)
	}
	return token, err
}

// wait calls try until it need not be called again. A lock that is held for longer than any session does is not waited
// for without end: its holder may be stopped, and nobody would know.
func (s *Session) wait(ctx context.Context, try func() (again bool, err error)) error {
	began := s.config.now()
	for pause := range pauses() {
		again, err := try()
		switch {
		case !again:
			return err
		case errors.Is(err, ErrLocked) && s.config.now().Sub(began) > 2*LockTime:
			return fmt.Errorf("%w, for longer than a refresh takes: look for a process that is stopped", err)
		}
		if left := s.sleep(ctx, pause); left != nil {
			return fmt.Errorf("%w: %w", left, err)
		}
	}
	return nil // not reached: pauses has no end
}

// pauses are the waits between two looks at a store that has to change first. They differ by chance, so that many who
// wait do not all come at once.
func pauses() iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		const first, longest = 10 * time.Millisecond, 500 * time.Millisecond
		for pause := first; yield(pause/2 + rand.N(pause)); { //nolint:gosec // chance is all that is asked of it
			pause = min(2*pause, longest)
		}
	}
}

// attempt takes a token that fills n from the store, or refreshes it if that is due and nobody else is at it.
func (s *Session) attempt(ctx context.Context, n need) (token Token, err error) {
	if !s.holdsUnsaved() {
		if record, fills, err := s.look(ctx, n); err != nil || fills {
			return record.Token, err
		}
	}
	unlock, err := s.store.Lock(ctx)
	if errors.Is(err, ErrLocked) {
		return Token{}, fmt.Errorf("%w: %w", errNotNow, err)
	}
	if err != nil {
		return Token{}, err
	}
	defer func() {
		// The pair is stored by now. That the lock could not be given back is no reason to withhold the token: whoever
		// needs the lock next waits until it runs out.
		if unlockErr := unlock(); err != nil {
			err = errors.Join(err, unlockErr)
		}
	}()
	locked := s.config.now()
	ctx, cancel := context.WithTimeout(ctx, LockTime)
	defer cancel()
	if pair := s.takeUnsaved(); pair != nil {
		return s.settleLater(ctx, pair)
	}
	record, fills, err := s.look(ctx, n) // once more: someone may have been at it before the lock was ours
	if err != nil || fills {
		return record.Token, err
	}
	return s.present(ctx, n, record, locked)
}

// look reads the store. The record either fills n, or its refresh token is to be presented; an error says that neither is
// so. The record is never nil.
func (s *Session) look(ctx context.Context, n need) (record *Record, fills bool, err error) {
	record, err = s.load(ctx)
	if err != nil {
		return new(Record), false, err
	}
	if s.fills(record, n) {
		s.keep(record)
		return record, true, nil
	}
	if err := s.presentable(record, n); err != nil {
		return new(Record), false, err
	}
	return record, false, nil
}

func (s *Session) fills(record *Record, n need) bool {
	return !record.Token.Access.Equal(n.rejected) && !record.Token.Expired(s.config.now())
}

// presentable says why the refresh token of record is not to be presented, or not yet.
func (s *Session) presentable(record *Record, n need) error {
	now := s.config.now()
	age := now.Sub(record.Token.Issued)
	switch {
	case record.Token.Refresh.IsZero():
		return loginRequired("the access token is used up and the login has no refresh token (scope offline.access)")
	case record.Attempt == AttemptRefused:
		return loginRequired("the refresh token was refused as spent or revoked")
	case n.turnedAway && !record.Token.Expired(now) && age >= 0 && age < youngest:
		return errTooYoung
	case record.Attempts > 0 && now.Before(record.retryAt(now)):
		return fmt.Errorf("%w: the refresh token was presented %d times and no answer is known; the next time is %s",
			errNotNow, record.Attempts, record.retryAt(now).Local().Format(time.TimeOnly))
	}
	return nil
}

// retryAt is when the refresh token may be presented once more: a second after the first presentation without a known
// answer, and twice as long after each further one, up to half a minute.
//
// A time in the future was noted by a machine whose clock is ahead of ours, and is passed over.
func (r *Record) retryAt(now time.Time) time.Time {
	const first, longest = time.Second, 30 * time.Second
	if r.AttemptedAt.After(now) {
		return now
	}
	wait := longest
	if doublings := r.Attempts - 1; doublings < 5 {
		wait = first << doublings
	}
	return r.AttemptedAt.Add(wait)
}
