package xapi

import (
	"fmt"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// WithLogin calls in the name of the user whose login session keeps, with OAuth 2.0. The session renews itself. For New
// alone; several clients may share the session.
func WithLogin(session *auth.Session) ClientOption {
	return withCredential("WithLogin", func(*settings) auth.Credential { return session })
}

// WithAccessToken calls in the name of a user with an OAuth 2.0 access token as it is. Where the scopes that it was
// granted are given, an operation that needs others fails before it is sent.
func WithAccessToken(token string, scopes ...string) ClientOption {
	return withCredential("WithAccessToken", func(*settings) auth.Credential {
		return auth.AccessToken{Token: auth.NewSecret(token), Scopes: scopes}
	})
}

// WithOAuth1 calls in the name of a user with OAuth 1.0a.
func WithOAuth1(user auth.OAuth1) ClientOption {
	return withCredential("WithOAuth1", func(*settings) auth.Credential { return user })
}

// WithBearerToken calls in the name of the app alone, with its bearer token.
func WithBearerToken(token string) ClientOption {
	return withCredential("WithBearerToken", func(*settings) auth.Credential {
		return auth.AppToken{Token: auth.NewSecret(token)}
	})
}

// WithClientCredentials calls in the name of the app alone, with a bearer token that is fetched from the API's server
// with the app's key and secret at the first call that needs it.
func WithClientCredentials(key, secret string) ClientOption {
	return withCredential("WithClientCredentials", func(s *settings) auth.Credential {
		return &auth.ClientCredentials{
			Key: auth.NewSecret(key), KeySecret: auth.NewSecret(secret),
			TokenURL: s.baseURL.JoinPath("oauth2", "token").String(), HTTPClient: s.httpClient,
		}
	})
}

// withCredential adds a credential, made when all options are known. At most one of each scheme may be given; every
// operation takes the first that may call it, in the order OAuth 2.0, OAuth 1.0a, app only.
func withCredential(name string, build func(*settings) auth.Credential) ClientOption {
	return clientOnly(func(s *settings) error {
		if _, err := auth.NewCredentials(nil, build(s)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.credentials = append(s.credentials, build)
		return nil
	})
}

// authorization puts the credentials together.
func (s *settings) authorization(redactor *transport.Redactor) (*auth.Credentials, error) {
	credentials := make([]auth.Credential, len(s.credentials))
	for i, build := range s.credentials {
		credentials[i] = build(s)
	}
	together, err := auth.NewCredentials(redactor, credentials...)
	if err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	return together, nil
}
