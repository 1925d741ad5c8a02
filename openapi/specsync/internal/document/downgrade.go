package document

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// downgrade writes an OpenAPI 3.1 document as the 3.0 that means exactly the same. What 3.0 cannot say is refused by
// name and place.
func downgrade(root Object) error {
	if dialect, given := root["jsonSchemaDialect"].(string); given && !strings.HasPrefix(dialect, "https://spec.openapis.org/oas/3.1/") {
		return fmt.Errorf("the document's schemas are in the dialect %s, of which nothing is known", dialect)
	}
	delete(root, "jsonSchemaDialect")
	delete(root, "webhooks") // what the API calls, not how it is called
	root["openapi"] = "3.0.3"
	if info, ok := root["info"].(Object); ok {
		delete(info, "summary")
		if license, ok := info["license"].(Object); ok {
			delete(license, "identifier")
		}
	}
	components, _ := root["components"].(Object)
	for name, scheme := range object(components, "securitySchemes") {
		if scheme, _ := scheme.(Object); scheme["type"] == "mutualTLS" {
			return fmt.Errorf("the security scheme %s is of the type mutualTLS, which OpenAPI 3.0 does not have", name)
		}
	}
	for name, schema := range object(components, "schemas") {
		if said, isBool := schema.(bool); isBool {
			object(components, "schemas")[name] = boolean(said)
		}
	}
	var faults []string
	Walk(root, func(path []string, object Object) {
		for _, key := range inexact {
			if _, ok := object[key]; ok {
				faults = append(faults, fmt.Sprintf("%s at /%s", key, strings.Join(path, "/")))
			}
		}
		if fault := older(object); fault != "" {
			faults = append(faults, fmt.Sprintf("%s at /%s", fault, strings.Join(path, "/")))
		}
	})
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("the document is OpenAPI 3.1 and says what 3.0 cannot: %s", firstOf(faults))
}

// inexact are the keywords that have no counterpart.
var inexact = []string{
	"if", "then", "else", "dependentRequired", "dependentSchemas", "prefixItems", "contains", "minContains", "maxContains",
	"patternProperties", "propertyNames", "unevaluatedItems", "$dynamicRef", "$dynamicAnchor", "$anchor", "$id", "$defs",
	"pathItems",
}

// object is a member that is an object.
func object(of Object, key string) Object {
	found, _ := of[key].(Object)
	return found
}

// boolean is a schema that takes everything, or nothing.
func boolean(said bool) Object {
	if said {
		return Object{}
	}
	return Object{"not": Object{}}
}

// older rewrites one object, and returns what of it cannot be said.
func older(schema Object) (fault string) {
	delete(schema, "$comment")
	delete(schema, "$schema")
	if list, ok := schema["examples"].([]any); ok {
		delete(schema, "examples")
		if len(list) > 0 && schema["example"] == nil {
			schema["example"] = list[0]
		}
	}
	if value, ok := schema["const"]; ok {
		if values, isList := schema["enum"].([]any); isList && !slices.ContainsFunc(values, func(other any) bool { return string(JSON(other)) == string(JSON(value)) }) {
			return "const beside an enum without it"
		}
		delete(schema, "const")
		schema["enum"] = []any{value}
	}
	booleans(schema)
	content(schema)
	if closed, isBool := schema["unevaluatedProperties"].(bool); isBool {
		if !closed && (schema["allOf"] != nil || schema["oneOf"] != nil || schema["anyOf"] != nil || schema["$ref"] != nil) {
			return "unevaluatedProperties"
		}
		delete(schema, "unevaluatedProperties")
		if !closed && schema["additionalProperties"] == nil {
			schema["additionalProperties"] = false
		}
	} else if schema["unevaluatedProperties"] != nil {
		return "unevaluatedProperties"
	}
	if fault := bounds(schema); fault != "" {
		return fault
	}
	if fault := types(schema); fault != "" {
		return fault
	}
	nullVariants(schema)
	siblings(schema)
	return ""
}

