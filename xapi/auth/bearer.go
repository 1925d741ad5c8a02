package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// AppToken is an app-only bearer token, as the app's keys and tokens page shows it.
type AppToken struct {
	// Token goes into the Authorization header.
	Token Secret
}

func (AppToken) scheme() string                                 { return schemeApp }
func (t AppToken) check() error                                 { return checkBearer(t.Token) }
func (AppToken) scopes(context.Context, bool) ([]string, error) { return nil, nil }
func (AppToken) renew(context.Context, Secret) error            { return errNotRenewable }
func (t AppToken) secrets() []Secret                            { return []Secret{t.Token} }
func (t AppToken) sign(_ context.Context, req *http.Request) (Secret, error) {
	setBearer(req, t.Token)
	return t.Token, nil
}

// AccessToken is an OAuth 2.0 user token that someone else keeps fresh. It serves until it ends, two hours after it was
// issued; a [Session] renews itself.
type AccessToken struct {
	// Token goes into the Authorization header.
	Token Secret
	// Scopes that were granted. Where they are known, an operation that needs others fails before it is sent.
	Scopes []string
}

func (AccessToken) scheme() string                                   { return schemeOAuth2 }
func (t AccessToken) check() error                                   { return checkBearer(t.Token) }
func (t AccessToken) scopes(context.Context, bool) ([]string, error) { return t.Scopes, nil }
func (AccessToken) renew(context.Context, Secret) error              { return errNotRenewable }
func (t AccessToken) secrets() []Secret                              { return []Secret{t.Token} }
func (t AccessToken) sign(_ context.Context, req *http.Request) (Secret, error) {
	setBearer(req, t.Token)
	return t.Token, nil
}

func (*Session) scheme() string { return schemeOAuth2 }

func (s *Session) check() error {
	if s == nil || s.store == nil {
		return errors.New("the session is nil or has no store: make it with NewSession")
	}
	endpoint := s.config.endpoint()
	return errors.Join(
		checkSecure("the token address", endpoint.TokenURL), checkSecure("the revoke address", endpoint.RevokeURL))
}

func (s *Session) scopes(ctx context.Context, reread bool) ([]string, error) {
	read := s.current
	if reread {
		read = s.reread
	}
	record, err := read(ctx)
	if err != nil {
		return nil, err
	}
	return record.Token.Scopes, nil
}

func (s *Session) sign(ctx context.Context, req *http.Request) (Secret, error) {
	token, err := s.Token(ctx)
	if err != nil {
		return Secret{}, err
	}
	setBearer(req, token.Access)
	return token.Access, nil
}

func (s *Session) renew(ctx context.Context, rejected Secret) error {
	_, err := s.Refresh(ctx, rejected)
	return err
}

func (s *Session) secrets() []Secret { return []Secret{s.config.ClientSecret} }

func setBearer(req *http.Request, token Secret) {
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
}

// checkBearer finds what would make a malformed header: the alphabet is that of RFC 6750 section 2.1, widely read.
func checkBearer(token Secret) error {
	text := token.Reveal()
	switch {
	case text == "":
		return errors.New("the token is empty")
	case strings.HasPrefix(strings.ToLower(text), "bearer "):
		return errors.New(`the token begins with "Bearer ": give what follows alone`)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("the token has white space or another character that no token has: copy it again")
	}
	return nil
}
