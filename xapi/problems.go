package xapi

import (
	"encoding/json"
	"strings"
)

// Problem is what every problem of the API has in common (RFC 9457). Errors unwrap to one of the types below, each with
// the fields of its own, by the end of the problem's type: api.x.com and api.twitter.com both name them.
//
//	var missing *xapi.ResourceNotFoundProblem
//	if errors.As(err, &missing) { … missing.ResourceID … }
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// Status is the HTTP status, 0 where the problem does not repeat it.
	Status int `json:"status"`
}

// Error says what the problem is.
func (p *Problem) Error() string { return plain(first(p.Detail, p.Title, p.Type)) }

type (
	// GenericProblem says no more than the status does: its type is about:blank.
	GenericProblem struct{ Problem }

	// ClientDisconnectedProblem is a stream whose client has gone.
	ClientDisconnectedProblem struct{ Problem }

	// ClientForbiddenProblem is an app that may not make the request: it is not enrolled, or the operation is X's own.
	ClientForbiddenProblem struct {
		Problem
		// Reason is official-client-forbidden or client-not-enrolled.
		Reason string `json:"reason"`
		// RegistrationURL is where the app can be enrolled.
		RegistrationURL string `json:"registration_url"`
		// ClientID and RequiredEnrollment are sent by the server and not in the spec.
		ClientID           string `json:"client_id"`
		RequiredEnrollment string `json:"required_enrollment"`
	}

	// ConflictProblem is a job that cannot be created while another is in progress.
	ConflictProblem struct{ Problem }

	// DisallowedResourceProblem is a resource that violates what the API allows.
	DisallowedResourceProblem struct {
		Problem
		ResourceID   string `json:"resource_id"`
		ResourceType string `json:"resource_type"`
		// Section is data or includes: where in the answer the resource would stand.
		Section string `json:"section"`
	}

	// DuplicateRuleProblem is a stream's rule that exists already.
	DuplicateRuleProblem struct {
		Problem
		ID    string `json:"id"`
		Value string `json:"value"`
	}

	// InvalidRequestProblem is a request that is not as it must be.
	InvalidRequestProblem struct {
		Problem
		// Errors says what is wrong with which parameters: *Error.Messages has the same.
		Errors []InvalidRequest `json:"errors"`
	}

	// InvalidRuleProblem is a stream's rule that cannot be understood.
	InvalidRuleProblem struct{ Problem }

	// NonCompliantRulesProblem is a set of rules that is not allowed.
	NonCompliantRulesProblem struct{ Problem }

	// FieldUnauthorizedProblem is a field that the credentials may not see.
	FieldUnauthorizedProblem struct {
		Problem
		Field        string `json:"field"`
		ResourceType string `json:"resource_type"`
		Section      string `json:"section"`
	}

	// ResourceUnauthorizedProblem is a resource that the credentials may not see.
	ResourceUnauthorizedProblem struct {
		Problem
		// Parameter and Value are the parameter that asked for the resource and what it was given.
		Parameter    string `json:"parameter"`
		Value        string `json:"value"`
		ResourceID   string `json:"resource_id"`
		ResourceType string `json:"resource_type"`
		Section      string `json:"section"`
	}

	// OperationalDisconnectProblem is a stream that the server ended.
	OperationalDisconnectProblem struct {
		Problem
		DisconnectType string `json:"disconnect_type"`
	}

	// ResourceNotFoundProblem is a resource that does not exist.
	ResourceNotFoundProblem struct {
		Problem
		Parameter    string `json:"parameter"`
		Value        string `json:"value"`
		ResourceID   string `json:"resource_id"`
		ResourceType string `json:"resource_type"`
	}

	// ResourceUnavailableProblem is a resource that exists and is not for the caller.
	ResourceUnavailableProblem struct {
		Problem
		Parameter    string `json:"parameter"`
		ResourceID   string `json:"resource_id"`
		ResourceType string `json:"resource_type"`
	}

	// RulesCapProblem is one rule more than a stream may have.
	RulesCapProblem struct{ Problem }

	// ConnectionExceptionProblem is a stream that cannot be connected.
	ConnectionExceptionProblem struct {
		Problem
		// ConnectionIssue is TooManyConnections, ProvisioningSubscription, RuleConfigurationIssue or RulesInvalidIssue.
		ConnectionIssue string `json:"connection_issue"`
	}

	// UnsupportedAuthenticationProblem is a way to authenticate that the operation does not take.
	UnsupportedAuthenticationProblem struct{ Problem }

	// UsageCapExceededProblem is a consumption used up: no wait for a rate limit window cures it.
	UsageCapExceededProblem struct {
		Problem
		// Period is Daily or Monthly.
		Period string `json:"period"`
		// Scope is Account or Product.
		Scope string `json:"scope"`
		// AccountID and ProductName are sent by the server and not in the spec.
		AccountID   json.Number `json:"account_id"`
		ProductName string      `json:"product_name"`
	}
)

// InvalidRequest is one thing wrong with a request.
type InvalidRequest struct {
	Message string `json:"message"`
	// Parameters has the values given to the parameters at fault.
	Parameters map[string][]string `json:"parameters"`
}

// problems makes the problem of each kind.
var problems = map[string]func() error{
	"about:blank":                 func() error { return new(GenericProblem) },
	"client-disconnected":         func() error { return new(ClientDisconnectedProblem) },
	"client-forbidden":            func() error { return new(ClientForbiddenProblem) },
	"conflict":                    func() error { return new(ConflictProblem) },
	"disallowed-resource":         func() error { return new(DisallowedResourceProblem) },
	"duplicate-rules":             func() error { return new(DuplicateRuleProblem) },
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