// booleans writes schemas that are true or false as objects.
func booleans(schema Object) {
	for _, key := range []string{"items", "not"} {
		if said, ok := schema[key].(bool); ok {
			schema[key] = boolean(said)
		}
	}
	if properties, ok := schema["properties"].(Object); ok {
		for name, property := range properties {
			if said, ok := property.(bool); ok {
				properties[name] = boolean(said)
			}
		}
	}
	for _, key := range []string{"oneOf", "anyOf", "allOf"} {
		list, _ := schema[key].([]any)
		for i, item := range list {
			if said, ok := item.(bool); ok {
				list[i] = boolean(said)
			}
		}
	}
}

// content writes what a text carries as its format.
func content(schema Object) {
	encoding, _ := schema["contentEncoding"].(string)
	_, typed := schema["contentMediaType"].(string)
	delete(schema, "contentEncoding")
	delete(schema, "contentMediaType")
	delete(schema, "contentSchema")
	switch {
	case schema["format"] != nil:
	case encoding == "base64":
		schema["format"] = "byte"
	case typed && encoding == "":
		schema["format"] = "binary"
		if schema["type"] == nil {
			schema["type"] = "string"
		}
	}
}

// bounds writes an exclusive limit as a limit with a mark.
func bounds(schema Object) (fault string) {
	for exclusive, inclusive := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		limit, ok := schema[exclusive].(json.Number)
		if !ok {
			continue
		}
		delete(schema, exclusive)
		if other, both := schema[inclusive].(json.Number); both {
			a, okA := new(big.Rat).SetString(limit.String())
			b, okB := new(big.Rat).SetString(other.String())
			if !okA || !okB {
				return exclusive
			}
			tighter := b.Cmp(a) > 0
			if inclusive == "maximum" {
				tighter = b.Cmp(a) < 0
			}
			if tighter {
				continue
			}
		}
		schema[inclusive], schema[exclusive] = limit, true
	}
	return ""
}

// types writes a list of types as one, as one that may be null, or as alternatives.
func types(schema Object) (fault string) {
	if schema["type"] == "null" {
		schema["nullable"], schema["enum"] = true, []any{nil}
		delete(schema, "type")
		return ""
	}
	list, ok := schema["type"].([]any)
	if !ok {
		return ""
	}
	kinds := slices.DeleteFunc(slices.Clone(list), func(kind any) bool { return kind == "null" })
	if len(kinds) < len(list) {
		schema["nullable"] = true
	}
	switch len(kinds) {
	case 0:
		schema["enum"] = []any{nil}
		delete(schema, "type")
	case 1:
		schema["type"] = kinds[0]
	default:
		if schema["anyOf"] != nil {
			return "several types beside anyOf"
		}
		delete(schema, "type")
		var variants []any
		for _, kind := range kinds {
			variant := Object{"type": kind}
			if kind == "array" {
				variant["items"] = Object{}
			}
			variants = append(variants, variant)
		}
		schema["anyOf"] = variants
	}
	return ""
}

// nullVariants takes null out of a union, which may be null itself instead.
func nullVariants(schema Object) {
	for _, key := range []string{"oneOf", "anyOf"} {
		list, _ := schema[key].([]any)
		rest := slices.DeleteFunc(slices.Clone(list), func(item any) bool {
			variant, _ := item.(Object)
			return len(variant) == 1 && variant["type"] == "null"
		})
		if len(rest) == len(list) {
			continue
		}
		schema["nullable"] = true
		if len(rest) == 0 {
			delete(schema, key)
			schema["enum"] = []any{nil}
			continue
		}
		schema[key] = rest
		if only, _ := rest[0].(Object); len(rest) == 1 && only["$ref"] != nil && schema["allOf"] == nil {
			delete(schema, key)
			schema["allOf"] = rest
		}
	}
}

// siblings has what stands beside a reference count, as it does in 3.1 and does not in 3.0.
func siblings(schema Object) {
	ref, isRef := schema["$ref"].(string)
	if !isRef || !strings.HasPrefix(ref, "#/components/schemas/") {
		return
	}
	for key := range schema {
		if key != "$ref" && key != "description" && key != "summary" && !strings.HasPrefix(key, "x-") {
			delete(schema, "$ref")
			parts, _ := schema["allOf"].([]any)
			schema["allOf"] = append(parts, Object{"$ref": ref})
			return
		}
	}
}
