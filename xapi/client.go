package xapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Client calls the X API. It has one method for every operation of the spec, promoted from gen.API; each takes the
// options of this package for that call alone. A Client is made by New and safe for concurrent use.
type Client struct {
	gen.API[Option]

	settings settings
	http     *http.Client
}

// New returns a client with the options applied. Everything that is wrong with them is reported at once.
func New(opts ...Option) (*Client, error) {
	settings, err := defaults().apply(opts)
	if err != nil {
		return nil, err
	}
	c := &Client{settings: settings}
	c.API = gen.NewAPI(settings.baseURL.String(), c.call)
	c.http = settings.client(transport.Chain(settings.base(),
		authorize(settings.accessToken),
	))
	return c, nil
}

// call is the path of every call.
func (c *Client) call(ctx context.Context, row *gen.Operation, req *http.Request, result any, opts []Option) error {
	op := (*transport.Operation)(row)
	settings, err := c.settings.forCall(opts)
	if err != nil {
		return fmt.Errorf("%s: %w", op.ID, err)
	}
	call := &transport.Call{Operation: op}
	req = req.WithContext(transport.WithCall(ctx, call))
	prepare(req, op, &settings)
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", op.ID, unwrapURLError(err))
	}
	return decode(call, resp, result)
}

// prepare completes the request with what the generated builder does not know.
func prepare(req *http.Request, op *transport.Operation, settings *settings) {
	req.Header.Set("User-Agent", settings.userAgent)
	if body, ok := req.Body.(*Body); ok {
		body.attach(req)
	}
	if op.ID == finalizeMediaUpload && req.Body == nil {
		emptyObject(req)
	}
}

// unwrapURLError drops the method and address that net/http puts before an error: the operation's name says as much,
// and an address may carry what should not be printed.
func unwrapURLError(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
