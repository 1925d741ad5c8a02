package xapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// advice says what to do about the error, as far as its status tells.
func (e *Error) advice() string {
	switch {
	case e.renewal != nil:
		return "the credentials could not be renewed: " + plain(e.renewal.Error())
	case e.Is(ErrUsageCapExceeded):
		return "the plan's usage is used up: wait for its next period or raise it in the developer console"
	case e.withoutRules():
		return "add a rule to the stream first, by stream.SyncRules"
	case e.refused == transport.TooManyConnections:
		return "close another stream first"
	case e.Status/100 == 5:
		return e.afterFailure()
	case e.Status/100 == 3:
		return plain(e.notFollowed)
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "correct the request"
	case http.StatusUnauthorized:
		return "log in again, or check the credentials"
	case http.StatusPaymentRequired:
		return "add credits in the developer console"
	case http.StatusForbidden:
		return e.afterForbidden()
	case http.StatusNotFound:
		return "check the ids, and the base URL"
	case http.StatusConflict:
		return "wait for what is in progress"
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		return "send less at a time"
	case http.StatusTooManyRequests:
		return "try again later"
	}
	return ""
}

// withoutRules reports whether a stream cannot be connected since the app has no rules for it.
func (e *Error) withoutRules() bool {
	var exception *ConnectionExceptionProblem
	return errors.As(e, &exception) && exception.ConnectionIssue == ProblemConnectionIssueRuleConfigurationIssue
}

func (e *Error) afterFailure() string {
	if e.operation != nil && !e.operation.Repeatable {
		return "it may have been carried out all the same: look before calling again"
	}
	return "the server failed: try again later"
}

// afterForbidden names the scopes where the server gives no reason: their lack is the most frequent cause, and it does
// not mention it.
func (e *Error) afterForbidden() string {
	kind, reason := problemKind(e.Type), e.Detail != "" && e.Detail != e.Title
	if kind != "about:blank" && kind != "" || reason || len(e.Messages) > 0 || e.operation == nil {
		return ""
	}
	for _, way := range e.operation.Security {
		if len(way.Scopes) > 0 {
			return "check that the token has the scopes " + strings.Join(way.Scopes, " ") +
				": one issued before a scope was asked for must be authorized again"
		}
	}
	return ""
}
