package auth

import (
	"context"
	"errors"
	"fmt"
)

// unsaved is a new pair that is not stored yet. It is stored before it is used.
type unsaved struct {
	record *Record
	prior  *Record // with the refresh token that it was had for
}

// settle stores a new pair in the place of the one that it was had for, and only then lets it be used.
//
// The prior pair may have got other marks, from someone who presented it as well after our lock ran out: it is the same
// pair still, and ours comes after it. Where another pair stands there, that is the newer one. Where nothing stands
// there, the store has lost it: nobody logs out while we hold the lock.
func (s *Session) settle(ctx context.Context, pair *unsaved) (Token, error) {
	const tries = 5 // against a store that never agrees
	prior := pair.prior
	var err error
	for range tries {
		if err = s.store.Save(ctx, pair.record, prior); err == nil {
			s.keep(pair.record)
			return pair.record.Token, nil
		}
		if !errors.Is(err, ErrStale) {
			break
		}
		standing, loadErr := s.store.Load(ctx)
		switch {
		case errors.Is(loadErr, ErrNoLogin):
			prior = nil
		case errors.Is(loadErr, ErrLoginRequired): // and what stands there cannot be read
			if err = s.store.Replace(ctx, pair.record); err == nil {
				s.keep(pair.record)
				return pair.record.Token, nil
			}
		case loadErr != nil:
			err = loadErr
		case standing.samePair(pair.prior):
			prior = standing
		default:
			return Token{}, overtaken(err)
		}
	}
	s.mu.Lock()
	s.unsaved = pair
	s.mu.Unlock()
	return Token{}, fmt.Errorf(
		"the token is refreshed, but not stored: make room and call again before the program ends: %w", err)
}

// settleLater stores a pair that could not be stored when it came. Meanwhile the lock was free: where the login is gone,
// it was logged out, and the pair is dropped with it.
func (s *Session) settleLater(ctx context.Context, pair *unsaved) (Token, error) {
	record, err := s.store.Load(ctx)
	switch {
	case errors.Is(err, ErrNoLogin):
		return Token{}, err
	case err == nil && !record.samePair(pair.prior):
		return Token{}, fmt.Errorf("%w: %w", errNotNow, ErrStale)
	default:
		return s.settle(ctx, pair)
	}
}

func (r *Record) samePair(other *Record) bool {
	return r.Token.Access.Equal(other.Token.Access) && r.Token.Refresh.Equal(other.Token.Refresh)
}

func (s *Session) holdsUnsaved() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unsaved != nil
}

func (s *Session) takeUnsaved() *unsaved {
	s.mu.Lock()
	defer s.mu.Unlock()
	pair := s.unsaved
	s.unsaved = nil
	return pair
}
