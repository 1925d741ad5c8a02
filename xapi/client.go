package xapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// caller is what makes the calls of a Client, whose methods stand in operations.gen.go, one for each operation.
type caller struct {
	settings    settings
	credentials *auth.Credentials
	redactor    *transport.Redactor
	limits      *transport.Limits
	lanes       *transport.Lanes
	http        *http.Client
}

// New returns a client with the options applied. Everything that is wrong with them is reported at once.
func New(opts ...ClientOption) (*Client, error) {
	settings, err := defaults().forClient(opts)
	if err != nil {
		return nil, err
	}
	c := &caller{
		settings: settings,
		redactor: new(transport.Redactor),
		limits:   transport.NewLimits(settings.clock, settings.logger),
	}
	if c.credentials, err = settings.authorization(c.redactor); err != nil {
		return nil, err
	}
	if err := c.shareRates(); err != nil {
		return nil, err
	}
	c.settings.startValidation(c.redactor)
	c.lanes = transport.NewLanes(settings.httpClient.Transport)
	c.http = settings.client(transport.Chain(c.lanes,
		transport.Retry(settings.clock, c.limits),
		c.limits.Middleware(),
		transport.Sound(), transport.Stack(settings.middlewares...),
		c.credentials.Middleware(),
		transport.Observe(settings.logger, settings.clock),
		transport.ReadAnswer(),
		transport.Trace(c.lanes),
		transport.Idle(),
	))
	return &Client{core: func() *caller { return c }}, nil
}

// CloseIdleConnections closes the connections that no call is using. Clients that were given the same *http.Transport, or
// none, share their connections. Without it they are closed after the transport's IdleConnTimeout, 90 seconds where that
// is not set.
func (c *Client) CloseIdleConnections() { c.core().lanes.CloseIdleConnections() }

// call makes the request of an operation and sends it.
func (c *caller) call(ctx context.Context, row *gen.Endpoint, in gen.Input, result any, opts []CallOption) error {
	req, err := wire.Request(ctx, c.settings.baseURL.String(), row, in)
	if err != nil {
		if body, ok := in.Form.(io.Closer); ok {
			_ = body.Close()
		}
		return err
	}
	return c.send(ctx, row, req, result, opts)
}

// send is the path of every call.
func (c *caller) send(ctx context.Context, row *gen.Endpoint, req *http.Request, result any, opts []CallOption) error {
	settings, err := c.settings.forCall(opts)
	if err != nil {
		return unsent(req, fmt.Errorf("%s: %w", row.ID, err))
	}
	op := (*transport.Operation)(&row.Operation)
	if err := c.credentials.Check(ctx, op); err != nil {
		return unsent(req, err)
	}
	call := c.newCall(ctx, op, &settings)
	c.resolve(call, req, opts)
	req = req.WithContext(transport.WithCall(ctx, call))
	prepare(req, op, &settings)
	settings.extra.add(req)
	if err := settings.checkRequest(row, req); err != nil {
		return unsent(req, err)
	}
	spending, err := settings.reserve(ctx, row, req)
	if err != nil {
		return unsent(req, c.redactor.Error(err))
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // decode closes it, or hands it over
	if err != nil {
		spending.unanswered(call)
		return c.redactor.Error(noAnswer(ctx, call, err))
	}
	spending.watch(resp, result)
	err = decode(call, row, resp, result, &settings)
	spending.answered(settings.answer, err)
	return c.redactor.Error(err)
}

// unsent closes the body of a request that is not sent, on whose other end somebody may be waiting, and returns err.
func unsent(req *http.Request, err error) error {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return err
}

// newCall returns a call of op as the chain carries it.
func (c *caller) newCall(ctx context.Context, op *transport.Operation, settings *settings) *transport.Call {
	call := &transport.Call{Operation: op, Policy: settings.policy, Redactor: c.redactor}
	call.AppOnly = settings.rates != nil && c.credentials.AppOnly(ctx, op)
	if observe := settings.onRateLimit; observe != nil {
		call.OnRateLimit = func(limit transport.RateLimit) { observe(op.ID, newRateLimit(limit)) }
	}
	if observe := settings.onWait; observe != nil {
		call.OnWait = func(until time.Time) { observe(op.ID, until) }
	}
	return call
}

// prepare completes the request with what no contract tells.
func prepare(req *http.Request, op *transport.Operation, settings *settings) {
	req.Header.Set("User-Agent", settings.userAgent)
	if body, ok := req.Body.(*Body); ok {
		body.attach(req)
	}
	if op.ID == finalizeMediaUpload && req.Body == nil {
		emptyObject(req)
	}
}
