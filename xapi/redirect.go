package xapi

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// mostRedirects is how many redirects one call follows.
const mostRedirects = 10

// client returns a copy of the caller's client that sends through chain and follows redirects with care.
func (s *settings) client(chain http.RoundTripper) *http.Client {
	client := *s.httpClient
	client.Transport = chain
	client.CheckRedirect = follow(s.httpClient.CheckRedirect)
	return &client
}

// follow lets a redirect be followed on the same scheme and host, by the same method: each request is signed, so
// following one elsewhere would hand the credentials over, and a call that has become a GET does something else than was
// asked for. Another redirect is left as the answer that it is.
func follow(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if first := via[0]; !sameHost(req.URL, first.URL) || req.Method != first.Method || len(via) >= mostRedirects {
			return http.ErrUseLastResponse
		}
		if next != nil {
			return next(req, via)
		}
		return nil
	}
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// notFollowed says why a redirect was not followed, and what to do. It is empty where resp is no redirect.
func notFollowed(op *transport.Operation, resp *http.Response) string {
	if resp.StatusCode/100 != 3 || resp.Request == nil {
		return ""
	}
	to, err := resp.Location()
	changes := resp.StatusCode <= http.StatusSeeOther && resp.Request.Method != http.MethodGet
	switch {
	case err != nil:
		return "it is no answer of the API: check the base URL"
	case !sameHost(to, resp.Request.URL):
		return fmt.Sprintf("credentials do not follow the redirect to %s://%s: check the base URL", to.Scheme, to.Host)
	case changes && resp.StatusCode == http.StatusSeeOther && !op.Repeatable:
		return fmt.Sprintf("following the redirect would turn the %s into a GET; it may have been carried out: look before calling again", resp.Request.Method)
	case changes:
		return fmt.Sprintf("following the redirect to %s would turn the %s into a GET: check the base URL", to.Path, resp.Request.Method)
	}
	return fmt.Sprintf("the redirect to %s was not followed: check the base URL", to.Path)
}
