package xapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Client calls the X API. It has one method for every operation of the spec, promoted from gen.API; each takes the
// options of this package for that call alone. A Client is made by New and safe for concurrent use.
type Client struct {
	gen.API[Option]

	// core stands behind a function, so that no printer that walks through values gets to credentials, or to a connection
	// that still has some in its buffer.
	core func() *core
}

// core is what a Client is made of.
type core struct {
	settings    settings
	credentials *auth.Credentials
	redactor    *transport.Redactor
	limits      *transport.Limits
	http        *http.Client
}

// New returns a client with the options applied. Everything that is wrong with them is reported at once.
func New(opts ...Option) (*Client, error) {
	settings, err := defaults().apply(opts)
	if err != nil {
		return nil, err
	}
	c := &core{
		settings: settings,
		redactor: new(transport.Redactor),
		limits:   transport.NewLimits(settings.clock, settings.logger),
	}
	if c.credentials, err = settings.authorization(c.redactor); err != nil {
		return nil, err
	}
	c.settings.startValidation(c.redactor)
	c.http = settings.client(transport.Chain(settings.base(),
		transport.Retry(settings.clock, c.limits),
		c.limits.Middleware(),
		transport.Sound(), transport.Stack(settings.middlewares...),
		c.credentials.Middleware(),
		transport.Observe(settings.logger, settings.clock),
		transport.ReadAnswer(),
		transport.Idle(),
		transport.Sound(),
	))
	return &Client{API: gen.NewAPI(settings.baseURL.String(), c.call), core: func() *core { return c }}, nil
}

// call is the path of every call.
func (c *core) call(ctx context.Context, row *gen.Operation, req *http.Request, result any, opts []Option) error {
	op := (*transport.Operation)(row)
	settings, err := c.settings.forCall(opts)
	if err != nil {
		return unsent(req, fmt.Errorf("%s: %w", op.ID, err))
	}
	if err := c.credentials.Check(ctx, op); err != nil {
		return unsent(req, err)
	}
	call := c.newCall(op, &settings)
	c.resolve(call, req, opts)
	req = req.WithContext(transport.WithCall(ctx, call))
	prepare(req, op, &settings)
	if err := settings.validation.checkRequest(op, req); err != nil {
		return unsent(req, err)
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // decode closes it, or hands it over
	if err != nil {
		return c.redactor.Error(noAnswer(ctx, call, err))
	}
	settings.keepRaw(resp)
	return c.redactor.Error(decode(call, resp, result, &settings.validation))
}

// unsent closes the body of a request that is not sent, on whose other end somebody may be waiting, and returns err.
func unsent(req *http.Request, err error) error {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return err
}

// newCall returns a call of op as the chain carries it.
func (c *core) newCall(op *transport.Operation, settings *settings) *transport.Call {
	call := &transport.Call{Operation: op, Policy: settings.policy, Redactor: c.redactor}
	if observe := settings.onRateLimit; observe != nil {
		call.OnRateLimit = func(limit transport.RateLimit) { observe(op.ID, newRateLimit(limit)) }
	}
	return call
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
