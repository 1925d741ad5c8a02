package xapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// NetworkError is a call that ended without a whole answer: the network failed as often as the call may be tried, or
// the context ended. It unwraps to the reason, context.Canceled or an *IdleTimeoutError for one, and to the failure
// before it.
type NetworkError struct {
	// Operation is the operationId of the call.
	Operation string
	// Attempts is how often it was tried to send the request.
	Attempts int
	// Status is that of the answer that broke off, 0 where there was none.
	Status int
	// MaybeSent says that the operation is not safe to repeat and that the server may have carried it out.
	MaybeSent bool
	// Err is why the call ended.
	Err error
	// Last is the failure of an earlier attempt that was being repeated, an *Error where the server refused it; nil
	// where there was none.
	Last error

	// ended says that the caller's context did.
	ended bool
}

// IdleTimeoutError is an attempt that was given up because nothing moved in either direction for so long. It is a
// timeout in the sense of net.Error.
type IdleTimeoutError = transport.IdleTimeoutError

// Error says why the call ended, after how many attempts, and what to do next.
func (e *NetworkError) Error() string {
	text := fmt.Sprintf("%s: %s after %s", e.Operation, said(e.Err), attempts(e.Attempts))
	if e.Attempts == 0 {
		text = fmt.Sprintf("%s: not sent: %s", e.Operation, said(e.Err))
	}
	if e.Status != 0 {
		text += fmt.Sprintf("; the answer with status %d broke off", e.Status)
	}
	if e.Last != nil && said(e.Last) != said(e.Err) {
		text += "; the last failure was: " + said(e.Last)
	}
	switch {
	case e.untrusted():
		text += "; calling again does not help: check the address, a proxy on the way to it, and the clock of this machine"
	case e.MaybeSent:
		text += "; it may have been carried out: look before calling again"
	case !e.ended:
		text += "; nothing is lost by calling again"
	}
	return text
}

// untrusted reports whether the server, or a proxy in its place, could not prove who it is.
func (e *NetworkError) untrusted() bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(e.Err, &certificate)
}

// said is what an error says, fit for one line of a log.
func said(err error) string {
	if err == nil {
		return "no reason given"
	}
	return plain(err.Error())
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}

// Unwrap returns why the call ended, and the failure before it.
func (e *NetworkError) Unwrap() []error {
	return slices.DeleteFunc([]error{e.Err, e.Last}, func(err error) bool { return err == nil })
}

// Is makes it ErrUnavailable, unless it was the caller who ended the call.
func (e *NetworkError) Is(target error) bool {
	return target == ErrUnavailable && !e.ended
}

// LogValue has the fields of the error apart.
func (e *NetworkError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("operation", e.Operation), slog.Int("attempts", e.Attempts),
		slog.Int("status", e.Status), slog.Bool("maybe_sent", e.MaybeSent), slog.String("error", said(e.Err)))
}

// noAnswer makes the error of a call that the chain returned err for.
func noAnswer(ctx context.Context, call *transport.Call, err error) error {
	err = unwrapURLError(err)
	var spent *transport.SpentError
	if errors.As(err, &spent) {
		return notSent(call, spent)
	}
	var network *transport.NetworkError
	var timeout net.Error // that of the caller's http.Client, for one
	switch {
	case errors.As(err, &network):
	case ctx.Err() != nil || errors.As(err, &timeout):
		network = &transport.NetworkError{Err: err}
	default:
		return fmt.Errorf("%s: %w", call.Operation.ID, call.Redactor.Hide(err))
	}
	e := newNetworkError(call, network, 0)
	if e.ended = ctx.Err() != nil; e.ended && !errors.Is(e.Err, ctx.Err()) {
		e.Err = fmt.Errorf("%w: %w", ctx.Err(), e.Err)
	}
	return e
}

func newNetworkError(call *transport.Call, network *transport.NetworkError, status int) *NetworkError {
	e := &NetworkError{
		Operation: call.Operation.ID,
		Attempts:  call.Attempts,
		Status:    status,
		MaybeSent: call.Unknown && !call.Operation.Repeatable,
		Err:       call.Redactor.Hide(network.Err),
		Last:      call.Redactor.Hide(call.Failed),
	}
	if call.Refused != nil {
		e.Last = readError(call, call.Refused)
	}
	return e
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

// broken is the error of an answer of which not all came.
func broken(call *transport.Call, resp *http.Response, err error) error {
	var network *transport.NetworkError
	if errors.As(err, &network) {
		return newNetworkError(call, network, resp.StatusCode)
	}
	return fmt.Errorf("%s: status %d: reading the answer: %w", call.Operation.ID, resp.StatusCode, err)
}
