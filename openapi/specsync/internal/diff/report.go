// Package diff tells what changed between two publications of the spec, for someone who calls the API.
//
// Operations are paired by operationId, else by method and path; schemas by the places that refer to them, so that a
// renamed schema is compared with what it was. Every change is told once, where it stands (in an operation, or in a
// schema or parameter that operations share), with the operations that it reaches. Order, prose, examples, tags and
// vendor extensions are no change.
package diff

import (
	"encoding/json"
	"fmt"
)

// Class says what a change does to callers. Classes are ordered: the greater, the worse.
type Class int

const (
	// None changes nothing for callers.
	None Class = iota
	// Adds makes something new possible, and leaves what was.
	Adds
	// Wire refuses a request that was valid, or answers what no longer fits what callers read.
	Wire
)

var classNames = [...]string{None: "none", Adds: "adds", Wire: "wire"}

// String is the class's name in flags and JSON: none, adds or wire.
func (c Class) String() string { return classNames[c] }

// MarshalText writes the class's name.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Subject is what a change stands in.
type Subject struct {
	// Type is "document", "operation", "parameter", "request body", "response", "schema" or "security scheme".
	Type string `json:"type"`
	// Name is the operationId or the component's name; of a removed one, the name it had.
	Name string `json:"name"`
	// Was is the name that it had before, where that differs.
	Was string `json:"was,omitempty"`
}

// Change is one change.
type Change struct {
	Class Class `json:"class"`
	// Kind names the sort of change, as in field-removed.
	Kind    string  `json:"kind"`
	Subject Subject `json:"subject"`
	// At is the place in the subject: metadata.alt_text, media_ids[], response 200.
	At string `json:"at,omitempty"`
	// Way is which way the value travels: request, answer, or both; empty where it is in no operation.
	Way string `json:"way,omitempty"`
	// Message says what changed, in a few words.
	Message string `json:"message"`
	// From and To are the values before and after, where the change has any.
	From any `json:"from,omitempty"`
	To   any `json:"to,omitempty"`
	// Witness is a request or an answer that shows that the change breaks the wire, where one was looked for; or says that
	// none was found.
	Witness string `json:"witness,omitempty"`
	// Operations are the operationIds that the change reaches, sorted.
	Operations []string `json:"operations"`
}

// Side is one of the two documents.
type Side struct {
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// Report is what changed from Base to Head.
type Report struct {
	Base    Side     `json:"base"`
	Head    Side     `json:"head"`
	Class   Class    `json:"class"`
	Changes []Change `json:"changes"`
}

// Count is the number of changes of a class.
func (r Report) Count(class Class) int {
	count := 0
	for _, change := range r.Changes {
		if change.Class == class {
			count++
		}
	}
	return count
}

// JSON writes the report for machines.
func (r Report) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the report: %w", err)
	}
	return append(text, '\n'), nil
}
