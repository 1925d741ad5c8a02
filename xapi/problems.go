package xapi

import (
	"encoding/json"
	"strings"
)

// typed is what the problems below have in common: the fields of Problem, of which each kind has some, and a text.
type typed struct{ Problem }

// Error says what the problem is.
func (p *typed) Error() string { return plain(first(p.Detail, p.Title, p.Type)) }

// The kinds of problems (RFC 9457) that the API knows. Errors unwrap to one of these by the end of the problem's type:
// api.x.com and api.twitter.com both name them.
//
//	var missing *xapi.ResourceNotFoundProblem
//	if errors.As(err, &missing) { … missing.ResourceID … }
type (
	// GenericProblem says no more than the status does: its type is about:blank.
	GenericProblem struct{ typed }
	// ClientDisconnectedProblem is a stream whose client has gone.
	ClientDisconnectedProblem struct{ typed }
	// ClientForbiddenProblem is an app that may not make the request: Reason says why, RegistrationURL where the app can
	// be enrolled.
	ClientForbiddenProblem struct{ typed }
	// ConflictProblem is a job that cannot be created while another is in progress.
	ConflictProblem struct{ typed }
	// CreditsProblem is an account without credits: buy some.
	CreditsProblem struct{ typed }
	// DisallowedResourceProblem is a resource that violates what the API allows: ResourceID, ResourceType, and Section,
	// which is where in the answer it would stand.
	DisallowedResourceProblem struct{ typed }
	// DuplicateRuleProblem is a stream's rule that exists already, with its ID and Value.
	DuplicateRuleProblem struct{ typed }
	// InvalidRequestProblem is a request that is not as it must be: Errors says what is wrong with which parameters.
	InvalidRequestProblem struct{ typed }
	// InvalidRuleProblem is a stream's rule that cannot be understood.
	InvalidRuleProblem struct{ typed }
	// NonCompliantRulesProblem is a set of rules that is not allowed.
	NonCompliantRulesProblem struct{ typed }
	// FieldUnauthorizedProblem is a Field that the credentials may not see.
	FieldUnauthorizedProblem struct{ typed }
	// FieldHydrationProblem is a Field that the server could not fill in this time.
	FieldHydrationProblem struct{ typed }
	// InternalErrorProblem is a failure of the server's own.
	InternalErrorProblem struct{ typed }
	// ResourceUnauthorizedProblem is a resource that the credentials may not see; Parameter and Value asked for it.
	ResourceUnauthorizedProblem struct{ typed }
	// OperationalDisconnectProblem is a stream that the server ended; DisconnectType says why.
	OperationalDisconnectProblem struct{ typed }
	// ResourceNotFoundProblem is a resource that does not exist; Parameter and Value asked for it.
	ResourceNotFoundProblem struct{ typed }
	// ResourceUnavailableProblem is a resource that exists and is not for the caller.
	ResourceUnavailableProblem struct{ typed }
	// RulesCapProblem is one rule more than a stream may have.
	RulesCapProblem struct{ typed }
	// ConnectionExceptionProblem is a stream that cannot be connected; ConnectionIssue says why.
	ConnectionExceptionProblem struct{ typed }
	// UnsupportedAuthenticationProblem is a way to authenticate that the operation does not take.
	UnsupportedAuthenticationProblem struct{ typed }
	// UsageCapExceededProblem is a consumption used up: no wait for a rate limit window cures it. Period, Scope, AccountID
	// and ProductName tell of it.
	UsageCapExceededProblem struct{ typed }
)

// problems makes the problem of each kind.
var problems = map[string]func() error{
	"about:blank":                 func() error { return new(GenericProblem) },
	"client-disconnected":         func() error { return new(ClientDisconnectedProblem) },
	"client-forbidden":            func() error { return new(ClientForbiddenProblem) },
	"conflict":                    func() error { return new(ConflictProblem) },
	"credits":                     func() error { return new(CreditsProblem) },
	"credits-depleted":            func() error { return new(CreditsProblem) },
	"disallowed-resource":         func() error { return new(DisallowedResourceProblem) },
	"duplicate-rules":             func() error { return new(DuplicateRuleProblem) },
	"field-hydration-failure":     func() error { return new(FieldHydrationProblem) },
	"field-unauthorized":          func() error { return new(FieldUnauthorizedProblem) },
	"internal-error":              func() error { return new(InternalErrorProblem) },
	"invalid-request":             func() error { return new(InvalidRequestProblem) },
	"invalid-rules":               func() error { return new(InvalidRuleProblem) },
	"noncompliant-rules":          func() error { return new(NonCompliantRulesProblem) },
	"not-authorized-for-field":    func() error { return new(FieldUnauthorizedProblem) },
	"not-authorized-for-resource": func() error { return new(ResourceUnauthorizedProblem) },
	"operational-disconnect":      func() error { return new(OperationalDisconnectProblem) },
	"resource-not-found":          func() error { return new(ResourceNotFoundProblem) },
	"resource-unavailable":        func() error { return new(ResourceUnavailableProblem) },
	"rule-cap":                    func() error { return new(RulesCapProblem) },
	"streaming-connection":        func() error { return new(ConnectionExceptionProblem) },
	"unsupported-authentication":  func() error { return new(UnsupportedAuthenticationProblem) },
	"usage-capped":                func() error { return new(UsageCapExceededProblem) },
}

// problemKind returns what a problem's type is told by: what follows /problems/, whichever host stands before it.
func problemKind(problemType string) string {
	if i := strings.LastIndex(problemType, "/problems/"); i >= 0 {
		return strings.TrimRight(problemType[i+len("/problems/"):], "/")
	}
	return problemType
}

// newProblem returns the typed problem in raw, or nil where its type is not one of them. A field of an unexpected type
// stays empty.
func newProblem(problemType string, raw []byte) error {
	create, known := problems[problemKind(problemType)]
	if !known {
		return nil
	}
	problem := create()
	_ = json.Unmarshal(raw, problem)
	return problem
}
