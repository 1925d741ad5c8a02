package auth

import (
	"context"
	"errors"
	"fmt"
)

// Logout revokes the tokens of the stored login and removes it from the store. A login that cannot be revoked stays,
// so that Logout can be tried again; [Session.Forget] removes it all the same. No stored login is no error.
func (s *Session) Logout(ctx context.Context) error {
	return s.remove(ctx, func(ctx context.Context) error {
		record, err := s.store.Load(ctx)
		if errors.Is(err, ErrLoginRequired) {
			return s.store.Replace(ctx, nil) // none, or none that can be read
		}
		if err != nil {
			return err
		}
		config, err := s.app(record)
		if err != nil {
			return err
		}
		if err := s.sameUser(record); err != nil {
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
		return s.store.Save(ctx, nil, record)
	})
}

// Forget removes whatever login is in the store without telling X: its tokens stay good until they end.
func (s *Session) Forget(ctx context.Context) error {
	return s.remove(ctx, func(ctx context.Context) error { return s.store.Replace(ctx, nil) })
}

func (s *Session) remove(ctx context.Context, remove func(ctx context.Context) error) (err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	ctx, cancel := context.WithTimeout(ctx, LockTime)
	defer cancel()
	if err := remove(ctx); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	s.takeUnsaved()
	s.keep(nil)
	return nil
}
