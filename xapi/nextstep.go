package xapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// Step is what to do about an error: one of the steps below, or empty where none of them helps.
type Step string

// These are all the steps there are.
const (
	// StepLogIn is to log in, again or in the way that the operation takes.
	StepLogIn Step = "log in"
	// StepAddScope is to log in again and ask for more scopes, or, by OAuth 1.0a, after giving the app more permissions.
	StepAddScope Step = "add scope"
	// StepWait is to wait until NextStep.Until, or for a while where that is zero.
	StepWait Step = "wait until"
	// StepBuyCredits is to buy credits in the developer console.
	StepBuyCredits Step = "buy credits"
	// StepFixRequest is to correct the request.
	StepFixRequest Step = "fix request"
	// StepAskForAccess is to have X grant the app more than it has.
	StepAskForAccess Step = "ask for access"
)

// NextStep is what to do about an error, for programs; the error's text tells people.
type NextStep struct {
	Step Step
	// Until is when the wait is over, zero where nobody knows.
	Until time.Time
	// Scopes are those that the token lacks, or may lack.
	Scopes []string
	// URL is where X documents it, or where access is asked for; empty without a step.
	URL string
}

// String names the step, what it takes, and where it is documented.
func (n NextStep) String() string {
	if n.Step == "" {
		return ""
	}
	text := string(n.Step)
	switch {
	case !n.Until.IsZero():
		text += " " + n.Until.UTC().Format(time.RFC3339)
	case len(n.Scopes) > 0:
		text += " " + strings.Join(n.Scopes, " ")
	}
	return text + " (" + n.URL + ")"
}

// documented is where X says more about each step.
var documented = map[Step]string{
	StepLogIn:        "https://docs.x.com/fundamentals/authentication/overview",
	StepAddScope:     "https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code",
	StepWait:         "https://docs.x.com/x-api/fundamentals/rate-limits",
	StepBuyCredits:   "https://docs.x.com/x-api/getting-started/pricing",
	StepFixRequest:   "https://docs.x.com/x-api/fundamentals/response-codes-and-errors",
	StepAskForAccess: "https://docs.x.com/x-api/getting-started/getting-access",
}

// NextStepOf returns what to do about an error that a client returned. It has no step for an error that is not of this
// module's, nor for one after which somebody has to look whether the call was carried out, see [MaybeDone].
func NextStepOf(err error) NextStep {
	next := nextStep(err)
	if next.URL == "" {
		next.URL = documented[next.Step]
	}
	return next
}

func nextStep(err error) NextStep {
	var (
		limited *RateLimitError
		scope   *auth.ScopeError
		scheme  *auth.SchemeError
		refused *validate.RequestError
		over    *BudgetError
		size    *BodySizeError
		network *NetworkError
		failed  *Error
	)
	switch {
	case errors.As(err, &limited):
		return NextStep{Step: StepWait, Until: limited.RetryAt}
	case errors.As(err, &scope):
		return NextStep{Step: StepAddScope, Scopes: scope.Missing}
	case errors.Is(err, auth.ErrLoginRequired), errors.As(err, &scheme):
		return NextStep{Step: StepLogIn}
	case errors.As(err, &refused), errors.As(err, &over), errors.As(err, &size):
		return NextStep{Step: StepFixRequest}
	case errors.As(err, &network):
		if network.MaybeSent || network.ended || network.untrusted() {
			return NextStep{}
		}
		return NextStep{Step: StepWait}
	case errors.As(err, &failed):
		return failed.next()
	}
	return NextStep{}
}

// next is what to do about an answer of failure.
func (e *Error) next() NextStep {
	switch {
	case e.Is(ErrPaymentRequired):
		return NextStep{Step: StepBuyCredits}
	case e.withoutRules():
		return NextStep{Step: StepFixRequest}
	case e.Is(ErrUsageCapExceeded), e.refused == transport.TooManyConnections, e.Is(ErrConflict), e.Is(ErrRateLimited):
		return NextStep{Step: StepWait}
	case e.Status/100 == 5:
		if e.maybeDone() {
			return NextStep{}
		}
		return NextStep{Step: StepWait}
	case e.Is(ErrUnauthorized):
		return NextStep{Step: StepLogIn}
	case e.Is(ErrForbidden):
		return e.nextOfForbidden()
	case e.Status != 0:
		return NextStep{Step: StepFixRequest}
	}
	return NextStep{}
}

// nextOfForbidden tells the reasons of a 403 apart.
func (e *Error) nextOfForbidden() NextStep {
	var enrol *ClientForbiddenProblem
	switch kind := problemKind(e.Type); {
	case errors.As(e, &enrol):
		return NextStep{Step: StepAskForAccess, URL: plain(enrol.RegistrationURL)}
	case kind == "unsupported-authentication":
		return NextStep{Step: StepLogIn}
	case kind == "oauth1-permissions":
		return NextStep{Step: StepAddScope}
	case e.afterForbidden() != "":
		return NextStep{Step: StepAddScope, Scopes: e.scopes()}
	case oneOf(kind, "not-authorized-for-resource", "not-authorized-for-field", "disallowed-resource"):
		return NextStep{Step: StepAskForAccess}
	case slices.ContainsFunc(e.Messages, func(m Message) bool { return m.Code == noAccess }):
		return NextStep{Step: StepAskForAccess}
	}
	return NextStep{Step: StepFixRequest}
}

// noAccess is the code of an app whose plan does not have the operation.
const noAccess = 453

// scopes are those that the operation needs of an OAuth 2.0 token.
func (e *Error) scopes() []string {
	if e.operation == nil {
		return nil
	}
	for _, way := range e.operation.Security {
		if len(way.Scopes) > 0 {
			return way.Scopes
		}
	}
	return nil
}

// maybeDone reports whether the operation may have been carried out though it was answered with this failure.
func (e *Error) maybeDone() bool {
	return (e.Status/100 == 5 || e.Status == http.StatusRequestTimeout) && e.operation != nil && !e.operation.Repeatable
}

// MaybeDone reports whether what a call was to do may have been done though it returned err: the answer did not come, or
// not whole, the server failed, or what it answered cannot be read. Look before calling again. It is false for what is
// safe to repeat, which the client has repeated already.
func MaybeDone(err error) bool {
	var (
		network *NetworkError
		decoded *DecodeError
		failed  *Error
	)
	switch {
	case errors.As(err, &decoded):
		return true
	case errors.As(err, &network):
		return network.MaybeSent
	case errors.As(err, &failed):
		return failed.maybeDone()
	}
	return false
}
