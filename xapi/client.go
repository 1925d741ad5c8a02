package xapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// Client calls the X API. It has one method for every operation of the spec, promoted from gen.API; each takes the
// options of this package for that call alone. A Client is made by New and safe for concurrent use.
type Client struct {
	gen.API[Option]

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
	c := &Client{
		settings: settings,
		redactor: new(transport.Redactor),
		limits:   transport.NewLimits(settings.clock, settings.logger),
	}
	if c.credentials, err = settings.authorization(c.redactor); err != nil {
		return nil, err
	}
	c.settings.startValidation(c.redactor)
	c.API = gen.NewAPI(settings.baseURL.String(), c.call)
	c.http = settings.client(transport.Chain(settings.base(),
		transport.Retry(settings.clock, c.limits),
		c.limits.Middleware(),
		transport.Stack(settings.middlewares...),
		c.credentials.Middleware(),
		transport.Observe(settings.logger, settings.clock),
		transport.ReadAnswer(),
		transport.Idle(),
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
	if err := c.credentials.Check(ctx, op); err != nil {
		return err
	}
	call := c.newCall(op, &settings)
	c.resolve(call, req, opts)
	req = req.WithContext(transport.WithCall(ctx, call))
	prepare(req, op, &settings)
	if err := settings.validation.checkRequest(op, req); err != nil {
		return err
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // decode closes it, or hands it over
	if err != nil {
		return c.redactor.Error(noAnswer(ctx, call, err))
	}
	settings.keepRaw(resp)
	return c.redactor.Error(decode(call, resp, result, &settings.validation))
}

// newCall returns a call of op as the chain carries it.
func (c *Client) newCall(op *transport.Operation, settings *settings) *transport.Call {
	call := &transport.Call{Operation: op, Policy: settings.policy, Redactor: c.redactor}
	if observe := settings.onRateLimit; observe != nil {
		call.OnRateLimit = func(limit transport.RateLimit) { observe(op.ID, newRateLimit(limit)) }
	}
	if observe := settings.onWait; observe != nil {
		call.OnWait = func(until time.Time) { observe(op.ID, until) }
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
