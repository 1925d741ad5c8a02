// Package corrected makes the document that requests and answers are held against: the contract with the overlay's
// corrections, and with what the validator cannot cope with written another way.
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
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Report says what was done to the contract.
type Report struct {
	// Actions are the overlay's actions, in order.
	Actions []Action
}

// Make returns the corrected document. A description beside a reference stands under model.DescriptionBeside in it.
func Make(contract document.Object, overlay []byte) (document.Object, Report, error) {
	root, actions, err := applyOverlay(contract, overlay)
	report := Report{Actions: actions}
	if err != nil {
		return nil, report, err
	}
	dropExamples(root)
	moveDescriptions(root)
	keepNullableReferences(root)
	nameNull(root)
	freeForeignDiscriminators(root)
	document.Canonicalize(root)
	if err := document.Check(root); err != nil {
		return nil, report, fmt.Errorf("after the overlay, %w", err)
	}
	if err := load(root); err != nil {
		return nil, report, fmt.Errorf("after the overlay, %w", err)
	}
	return root, report, nil
}

// moveDescriptions keeps what is said of a field beside the reference that it consists of, where OpenAPI has no place
// for it.
func moveDescriptions(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		if _, isRef := object["$ref"].(string); isRef && object["description"] != nil {
			object[model.DescriptionBeside] = object["description"]
			delete(object, "description")
		}
	})
}

// load makes sure that the library that validates requests and responses takes the document. Patterns and defaults are
// no reason to refuse it: some patterns cannot be compiled by Go's regexp package, and defaults are the server's. Nor
// are security schemes, of which the library does not know that of OAuth 1.0a.
func load(root document.Object) error {
	schemeless := maps.Clone(root)
	components, _ := root["components"].(document.Object)
	components = maps.Clone(components)
	delete(components, "securitySchemes")
	schemeless["components"] = components
	loaded, err := openapi3.NewLoader().LoadFromData(document.JSON(schemeless))
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

// Load makes a published document ready to hold values against, without any overlay.
func Load(root document.Object) (*openapi3.T, error) {
	value, err := valueOf(nodeOf(root))
	if err != nil {
		return nil, err
	}
	prepared, _ := value.(document.Object)
	dropExamples(prepared)
	moveDescriptions(prepared)
	keepNullableReferences(prepared)
	nameNull(prepared)
	freeForeignDiscriminators(prepared)
	if components, ok := prepared["components"].(document.Object); ok {
		delete(components, "securitySchemes")
	}
	loaded, err := openapi3.NewLoader().LoadFromData(document.JSON(prepared))
	if err != nil {
		return nil, fmt.Errorf("the document does not load: %w", err)
	}
	return loaded, nil
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

// nameNull lists null among the values of an enum that may be null, which a validator asks for and X leaves out.
func nameNull(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		values, isEnum := object["enum"].([]any)
		if nullable, _ := object["nullable"].(bool); isEnum && nullable && !slices.Contains(values, any(nil)) {
			object["enum"] = append(slices.Clone(values), nil)
		}
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
		text, described := object[model.DescriptionBeside]
		clear(object)
		if described {
			object["description"] = text
		}
		object["nullable"] = true
		object["allOf"] = []any{document.Object{"$ref": ref}}
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

// Text writes the document without its prose, with every operation and every component on a line of its own, so that a
// change reads well in a diff and each is found without a parser.
func Text(root document.Object) []byte {
	root, _ = bare(root, false).(document.Object)
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

// bare is a copy without what is written for people, and without what holds anyway: what is not said to be required is not.
func bare(value any, names bool) any {
	switch value := value.(type) {
	case document.Object:
		kept := make(document.Object, len(value))
		for key, child := range value {
			if !names && (idle(key, child) || key == "required" && child == false) {
				continue
			}
			kept[key] = bare(child, !names && nameMaps[key])
		}
		return kept
	case []any:
		kept := make([]any, len(value))
		for i, child := range value {
			kept[i] = bare(child, false)
		}
		return kept
	}
	return value
}

// idle reports whether a member is written for people alone.
func idle(key string, value any) bool {
	switch key {
	case "tags", "servers":
		return true
	case "description", "summary", "info", "x-repeatable-reason", model.DescriptionBeside:
		_, text := value.(string)
		return text
	}
	return false
}

// nameMaps are the keys below which the keys are names.
var nameMaps = map[string]bool{"properties": true, "schemas": true, "parameters": true, "responses": true, "mapping": true}
