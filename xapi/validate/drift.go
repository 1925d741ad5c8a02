package validate

import (
	"fmt"
	"log/slog"
	"strings"
)

// Kind is the kind of a drift.
type Kind string

// The kinds of drift.
const (
	// UndeclaredField is a field that the document does not have.
	UndeclaredField Kind = "undeclared field"
	// MissingField is a required field that is not there.
	MissingField Kind = "missing required field"
	// WrongType is a value of another type, a null included, or an answer that is no JSON.
	WrongType Kind = "wrong type"
	// UnknownEnumValue is a value that is not in the document's list.
	UnknownEnumValue Kind = "unknown enum value"
	// UndeclaredStatus is a 2xx status that the operation does not declare.
	UndeclaredStatus Kind = "undeclared status"
	// UndeclaredContentType is a content type that the operation does not declare for that status.
	UndeclaredContentType Kind = "undeclared content type"
	// BrokenRule is any other rule that a value breaks: a pattern, a limit, a oneOf.
	BrokenRule Kind = "broken rule"
	// OtherSpelling is an answer that speaks of posts where the document speaks of tweets, or the reverse: the server's
	// answers follow the request. It is told once for an answer, in place of every field that it concerns.
	OtherSpelling Kind = "other spelling"
	// RuleNotEnforced is no fault of the server: a rule of the document that is not checked, see Unenforced.
	RuleNotEnforced Kind = "rule not enforced"
)

// Drift is one way in which an answer, or a request that is only reported on, differs from the document.
type Drift struct {
	// Operation is the operationId.
	Operation string
	// Status is the answer's HTTP status, 0 where the drift is in the request.
	Status int
	// Kind says what differs.
	Kind Kind
	// Finding says where, and by which rule.
	Finding
	// SpecVersion is the version of the document.
	SpecVersion string
	// Count is how often it was seen: in this answer, or since it was last reported.
	Count int
}

// String returns the drift in one line.
func (d Drift) String() string {
	where := "request"
	if d.Status != 0 {
		where = fmt.Sprintf("answer %d", d.Status)
	}
	text := fmt.Sprintf("%s: %s: %s: %s (%s)", d.Operation, where, d.Kind, d.Finding, d.SpecVersion)
	if d.Count > 1 {
		text += fmt.Sprintf(", %d times", d.Count)
	}
	return text
}

// LogValue is what a log has of the drift.
func (d Drift) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", d.Operation), slog.Int("status", d.Status), slog.String("kind", string(d.Kind)),
		slog.String("in", d.In), slog.String("pointer", d.Pointer), slog.String("rule", d.Rule),
		slog.String("reason", d.Reason), slog.String("value", d.Value),
		slog.String("spec", d.SpecVersion), slog.Int("count", d.Count),
	)
}

// kindOf returns the kind of a finding.
func kindOf(finding Finding) Kind {
	switch finding.Rule {
	case "undeclared":
		return UndeclaredField
	case "required":
		return MissingField
	case "spelling":
		return OtherSpelling
	case "type", "nullable", "json":
		return WrongType
	case "enum", "discriminator":
		return UnknownEnumValue
	case "status":
		return UndeclaredStatus
	case "contentType":
		return UndeclaredContentType
	}
	return BrokenRule
}

// RequestError refuses a request before it is sent. It carries everything that is wrong with it.
type RequestError struct {
	// Operation is the operationId.
	Operation string
	// SpecVersion is the version of the document.
	SpecVersion string
	// Findings are all places at fault, at least one, at most 100.
	Findings []Finding
	// Advice says how to send the request all the same, empty where nothing is said of that.
	Advice string
}

// Error names the operation, each place at fault and what the document demands there.
func (e *RequestError) Error() string {
	text := e.Operation + ": " + join(e.Findings) + " (" + e.SpecVersion + ")"
	if e.Advice != "" {
		text += "; " + e.Advice
	}
	return text
}

// Drifts returns the findings as drifts of a request, for a caller that reports and sends all the same.
func (e *RequestError) Drifts() []Drift { return drifts(e.Operation, 0, e.SpecVersion, e.Findings) }

// ResponseError says that an answer differs from the document. The answer's data stand beside it.
type ResponseError struct {
	// Operation is the operationId.
	Operation string
	// Status is the answer's HTTP status.
	Status int
	// Drifts are all differences, at least one, at most 100.
	Drifts []Drift
}

// Error names the operation, the status and each difference.
func (e *ResponseError) Error() string {
	list := make([]string, len(e.Drifts))
	for i, d := range e.Drifts {
		list[i] = string(d.Kind) + ": " + d.Finding.String()
	}
	version := ""
	if len(e.Drifts) > 0 {
		version = e.Drifts[0].SpecVersion
	}
	return fmt.Sprintf("%s: the answer %d is not what the spec %s promises: %s", e.Operation, e.Status, version, strings.Join(list, "; "))
}

func join(list []Finding) string {
	texts := make([]string, len(list))
	for i, finding := range list {
		texts[i] = finding.String()
	}
	return strings.Join(texts, "; ")
}

func drifts(operation string, status int, version string, list []Finding) []Drift {
	if len(list) == 0 {
		return nil
	}
	made := make([]Drift, len(list))
	for i, finding := range list {
		made[i] = Drift{
			Operation: operation, Status: status, Kind: kindOf(finding), Finding: finding, SpecVersion: version, Count: finding.count,
		}
	}
	return made
}
