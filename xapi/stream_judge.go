package xapi

import (
	"bytes"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// judgeRefusal says what an error of connecting a stream calls for.
func judgeRefusal(err error) streaming.Verdict {
	var limited *RateLimitError
	var answered *Error
	var token *auth.TokenError
	var broken net.Error
	var network *NetworkError
	switch {
	case overBudget(err):
		return streaming.Verdict{}
	case errors.As(err, &limited):
		return streaming.Verdict{Cause: streaming.RateLimited, Until: limited.RetryAt}
	case errors.As(err, &answered):
		return judgeAnswer(answered)
	case errors.As(err, &token):
		return streaming.Verdict{Cause: causeOf(token.Status)}
	case errors.As(err, &network), errors.As(err, &broken):
		var certificate *tls.CertificateVerificationError
		return streaming.Verdict{Cause: streaming.Network, Untrusted: errors.As(err, &certificate)}
	}
	return streaming.Verdict{}
}

func judgeAnswer(e *Error) streaming.Verdict {
	if e.Is(ErrUsageCapExceeded) || e.Is(ErrPaymentRequired) {
		return streaming.Verdict{}
	}
	return streaming.Verdict{
		Cause:    causeOf(e.Status),
		Crowded:  e.refused == transport.TooManyConnections,
		Narrower: e.Status == http.StatusBadRequest || e.Status == http.StatusForbidden && unenrolled(e),
	}
}

// judgeEnd says what an error that ended an open stream calls for: a message of the server's, a broken connection, or a
// budget that is used up.
func judgeEnd(err error) streaming.Verdict {
	var exception *ConnectionExceptionProblem
	switch {
	case overBudget(err):
		return streaming.Verdict{}
	case errors.As(err, &exception) && exception.ConnectionIssue == gen.ProblemConnectionIssueTooManyConnections:
		return streaming.Verdict{Cause: streaming.RateLimited, Crowded: true}
	}
	return streaming.Verdict{Cause: streaming.Network}
}

// unenrolled reports whether a 403 is for a part of the request that the app's plan does not have, backfill for one. Any
// other 403 is one for the app or its token.
func unenrolled(e *Error) bool {
	return problemKind(e.Type) == "client-forbidden" || bytes.Contains(e.Body, []byte("backfill"))
}

func causeOf(status int) streaming.Cause {
	switch {
	case status == http.StatusTooManyRequests:
		return streaming.RateLimited
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return streaming.HTTP
	}
	return streaming.Final
}

func overBudget(err error) bool {
	var over *BudgetError
	return errors.As(err, &over)
}
