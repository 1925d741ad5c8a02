package auth

import (
	"context"
	"errors"
	"fmt"
)

// load reads the login and makes sure that it is this session's, before anything of it is used: a token is shown to no
// other server than the one that issued it, and no user's calls are made in the name of another.
func (s *Session) load(ctx context.Context) (*Record, error) {
	record, err := s.store.Load(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.app(record); err != nil {
		return nil, err
	}
	return record, s.sameUser(record)
}

// app returns the configuration for the app that the stored login belongs to.
func (s *Session) app(record *Record) (OAuth2, error) {
	config := s.config
	if config.ClientID == "" {
		config.ClientID = record.ClientID
	}
	if err := s.belongs(record); err != nil {
		return OAuth2{}, err
	}
	if record.Confidential && config.ClientSecret.IsZero() {
		return OAuth2{}, errors.New("the stored login is one of a confidential client: configure its client secret")
	}
	return config, nil
}

// belongs says whether record was issued to the app and by the server of this session. A refresh token presented for
// another app, or to another server, is refused and may be spent by it.
func (s *Session) belongs(record *Record) error {
	address := s.config.endpoint().TokenURL
	switch {
	case record.ClientID == "" || record.TokenURL == "":
		return loginRequired("the stored login does not say which app and server it belongs to")
	case s.config.ClientID != "" && s.config.ClientID != record.ClientID:
		return loginRequired("the stored login belongs to another app than the configured client id")
	case record.TokenURL != address:
		return loginRequired("the stored login is one at %s, and %s is configured", record.TokenURL, address)
	}
	return nil
}

// sameUser says whether record is of the login that this session began with, or of a later one of the same user.
func (s *Session) sameUser(record *Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.owner == nil || s.owner.LoginID == record.LoginID:
		return nil
	case s.owner.UserID != "" && s.owner.UserID == record.UserID:
		return nil
	case s.owner.UserID == "" || record.UserID == "":
		return fmt.Errorf("%w: start again to go on with it", ErrLoginReplaced)
	default:
		return fmt.Errorf("%w, of another user: start again to go on as that one", ErrLoginReplaced)
	}
}
