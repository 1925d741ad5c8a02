package xapi

import "net/http"

// client returns a copy of the caller's client that sends through chain and keeps credentials on their host.
func (s *settings) client(chain http.RoundTripper) *http.Client {
	client := *s.httpClient
	client.Transport = chain
	client.CheckRedirect = sameHost(s.httpClient.CheckRedirect)
	return &client
}

// base returns the transport under the chain.
func (s *settings) base() http.RoundTripper {
	if s.httpClient.Transport != nil {
		return s.httpClient.Transport
	}
	return http.DefaultTransport
}

// sameHost lets a redirect be followed on the same scheme and host only: each request is signed, so following one
// elsewhere would hand the credentials over. Another redirect is left as the answer that it is.
func sameHost(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if first := via[0].URL; req.URL.Scheme != first.Scheme || req.URL.Host != first.Host || len(via) >= 10 {
			return http.ErrUseLastResponse
		}
		if next != nil {
			return next(req, via)
		}
		return nil
	}
}
