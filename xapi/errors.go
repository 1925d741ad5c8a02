package xapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// What a failed call comes down to, for errors.Is.
var (
	// ErrUnauthorized is a 401: the credentials are missing, wrong or expired.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is a 403, or a problem of that meaning: the credentials are good and not allowed to do this.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is a 404, or a resource that does not exist.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited is a 429 that passes with time. It is not a usage cap.
	ErrRateLimited = errors.New("rate limited")
	// ErrUsageCapExceeded is a 429 for a consumption used up.
	ErrUsageCapExceeded = errors.New("usage cap exceeded")
	// ErrPaymentRequired is a 402: the account's credits are used up.
	ErrPaymentRequired = errors.New("payment required")
	// ErrConflict is a 409, or a job that is in progress already.
	ErrConflict = errors.New("conflict")
	// ErrInvalidRequest is a 400 or 422: the request is not as it must be.
	ErrInvalidRequest = errors.New("invalid request")
	// ErrUnavailable is a 5xx, or a *NetworkError that is not of the caller's making: the server did not do its part.
	ErrUnavailable = errors.New("unavailable")
)

// Error is an answer of failure: any status other than 2xx, or a 2xx with errors and no data. It unwraps to the problems
// that it holds, each a pointer to one of the problem types, and to the failure of renewing the credentials where that
// led to a 401.
type Error struct {
	// Operation is the operationId of the call.
	Operation string
	// Status is the HTTP status. It is always kept, whatever the body holds.
	Status int
	// Type, Title and Detail are those of the problem in the body, each empty where the body has none.
	Type, Title, Detail string
	// Messages is the list of what is wrong, with the parameters at fault.
	Messages []Message
	// RequestID is the id under which X's support finds the request, empty where the server gave none.
	RequestID string
	// RateLimit has the windows of the answer.
	RateLimit RateLimit
	// Attempts is how often the request was sent.
	Attempts int
	// Body is the answer's body, cut at 64 KiB, without secrets.
	Body []byte

	operation *transport.Operation
	refused   transport.Refused
	problems  []error
	renewal   error
	// notFollowed is why a redirect was left as the answer.
	notFollowed string
}

// Error says what failed, and what to do next.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Operation != "" {
		b.WriteString(e.Operation + ": ")
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, "%d ", e.Status)
	}
	b.WriteString(e.what())
	if advice := e.advice(); advice != "" {
		b.WriteString("; " + advice)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (%d attempts)", e.Attempts)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", plain(e.RequestID))
	}
	return b.String()
}

// what returns what says most of what the server said: its list of messages, or its detail, behind the title.
func (e *Error) what() string {
	title := plain(first(e.Title, http.StatusText(e.Status)))
	said := plain(e.Detail)
	if len(e.Messages) > 0 {
		said = ""
		for i, message := range e.Messages[:min(len(e.Messages), 3)] {
			if i > 0 {
				said += "; "
			}
			said += message.String()
		}
	}
	switch {
	case said == "" || said == title:
		return first(title, "no reason given")
	case title == "":
		return said
	}
	return title + ": " + said
}

// Is tells the sentinels apart by status, and by the problem's type where that says more.
func (e *Error) Is(target error) bool {
	kind := problemKind(e.Type)
	switch target {
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden || oneOf(kind, "client-forbidden", "disallowed-resource",
			"not-authorized-for-field", "not-authorized-for-resource", "unsupported-authentication")
	case ErrNotFound:
		return e.Status == http.StatusNotFound || kind == "resource-not-found"
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests && !e.Is(ErrUsageCapExceeded)
	case ErrUsageCapExceeded:
		return e.refused == transport.UsageCap || kind == "usage-capped"
	case ErrPaymentRequired:
		return e.Status == http.StatusPaymentRequired || oneOf(kind, "credits", "credits-depleted")
	case ErrConflict:
		return e.Status == http.StatusConflict || kind == "conflict"
	case ErrInvalidRequest:
		return e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity || kind == "invalid-request"
	case ErrUnavailable:
		return e.Status >= http.StatusInternalServerError
	}
	return false
}

func oneOf(kind string, kinds ...string) bool {
	for _, each := range kinds {
		if kind == each {
			return true
		}
	}
	return false
}

// Unwrap returns the problems, and why the credentials could not be renewed.
func (e *Error) Unwrap() []error {
	if e.renewal == nil {
		return e.problems
	}
	return append(e.problems[:len(e.problems):len(e.problems)], e.renewal)
}

// LogValue has the fields of the error apart; the body is not among them.
func (e *Error) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation), slog.Int("status", e.Status), slog.String("type", plain(e.Type)),
		slog.String("message", e.what()), slog.String("request_id", plain(e.RequestID)), slog.Int("attempts", e.Attempts),
		slog.String("next_step", string(e.next().Step)))
}

// readError makes the error of an answer other than 2xx, whose body it leaves open.
func readError(call *transport.Call, resp *http.Response) *Error {
	e := newError(call, resp, transport.ErrorBody(resp))
	if resp.StatusCode == http.StatusTooManyRequests {
		e.refused = call.Refusal.Why
	}
	return e
}

// newError makes the error of an answer with the given body. It cannot fail.
func newError(call *transport.Call, resp *http.Response, raw []byte) *Error {
	raw = call.Redactor.Bytes(raw)
	body := parseErrorBody(raw)
	told := call.Told
	if resp == call.Refused {
		told = call.RefusedTold
	}
	return &Error{
		Operation: call.Operation.ID,
		Status:    resp.StatusCode,
		Type:      body.Type,
		Title:     body.Title,
		Detail:    body.Detail,
		Messages:  body.Messages,
		RequestID: call.RequestID(resp.Header),
		RateLimit: newRateLimit(told),
		Attempts:  call.Attempts,
		Body:      raw,
		operation: call.Operation,
		problems:  body.problems,
		renewal:   call.Renewal,

		notFollowed: call.Redactor.String(notFollowed(call.Operation, resp)),
	}
}
