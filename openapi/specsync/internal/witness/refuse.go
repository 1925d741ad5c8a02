package witness

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// refusal is one place at which a schema refuses a value.
type refusal struct {
	// at is the place: metadata.alt_text, media_ids[].
	at     string
	reason string
}

// lenient takes a pattern that Go cannot compile for one that everything matches.
var lenient = []openapi3.SchemaValidationOption{
	openapi3.MultiErrors(),
	openapi3.SetSchemaRegexCompiler(func(pattern string) (openapi3.RegexMatcher, error) {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			return regexp.MustCompile(""), nil
		}
		return compiled, nil
	}),
}

// refusals are the places at which the schema refuses the value, or does not declare what it has.
func refusals(schema *openapi3.Schema, value any) []refusal {
	var found []refusal
	if err := schema.VisitJSON(value, lenient...); err != nil {
		found = append(found, ofError(err)...)
	}
	return append(found, undeclared(schema, value, "", 0)...)
}

func ofError(err error) []refusal {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var all []refusal
		for _, one := range many {
			all = append(all, ofError(one)...)
		}
		return all
	}
	var one *openapi3.SchemaError
	if errors.As(err, &one) {
		at := place(one.JSONPointer())
		if inner := errors.Unwrap(one); inner != nil && one.Origin != nil {
			for _, deeper := range ofError(one.Origin) {
				return []refusal{{at: deeper.at, reason: deeper.reason}, {at: at, reason: one.Reason}}
			}
		}
		return []refusal{{at: at, reason: one.Reason}}
	}
	return []refusal{{reason: err.Error()}}
}

// place writes a pointer as diff writes places.
func place(pointer []string) string {
	at := ""
	for _, part := range pointer {
		switch {
		case strings.Trim(part, "0123456789") == "" && part != "":
			at += "[]"
		case at == "":
			at = part
		default:
			at += "." + part
		}
	}
	return at
}

// undeclared are the fields of the value that no schema declares, and what the library that validates does not look at.
func undeclared(schema *openapi3.Schema, value any, at string, depth int) []refusal {
	if depth > 4*maxDepth {
		return nil
	}
	var found []refusal
	switch value := value.(type) {
	case object:
		fields := declared(schema)
		if len(fields) == 0 {
			return nil
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			here := strings.TrimPrefix(at+"."+name, ".")
			if len(fields[name]) == 0 {
				if !isOpen(schema) && !demands(schema, name) {
					found = append(found, refusal{at: here, reason: "is not declared"})
				}
				continue
			}
			found = append(found, least(fields[name], value[name], here, depth)...)
		}
	case string:
		if isAddress(schema) && !addressed(value) {
			found = append(found, refusal{at: at, reason: "is not a URI"})
		}
	case float64:
		if schema.Type.Is(openapi3.TypeNumber) && (schema.Format == "long" || schema.Format == "int64") && value != math.Trunc(value) {
			found = append(found, refusal{at: at, reason: "is not a whole number"})
		}
	case []any:
		if of := items(schema); len(of) > 0 {
			for _, item := range value {
				found = append(found, least(of, item, at+"[]", depth)...)
			}
		}
	}
	return found
}

// isAddress says that a text has to be an address, which the library that validates does not look at.
func isAddress(schema *openapi3.Schema) bool {
	return schema.Format == "uri" || slices.ContainsFunc(schema.AllOf, func(part *openapi3.SchemaRef) bool { return isAddress(part.Value) })
}

func addressed(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Scheme != ""
}

// least is what the most permissive of the schemas finds.
func least(schemas []*openapi3.Schema, value any, at string, depth int) []refusal {
	var best []refusal
	for i, schema := range schemas {
		found := undeclared(schema, value, at, depth+1)
		if i == 0 || len(found) < len(best) {
			best = found
		}
	}
	return best
}

func items(schema *openapi3.Schema) []*openapi3.Schema {
	var all []*openapi3.Schema
	if schema.Items != nil {
		all = append(all, schema.Items.Value)
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		all = append(all, items(part.Value)...)
	}
	return all
}

func isOpen(schema *openapi3.Schema) bool {
	additional := schema.AdditionalProperties
	if additional.Has != nil && *additional.Has || additional.Schema != nil || schema.Discriminator != nil {
		return true
	}
	return slices.ContainsFunc(slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf), func(part *openapi3.SchemaRef) bool { return isOpen(part.Value) })
}

// demands says that a schema requires a field, which it need not describe.
func demands(schema *openapi3.Schema, name string) bool {
	return slices.Contains(schema.Required, name) || slices.ContainsFunc(schema.AllOf, func(part *openapi3.SchemaRef) bool { return demands(part.Value, name) })
}

func (r refusal) String() string {
	return strings.TrimPrefix(fmt.Sprintf("%s: %s", r.at, r.reason), ": ")
}
