// Package corrected makes the document that the generator and the validator read: the contract with the overlay's
// corrections, and with what the generator cannot cope with written another way.
package corrected

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Report says what was done to the contract.
type Report struct {
	// Actions are the overlay's actions, in order.
	Actions []Action
	// Renamed are the schemas that got a Go name of their own, by schema name.
	Renamed map[string]string
}

// Make returns the corrected document as JSON: deterministic, one operation or component a line.
func Make(contract document.Object, overlay []byte) ([]byte, Report, error) {
	root, actions, err := applyOverlay(contract, overlay)
	report := Report{Actions: actions}
	if err != nil {
		return nil, report, err
	}
	dropExamples(root)
	keepNullableReferences(root)
	keepEmptyLists(root)
	freeForeignDiscriminators(root)
	document.Canonicalize(root)
	report.Renamed = nameApart(root)
	if err := document.Check(root); err != nil {
		return nil, report, fmt.Errorf("after the overlay, %w", err)
	}
	if err := load(root); err != nil {
		return nil, report, fmt.Errorf("after the overlay, %w", err)
	}
	return write(root), report, nil
}

// load makes sure that the library that validates requests and responses takes the document. Patterns and defaults are
// no reason to refuse it: some patterns cannot be compiled by Go's regexp package, and defaults are the server's.
func load(root document.Object) error {
	loader := openapi3.NewLoader()
	loaded, err := loader.LoadFromData(document.JSON(root))
	if err != nil {
		return fmt.Errorf("the document does not load: %w", err)
	}
	err = loaded.Validate(context.Background(), openapi3.DisableSchemaPatternValidation(),
		openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableExamplesValidation())
	if err != nil {
		return fmt.Errorf("the document is not valid OpenAPI: %w", err)
	}
	return nil
}

// dropExamples takes out what neither the generator nor the validator reads, and what need not hold: some of X's own
// examples break their schema.
func dropExamples(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		delete(object, "example")
		delete(object, "examples")
		delete(object, "externalDocs")
	})
}

// keepNullableReferences rewrites {$ref, nullable: true}, in which OpenAPI 3.0 ignores the nullable, as a schema of its
// own that means it.
func keepNullableReferences(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		ref, isRef := object["$ref"].(string)
		if nullable, _ := object["nullable"].(bool); !isRef || !nullable {
			return
		}
		clear(object)
		object["nullable"] = true
		object["allOf"] = []any{document.Object{"$ref": ref}}
	})
}

// keepEmptyLists has the generator tell a list that is empty from one that is absent: by default it leaves both out of
// the JSON, and with an empty list gone a request says something else.
func keepEmptyLists(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		properties, _ := object["properties"].(document.Object)
		for _, property := range properties {
			schema, _ := property.(document.Object)
			if ref, ok := schema["$ref"].(string); ok {
				schema, _ = document.Resolve(root, ref).(document.Object)
			}
			if schema["type"] == "array" || schema["additionalProperties"] != nil && schema["properties"] == nil {
				schema["x-omitempty"] = false
			}
		}
	})
}

// freeForeignDiscriminators drops a discriminator that names a property outside its object (../event_type), which
// OpenAPI does not know. As nothing within tells the variants apart, any that fits will do.
func freeForeignDiscriminators(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		discriminator, _ := object["discriminator"].(document.Object)
		name, _ := discriminator["propertyName"].(string)
		variants, isUnion := object["oneOf"]
		if !isUnion || !strings.Contains(name, "/") {
			return
		}
		delete(object, "discriminator")
		delete(object, "oneOf")
		object["anyOf"] = variants
	})
}

// write puts every operation and every component on a line of its own, so that a change reads well in a diff and the
// file stays small.
func write(root document.Object) []byte {
	var out bytes.Buffer
	lines := map[string]int{"paths": 2, "components": 2}
	out.WriteString("{")
	writeMembers(&out, root, func(key string) int { return lines[key] })
	out.WriteString("\n}\n")
	return out.Bytes()
}

func writeLines(out *bytes.Buffer, value any, depth int) {
	object, ok := value.(document.Object)
	if depth == 0 || !ok || len(object) == 0 {
		out.Write(document.JSON(value))
		return
	}
	out.WriteString("{")
	writeMembers(out, object, func(string) int { return depth - 1 })
	out.WriteString("}")
}

// writeMembers puts every member on a line of its own; depth says how many levels below it are put so too.
func writeMembers(out *bytes.Buffer, object document.Object, depth func(key string) int) {
	for i, key := range slices.Sorted(maps.Keys(object)) {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n")
		out.Write(document.JSON(key))
		out.WriteString(":")
		writeLines(out, object[key], depth(key))
	}
}
