package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// DefaultAppTokenURL is where an app exchanges its key and secret for an app-only token.
const DefaultAppTokenURL = "https://api.x.com/oauth2/token"

// ClientCredentials fetches an app-only bearer token with the app's key and secret, at the first call that needs one,
// and anew where the API turns it away. It is safe for concurrent use and must not be copied.
type ClientCredentials struct {
	// Key is the API key, also called consumer key.
	Key Secret
	// KeySecret is the API key secret.
	KeySecret Secret
	// TokenURL is the address to fetch from. Empty means DefaultAppTokenURL.
	TokenURL string
	// HTTPClient carries the request, as in [OAuth2].
	HTTPClient *http.Client

	flight flight
	mu     sync.Mutex
	token  Secret
}

func (*ClientCredentials) scheme() string { return schemeApp }

func (c *ClientCredentials) check() error {
	if c == nil || c.Key.IsZero() || c.KeySecret.IsZero() {
		return errors.New("the API key or its secret is missing: take both from the app's keys and tokens page")
	}
	return checkSecure("the token address", c.address())
}

func (c *ClientCredentials) address() string {
	if c.TokenURL == "" {
		return DefaultAppTokenURL
	}
	return c.TokenURL
}

func (*ClientCredentials) scopes(context.Context, bool) ([]string, error) { return nil, nil }

func (c *ClientCredentials) secrets() []Secret { return []Secret{c.Key, c.KeySecret} }

func (c *ClientCredentials) sign(ctx context.Context, req *http.Request) (Secret, error) {
	token := c.current()
	if token.IsZero() {
		var err error
		if token, err = c.fetch(ctx, Secret{}); err != nil {
			return Secret{}, err
		}
	}
	setBearer(req, token)
	return token, nil
}

func (c *ClientCredentials) renew(ctx context.Context, rejected Secret) error {
	fresh, err := c.fetch(ctx, rejected)
	if err == nil && fresh.Equal(rejected) {
		return errors.New("the app token that the API turned away is the one that its key still stands for: " +
			"make a new key on the app's keys and tokens page")
	}
	return err
}

func (c *ClientCredentials) current() Secret {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// fetch returns a token other than rejected, fetched by one caller at a time. Those who waited share its token or its
// failure.
func (c *ClientCredentials) fetch(ctx context.Context, rejected Secret) (token Secret, err error) {
	err = c.flight.do(ctx, func() (bool, error) {
		if token = c.current(); !token.IsZero() && !token.Equal(rejected) {
			return true, nil
		}
		var err error
		token, err = c.ask(ctx)
		return true, err
	})
	return token, err
}

// ask fetches the token and keeps it.
func (c *ClientCredentials) ask(ctx context.Context) (Secret, error) {
	config := clientcredentials.Config{
		ClientID: c.Key.Reveal(), ClientSecret: c.KeySecret.Reveal(), TokenURL: c.address(),
		AuthStyle: oauth2.AuthStyleInHeader,
	}
	answer, err := config.Token(withClient(ctx, c.HTTPClient))
	if err != nil {
		return Secret{}, failure("fetch the app token", err, c.Key, c.KeySecret)
	}
	token := NewSecret(answer.AccessToken)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
	return token, nil
}
