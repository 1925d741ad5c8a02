package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// errNotRenewable means that a credential is what it is: another try would send the same.
var errNotRenewable = errors.New("the credentials cannot be renewed")

// Middleware signs every attempt, and once renews a token that the API turned away with a 401. It never does so on a
// 403, which a new token would not change.
//
// Where the renewal fails, the response is the 401 as it came, and the reason stands in the Renewal of the call. Only a
// failure to sign, with nothing sent, is an error of RoundTrip. No credentials leave the machine in clear text: a
// request by http to any but a loopback address fails.
func (c *Credentials) Middleware() transport.Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return transport.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			return c.roundTrip(next, req)
		})
	}
}

func (c *Credentials) roundTrip(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	call := transport.CallFrom(ctx)
	if call == nil {
		call = new(transport.Call)
	}
	call.Renewal = nil
	credential, err := c.choose(ctx, call.Operation)
	if err != nil {
		return nil, closeBody(req, err)
	}
	if credential == nil {
		return next.RoundTrip(req)
	}
	if !secure(req.URL) {
		return nil, closeBody(req, fmt.Errorf("credentials are not sent in clear text to %s: use https", req.URL.Host))
	}
	first := transport.OwnHeader(req)
	used, err := c.sign(ctx, credential, first)
	if err != nil {
		return nil, closeBody(req, err)
	}
	resp, err := next.RoundTrip(first)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	var second *http.Request
	if second, call.Renewal = c.renew(ctx, credential, used, req); second == nil {
		return resp, nil
	}
	// What is left of the 401 is read, so that its connection serves the second attempt.
	const most = 64 << 10
	_, _ = io.CopyN(io.Discard, resp.Body, most)
	_ = resp.Body.Close()
	return next.RoundTrip(second)
}

// renew returns req signed with a renewed token, or nil where the credential is what it is.
func (c *Credentials) renew(ctx context.Context, credential Credential, rejected Secret, req *http.Request) (*http.Request, error) {
	err := credential.renew(ctx, rejected)
	if errors.Is(err, errNotRenewable) {
		return nil, nil
	}
	if err != nil {
		return nil, c.redactor.Error(err)
	}
	second, err := again(req)
	if err != nil {
		return nil, err
	}
	if _, err := c.sign(ctx, credential, second); err != nil {
		return nil, closeBody(second, err)
	}
	return second, nil
}

func (c *Credentials) sign(ctx context.Context, credential Credential, req *http.Request) (Secret, error) {
	used, err := credential.sign(ctx, req)
	if err != nil {
		return Secret{}, c.redactor.Error(err)
	}
	c.redactor.Know(used.Reveal())
	return used, nil
}

// again copies a request that was sent before, with a fresh body.
func again(req *http.Request) (*http.Request, error) {
	second := transport.OwnHeader(req)
	if req.Body == nil || req.Body == http.NoBody {
		return second, nil
	}
	if req.GetBody == nil {
		return nil, errors.New("the token is renewed, but the body cannot be sent a second time: call again")
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, fmt.Errorf("the token is renewed, but the body cannot be sent a second time: %w", err)
	}
	second.Body = body
	return second, nil
}

// closeBody does what a RoundTripper owes to a request that it does not send.
func closeBody(req *http.Request, err error) error {
	if req.Body == nil {
		return err
	}
	return errors.Join(err, req.Body.Close())
}
