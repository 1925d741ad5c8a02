package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Names of the security schemes in the published document.
const (
	schemeOAuth2 = "OAuth2UserToken"
	schemeOAuth1 = "UserToken"
	schemeApp    = "BearerToken"
)

// preference orders the schemes where several may call an operation. The document's own order carries no meaning: it
// changes from one publication to the next.
var preference = []string{schemeOAuth2, schemeOAuth1, schemeApp}

// Credential authorizes calls under one of the API's security schemes: an [AppToken], [ClientCredentials], [OAuth1],
// [AccessToken] or [Session].
type Credential interface {
	// scheme returns the scheme's name in the published document.
	scheme() string
	// check finds what is missing in the configuration.
	check() error
	// scopes returns the scopes that were granted, or none where they are unknown. With reread set, what is remembered
	// does not count: the user may have logged in again.
	scopes(ctx context.Context, reread bool) ([]string, error)
	// sign sets the Authorization header of req and returns what was secret in it.
	sign(ctx context.Context, req *http.Request) (Secret, error)
	// renew replaces a secret that sign returned and the API has turned away. It returns errNotRenewable where there is
	// no way to.
	renew(ctx context.Context, rejected Secret) error
	// secrets returns those of the configuration.
	secrets() []Secret
}

// Credentials are what a client may call with: at most one per scheme. They are safe for concurrent use.
type Credentials struct {
	byScheme map[string]Credential
	redactor *transport.Redactor
}

// NewCredentials puts credentials together. Every secret that they use is made known to redactor, which may be nil.
func NewCredentials(redactor *transport.Redactor, credentials ...Credential) (*Credentials, error) {
	if redactor == nil {
		redactor = new(transport.Redactor)
	}
	c := &Credentials{byScheme: make(map[string]Credential, len(credentials)), redactor: redactor}
	for _, credential := range credentials {
		scheme := credential.scheme()
		if err := credential.check(); err != nil {
			return nil, err
		}
		if c.byScheme[scheme] != nil {
			return nil, fmt.Errorf("%s is configured twice: keep one", describeScheme(scheme, nil))
		}
		c.byScheme[scheme] = credential
		for _, secret := range credential.secrets() {
			redactor.Know(secret.Reveal())
		}
	}
	return c, nil
}

// Check says, before anything is sent, whether these credentials may call op.
//
// The error is a [SchemeError] where none of them is of a scheme that op accepts; a [ScopeError] where the scopes of
// the token are known and too few; and matches [ErrLoginRequired] where the login is missing.
func (c *Credentials) Check(ctx context.Context, op *transport.Operation) error {
	_, err := c.choose(ctx, op)
	return err
}

// AppOnly reports whether op is called in the name of the app alone.
func (c *Credentials) AppOnly(ctx context.Context, op *transport.Operation) bool {
	credential, err := c.choose(ctx, op)
	return err == nil && credential != nil && credential.scheme() == schemeApp
}

// ForUser reports whether there are credentials of a user.
func (c *Credentials) ForUser() bool {
	return c.byScheme[schemeOAuth2] != nil || c.byScheme[schemeOAuth1] != nil
}

// choose returns the credential to call op with, or nil where op needs none. A call that is no known operation takes
// the first one there is.
func (c *Credentials) choose(ctx context.Context, op *transport.Operation) (Credential, error) {
	if op != nil && len(op.Security) == 0 {
		return nil, nil
	}
	var tooNarrow *ScopeError
	for _, scheme := range preference {
		credential := c.byScheme[scheme]
		if credential == nil {
			continue
		}
		if op == nil {
			return credential, nil
		}
		i := slices.IndexFunc(op.Security, func(r transport.Requirement) bool { return r.Scheme == scheme })
		if i < 0 {
			continue
		}
		err := covers(ctx, credential, op.Security[i].Scopes, false)
		if lacking(err) != nil {
			err = covers(ctx, credential, op.Security[i].Scopes, true)
		}
		if lack := lacking(err); lack != nil {
			lack.Operation = op.ID
			tooNarrow = lack
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", op.ID, err)
		}
		return credential, nil
	}
	switch {
	case op == nil:
		return nil, nil
	case tooNarrow != nil:
		return nil, tooNarrow
	default:
		return nil, c.schemeError(op)
	}
}

// lacking returns the ScopeError in err, or nil. Nothing is allocated where all is well.
func lacking(err error) *ScopeError {
	if err == nil {
		return nil
	}
	var tooNarrow *ScopeError
	errors.As(err, &tooNarrow)
	return tooNarrow
}

// covers fails with a ScopeError where the scopes granted are known and lack some of those needed.
func covers(ctx context.Context, credential Credential, needed []string, reread bool) error {
	granted, err := credential.scopes(ctx, reread)
	if err != nil || len(granted) == 0 {
		return err
	}
	var missing []string
	for _, scope := range needed {
		if !slices.Contains(granted, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return &ScopeError{Missing: missing, Granted: granted}
	}
	return nil
}

func (c *Credentials) schemeError(op *transport.Operation) error {
	failure := &SchemeError{Operation: op.ID}
	for _, scheme := range preference {
		if c.byScheme[scheme] != nil {
			failure.Configured = append(failure.Configured, scheme)
		}
		for _, requirement := range op.Security {
			if requirement.Scheme == scheme {
				failure.Accepted = append(failure.Accepted, scheme)
				failure.wanted = append(failure.wanted, describeScheme(scheme, requirement.Scopes))
			}
		}
	}
	for _, requirement := range op.Security {
		if !slices.Contains(preference, requirement.Scheme) {
			failure.Accepted = append(failure.Accepted, requirement.Scheme)
			failure.wanted = append(failure.wanted, requirement.Scheme+" (unknown to this release)")
		}
	}
	return failure
}

// describeScheme names a scheme for a reader.
func describeScheme(scheme string, scopes []string) string {
	names := map[string]string{
		schemeOAuth2: "an OAuth 2.0 user token", schemeOAuth1: "OAuth 1.0a user credentials", schemeApp: "an app-only bearer token",
	}
	name := names[scheme]
	if len(scopes) > 0 {
		name += " with " + strings.Join(scopes, " ")
	}
	return name
}
