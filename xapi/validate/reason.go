package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// explain adds what a thorough visit found. base is where the visited value stands.
func (f *findings) explain(err error, base []string) {
	switch err := err.(type) { //nolint:errorlint // a visit returns these themselves; what they wrap is visited again
	case nil:
	case *openapi3.SchemaError:
		f.broken(err, slices.Concat(base, err.JSONPointer()))
	case openapi3.MultiError:
		// Each undeclared field of an object has an error of its own, and the first of them names them all.
		type object struct {
			schema *openapi3.Schema
			at     string
		}
		told := map[object]bool{}
		for _, each := range err {
			if one, ok := each.(*openapi3.SchemaError); ok && one.SchemaField == "properties" { //nolint:errorlint // as above
				of := object{one.Schema, strings.Join(one.JSONPointer(), "/")}
				if told[of] {
					continue
				}
				told[of] = true
			}
			f.explain(each, base)
		}
	default:
		if f.contract.visits.directional && strings.Contains(err.Error(), "Only property ") {
			return // the walk over the fields names it
		}
		f.addAt(base, "schema", "cannot be checked against the spec", nil)
	}
}

// broken adds one broken rule of the value at at.
func (f *findings) broken(err *openapi3.SchemaError, at []string) {
	switch err.SchemaField {
	case "allOf":
		for _, ref := range err.Schema.AllOf {
			f.explain(ref.Value.VisitJSON(err.Value, f.options()...), at)
		}
	case "oneOf":
		f.alternatives(err, at, err.Schema.OneOf)
	case "anyOf":
		f.alternatives(err, at, err.Schema.AnyOf)
	case "discriminator":
		at = append(slices.Clone(at), err.Schema.Discriminator.PropertyName)
		if err.Value == nil {
			f.addAt(at, "required", "is required and missing: it says of which kind this is", nil)
			return
		}
		f.addAt(at, "discriminator", "is none of the kinds that the spec knows", err.Value)
	case "properties":
		object, _ := err.Value.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if err.Schema.Properties[name] == nil {
				f.addAt(append(slices.Clone(at), name), "undeclared", "is not declared", object[name])
			}
		}
	case "required":
		f.addAt(at, "required", "is required and missing", nil)
	case "format":
		f.format(err, at)
	default:
		f.addAt(at, err.SchemaField, reason(err), f.original(err.Value, at[len(f.base):]))
	}
}

// format adds a broken format, or the broken pattern that one stands for.
func (f *findings) format(err *openapi3.SchemaError, at []string) {
	pattern, format := patternAndFormat(err.Schema)
	text, _ := err.Value.(string)
	if both, ok := f.contract.visits.formats[err.Schema.Format].(matcher); ok {
		if !both.matches(text) {
			f.addAt(at, "pattern", "must match "+pattern, err.Value)
		}
		if both.format.Validate(text) == nil {
			return
		}
	}
	f.addAt(at, "format", "must be of the format "+format, f.original(err.Value, at[len(f.base):]))
}

// original returns the value at path as it was sent where it is a number: kin-openapi rounds it to a float64, and an id
// must be shown to its last digit.
func (f *findings) original(value any, path []string) any {
	if _, ok := value.(float64); !ok {
		return value
	}
	found := f.root
	for _, name := range path {
		switch parent := found.(type) {
		case map[string]any:
			found = parent[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(parent) {
				return value
			}
			found = parent[i]
		}
	}
	if number, ok := found.(json.Number); ok {
		return number
	}
	return value
}

// reason says what the schema demands.
func reason(err *openapi3.SchemaError) string {
	s := err.Schema
	switch err.SchemaField {
	case "type":
		return "must be " + typeNames(s)
	case "nullable":
		return "must not be null"
	case "enum":
		return "must be " + choices(s.Enum)
	case "minimum":
		return "must be at least " + decimal(*s.Min)
	case "maximum":
		return "must be at most " + decimal(*s.Max)
	case "minLength":
		return fmt.Sprintf("must have at least %s", count(s.MinLength, "character"))
	case "maxLength":
		return fmt.Sprintf("must have at most %s", count(*s.MaxLength, "character"))
	case "minItems":
		return fmt.Sprintf("must have at least %s", count(s.MinItems, "item"))
	case "maxItems":
		if *s.MaxItems == 0 {
			return "must be empty"
		}
		return fmt.Sprintf("must have at most %s", count(*s.MaxItems, "item"))
	case "multipleOf":
		return "must be a multiple of " + decimal(*s.MultipleOf)
	case "readOnly":
		return "must not be sent: it is the server's to say"
	case "writeOnly":
		return "must not be in an answer"
	case "uniqueItems":
		return "must not hold an item twice"
	case "minProperties":
		return fmt.Sprintf("must have at least %s", count(s.MinProps, "field"))
	case "maxProperties":
		return fmt.Sprintf("must have at most %s", count(*s.MaxProps, "field"))
	case "not":
		return "must not match the schema that the spec excludes"
	}
	return err.Reason // never holds the value: kin-openapi promises so
}

func typeNames(s *openapi3.Schema) string {
	names := slices.Clone(s.Type.Slice())
	for i, name := range names {
		article := "a "
		if strings.IndexByte("aio", name[0]) >= 0 {
			article = "an "
		}
		names[i] = article + name
	}
	return strings.Join(names, " or ")
}

// maxChoices bounds how many allowed values are listed.
const maxChoices = 16

func choices(enum []any) string {
	var listed []string
	for i, value := range enum {
		if i == maxChoices {
			listed = append(listed, fmt.Sprintf("… (%d in all)", len(enum)))
			break
		}
		listed = append(listed, fmt.Sprint(value))
	}
	if len(listed) == 1 {
		return listed[0]
	}
	return "one of " + strings.Join(listed, ", ")
}

func decimal(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }

func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.FormatUint(n, 10) + " " + what + "s"
}
