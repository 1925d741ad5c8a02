package validate

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Unenforced is a rule of the document that is not checked, since the means are missing.
type Unenforced struct {
	// Operation is the operationId.
	Operation string
	// Rule is the rule: a pattern as the document has it, or a parameter.
	Rule string
	// Reason says why it is not enforced.
	Reason string
	// SpecVersion is the version of the document.
	SpecVersion string
}

// String returns the rule in one line.
func (u Unenforced) String() string { return u.Operation + ": " + u.Rule + ": " + u.Reason }

// Drift returns the rule in the form in which differences are reported.
func (u Unenforced) Drift() Drift {
	return Drift{
		Operation: u.Operation, Kind: RuleNotEnforced, SpecVersion: u.SpecVersion, Count: 1,
		Finding: Finding{In: "spec", Rule: u.Rule, Reason: u.Reason},
	}
}

// unenforced returns the patterns in reach of op that Go's regexp refuses.
func (s *shapes) unenforced(op *operation) []Unenforced {
	var patterns []string
	seen := make(map[*openapi3.Schema]bool)
	var look func(*openapi3.Schema)
	look = func(schema *openapi3.Schema) {
		if schema == nil || seen[schema] {
			return
		}
		seen[schema] = true
		if pattern, _ := patternAndFormat(schema); s.refused[pattern] != nil {
			patterns = append(patterns, pattern)
		}
		for _, ref := range schema.Properties {
			look(ref.Value)
		}
		for _, ref := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf,
			openapi3.SchemaRefs{schema.Items, schema.Not, schema.AdditionalProperties.Schema}) {
			if ref != nil {
				look(ref.Value)
			}
		}
	}
	for _, root := range op.roots {
		look(root)
	}
	slices.Sort(patterns)
	var rules []Unenforced
	for _, pattern := range slices.Compact(patterns) {
		rules = append(rules, Unenforced{
			Operation: op.id, Rule: "pattern " + pattern, Reason: "Go's regexp cannot compile it: " + s.refused[pattern].Error(),
		})
	}
	return rules
}
