package transport

import (
	"errors"
	"net/http"
)

var errNothing = errors.New("the transport returned neither an answer nor an error")

// Sound holds the RoundTripper below it to the contract of net/http, which a caller's own may not keep to: an answer or
// an error, and an answer with a header and a body.
func Sound() Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(req)
			switch {
			case err != nil:
				if resp != nil && resp.Body != nil {
					_ = resp.Body.Close()
				}
				return nil, err
			case resp == nil:
				return nil, errNothing
			}
			if resp.Body == nil {
				resp.Body = http.NoBody
			}
			if resp.Header == nil {
				resp.Header = make(http.Header)
			}
			return resp, nil
		})
	}
}
