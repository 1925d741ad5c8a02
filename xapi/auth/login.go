package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Login is one login under way: between the address that the user opens and the address that X sends the browser to.
//
// It works without a browser on this machine: show URL, and give [Login.Finish] the address that the user's browser
// ends up at, pasted whole.
type Login struct {
	// URL is where the user grants access. It holds the state, but no secret that outlives the login.
	URL string

	config   OAuth2
	state    Secret
	verifier Secret
}

// Begin starts a login with PKCE (RFC 7636, method S256) and a fresh state.
func (c OAuth2) Begin() (*Login, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("begin the login: %w", err)
	}
	state, err := c.random()
	if err != nil {
		return nil, fmt.Errorf("begin the login: %w", err)
	}
	verifier, err := c.random()
	if err != nil {
		return nil, fmt.Errorf("begin the login: %w", err)
	}
	address := c.library().AuthCodeURL(state.Reveal(), oauth2.S256ChallengeOption(verifier.Reveal()))
	return &Login{URL: address, config: c, state: state, verifier: verifier}, nil
}

// random makes 32 random bytes, in 43 letters: what RFC 7636 recommends for a verifier, and well under the 500 that X
// takes for a state.
func (c OAuth2) random() (Secret, error) {
	source := c.Random
	if source == nil {
		source = rand.Reader
	}
	var seed [32]byte
	if _, err := io.ReadFull(source, seed[:]); err != nil {
		return Secret{}, fmt.Errorf("read random bytes: %w", err)
	}
	return NewSecret(base64.RawURLEncoding.EncodeToString(seed[:])), nil
}

// ErrWrongAddress means that an address is not the one at which a login ends: it is none, or answers another login. The
// login goes on: ask for the address again.
var ErrWrongAddress = errors.New("this is not the address at which the login ends")

// Finish checks the address that the browser was redirected to and exchanges its code for tokens. The code lives 30
// seconds and works once. An address is understood as people paste it: without its scheme, in brackets or in quotes.
//
// The error matches [ErrWrongAddress] where the address does not answer this login; nothing was sent then. The record is
// not stored yet: give it to [Session.Login].
func (l *Login) Finish(ctx context.Context, redirected string) (*Record, error) {
	code, err := l.code(redirected)
	if err != nil {
		return nil, fmt.Errorf("finish the login: %w", err)
	}
	config := l.config.library()
	answer, err := config.Exchange(withClient(ctx, l.config.HTTPClient), code.Reveal(),
		oauth2.VerifierOption(l.verifier.Reveal()))
	if err != nil {
		err = failure("exchange the code", err, code, l.verifier, l.state, l.config.ClientSecret)
		var refused *TokenError
		if errors.As(err, &refused) && refused.Status == http.StatusBadRequest {
			return nil, fmt.Errorf("%w: a code lives 30 seconds and works once: start the login again", err)
		}
		return nil, err
	}
	record := l.config.record(answer, &Record{LoginID: rand.Text()})
	if len(record.Token.Scopes) == 0 {
		record.Token.Scopes = config.Scopes // RFC 6749 section 5.1: an answer without a scope grants what was asked for
	}
	return record, nil
}

// code takes the code out of a redirected address, after checking that the address answers this login. No error quotes
// the address, as the code would be in it.
func (l *Login) code(redirected string) (Secret, error) {
	query, found := redirectedQuery(redirected)
	if !found {
		return Secret{}, fmt.Errorf("%w: paste the whole line of the browser's address bar, to its end", ErrWrongAddress)
	}
	if !l.state.Equal(NewSecret(query.Get("state"))) {
		return Secret{}, fmt.Errorf("%w: its state is that of another login, an older one or a forged one: use the newest address",
			ErrWrongAddress)
	}
	if denied := query.Get("error"); denied != "" {
		if denied == "access_denied" {
			return Secret{}, errors.New("access was denied in the browser: start again and authorize the app")
		}
		return Secret{}, fmt.Errorf("the authorization server answered %.100q: check the app's settings", denied)
	}
	if query.Get("code") == "" {
		return Secret{}, errors.New("the redirected address carries no code: start the login again")
	}
	return NewSecret(query.Get("code")), nil
}

// redirectedQuery finds the query in what someone pasted. Only the query counts: browsers hide the scheme, and what is
// copied from a chat or a shell comes in brackets or quotes.
func redirectedQuery(pasted string) (query url.Values, found bool) {
	_, text, found := strings.Cut(strings.TrimSpace(pasted), "?")
	if !found {
		return nil, false
	}
	text, _, _ = strings.Cut(text, "#")
	query, err := url.ParseQuery(strings.TrimRight(text, "<>()[]{}\"'`"+"\u201d\u2019\u00bb "))
	return query, err == nil && query.Has("state")
}
