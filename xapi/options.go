package xapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// ClientOption changes how a client works. A nil one is ignored.
type ClientOption interface{ forClient(*settings) error }

// CallOption changes how one call works. A nil one is ignored.
type CallOption interface{ forCall(*settings) error }

// Option changes how a client works, or one call of it.
type Option func(*settings) error

func (o Option) forClient(s *settings) error { return o.apply(s) }
func (o Option) forCall(s *settings) error   { return o.apply(s) }

func (o Option) apply(s *settings) error {
	if o == nil {
		return nil
	}
	return o(s)
}

// clientOnly is an option that makes no sense for one call.
type clientOnly func(*settings) error

func (o clientOnly) forClient(s *settings) error { return o(s) }

// callOnly is an option that makes no sense for a client.
type callOnly func(*settings) error

func (o callOnly) forCall(s *settings) error { return o(s) }

// settings is what the options change. A call with options of its own works on a copy.
type settings struct {
	// raw is where the caller of a single call wants the answer's body.
	raw *[]byte
	// answer is the body of the answer to a single call.
	answer []byte

	baseURL     *url.URL
	cleartext   bool
	httpClient  *http.Client
	userAgent   string
	credentials []func(*settings) auth.Credential

	policy      transport.Policy
	clock       transport.Clock
	logger      *slog.Logger
	middlewares []transport.Middleware
	onRateLimit func(operationID string, limit RateLimit)
	onWait      func(operationID string, until time.Time)
	rates       RateStore
	share       RateShare
	validation  validation

	// accounts are what calls are charged to.
	accounts accounts
	// extra is what a single call carries besides, and lenient says that what the contract does not know goes out.
	extra   extra
	lenient bool
}

// DefaultBaseURL is the server of the spec.
const DefaultBaseURL = "https://api.x.com"

func defaults() settings {
	base, _ := url.Parse(DefaultBaseURL + "/")
	return settings{
		baseURL: base, httpClient: &http.Client{}, userAgent: userAgent,
		policy: transport.DefaultPolicy, clock: transport.SystemClock(),
		validation: defaultValidation(),
	}
}

// forClient returns the settings with opts applied, or all that is wrong with them.
func (s settings) forClient(opts []ClientOption) (settings, error) {
	var failed []error
	for _, opt := range opts {
		if opt != nil {
			failed = append(failed, opt.forClient(&s))
		}
	}
	return s, errors.Join(append(failed, s.checkCleartext())...)
}

// checkCleartext refuses a base URL by which credentials would go in clear text where nobody insisted on that.
func (s *settings) checkCleartext() error {
	if s.baseURL.Scheme == "https" || s.cleartext || transport.Loopback(s.baseURL.Hostname()) {
		return nil
	}
	return fmt.Errorf("base URL %q would send credentials in clear text: use https, a loopback address for tests, or "+
		"WithCleartextCredentials to insist on it", s.baseURL)
}

// forCall returns the settings of one call.
func (s settings) forCall(opts []CallOption) (settings, error) {
	var failed []error
	for _, opt := range opts {
		if opt != nil {
			failed = append(failed, opt.forCall(&s))
		}
	}
	return s, errors.Join(failed...)
}

// WithBaseURL sends the calls to another server: a sandbox or a gateway. The URL is absolute and may have a path, below
// which the operations' paths are put. Without encryption (http) only a loopback address is accepted, since every call
// carries credentials, unless WithCleartextCredentials insists on another.
func WithBaseURL(raw string) ClientOption {
	return clientOnly(func(s *settings) error {
		base, err := url.Parse(raw)
		if err != nil {
			return fmt.Errorf("base URL: %w", err)
		}
		switch {
		case base.Host == "" || base.Scheme != "https" && base.Scheme != "http":
			return fmt.Errorf("base URL %q is not an absolute http or https URL, like %s", raw, DefaultBaseURL)
		case base.User != nil || base.RawQuery != "" || base.Fragment != "":
			return errors.New("base URL carries user, query or fragment: give scheme, host and path alone")
		}
		if !strings.HasSuffix(base.Path, "/") {
			base.Path += "/"
		}
		s.baseURL = base
		return nil
	})
}

// WithCleartextCredentials accepts a base URL without encryption (http) that is no loopback address: everybody on the way
// there can read the credentials of every call and act with them. It is for a network that only its owner is on, in which
// containers reach a sandbox by name.
func WithCleartextCredentials() ClientOption {
	return clientOnly(func(s *settings) error {
		s.cleartext = true
		return nil
	})
}

// WithHTTPClient has the calls go out through a copy of client: its Transport, Jar and CheckRedirect are used, the
// client itself is never changed. Its Timeout, if any, cuts whole uploads; prefer a context with a deadline.
//
// A *http.Transport, or http.DefaultTransport where client has none, is used in copies, whose connections the clients
// given the same one share. The copies find dead connections of HTTP/2 by pings, unless the transport's HTTP2 says
// otherwise, and large bodies are spread over up to eight connections, unless its MaxConnsPerHost is set. A Transport of
// another type is used as it is: give what wraps a *http.Transport to WithMiddleware instead.
func WithHTTPClient(client *http.Client) ClientOption {
	return clientOnly(func(s *settings) error {
		if client == nil {
			return errors.New("WithHTTPClient: the client is nil")
		}
		s.httpClient = client
		return nil
	})
}

// WithUserAgent puts product, as in "backup-bot/1.2", before the client's own User-Agent.
func WithUserAgent(product string) Option {
	return func(s *settings) error {
		if strings.ContainsAny(product, "\r\n") {
			return errors.New("WithUserAgent: the product has a line break")
		}
		s.userAgent = product + " " + userAgent
		return nil
	}
}
