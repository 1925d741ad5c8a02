package validate_test

import (
	"fmt"
	"maps"
	"math"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A corpus makes values that a schema accepts, and values that are one step off.
type corpus struct {
	document *openapi3.T
	// mutated are the schemas whose variants were made: once for each operation and direction is enough.
	mutated map[*openapi3.Schema]bool
}

// variant is a value that was changed in one place.
type variant struct {
	name  string
	value any
}

// maxLevels bounds how deeply the optional fields of a sample are filled in.
const maxLevels = 6

// sample returns a value that schema accepts, with all its optional fields.
func (c *corpus) sample(schema *openapi3.Schema, level int) any {
	switch {
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case len(schema.OneOf) > 0:
		return c.sample(schema.OneOf[0].Value, level)
	case len(schema.AnyOf) > 0:
		return c.sample(schema.AnyOf[0].Value, level)
	case len(schema.AllOf) == 1 && len(schema.Properties) == 0: // a reference that may be null
		return c.sample(schema.AllOf[0].Value, level)
	}
	properties, required := c.fields(schema)
	if target, key := c.target(schema); target != nil {
		object := c.object(target, level)
		object[schema.Discriminator.PropertyName] = key
		return object
	}
	switch {
	case len(properties) > 0 || len(required) > 0 || schema.Type.Is("object"):
		return c.object(schema, level)
	case schema.Type.Is("array"):
		list := []any{}
		if schema.Items != nil && (level < maxLevels || schema.MinItems > 0) {
			for range max(1, schema.MinItems) {
				list = append(list, c.sample(schema.Items.Value, level+1))
			}
		}
		if schema.MaxItems != nil && uint64(len(list)) > *schema.MaxItems {
			list = list[:*schema.MaxItems]
		}
		return list
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		if schema.Min != nil {
			return math.Ceil(*schema.Min)
		}
		return 1.0
	case schema.Type.Is("boolean"):
		return true
	}
	return text(schema)
}

func (c *corpus) object(schema *openapi3.Schema, level int) map[string]any {
	properties, required := c.fields(schema)
	object := make(map[string]any)
	for name, property := range properties {
		if level < maxLevels || slices.Contains(required, name) {
			object[name] = c.sample(property, level+1)
		}
	}
	for _, name := range required {
		if _, ok := object[name]; !ok {
			object[name] = true // required, and not described
		}
	}
	return object
}

// fields returns the properties of schema with those of its allOf, and which of them are required.
func (c *corpus) fields(schema *openapi3.Schema) (map[string]*openapi3.Schema, []string) {
	properties, required := make(map[string]*openapi3.Schema), slices.Clone(schema.Required)
	for _, ref := range schema.AllOf {
		inner, demanded := c.fields(ref.Value)
		maps.Copy(properties, inner)
		required = append(required, demanded...)
	}
	for name, ref := range schema.Properties {
		properties[name] = ref.Value
	}
	return properties, required
}

// target returns the first schema that a discriminator names, unless its keys are the URIs of problems.
func (c *corpus) target(schema *openapi3.Schema) (*openapi3.Schema, string) {
	if schema.Discriminator == nil {
		return nil, ""
	}
	keys := slices.Sorted(maps.Keys(schema.Discriminator.Mapping))
	if len(keys) == 0 || strings.Contains(keys[0], "://") {
		return nil, ""
	}
	ref := schema.Discriminator.Mapping[keys[0]].Ref
	return c.document.Components.Schemas[ref[strings.LastIndexByte(ref, '/')+1:]].Value, keys[0]
}

// text returns a string that schema accepts.
func text(schema *openapi3.Schema) string {
	switch schema.Format {
	case "date-time":
		return "2026-08-01T12:30:00.000Z"
	case "date":
		return "2026-08-01"
	case "byte":
		return "YWJj"
	}
	if schema.Pattern != "" {
		if parsed, err := syntax.Parse(schema.Pattern, syntax.Perl); err == nil {
			return match(parsed)
		}
	}
	return strings.Repeat("a", int(max(schema.MinLength, 1)))
}

// match returns a short text that the expression matches.
func match(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return string(re.Rune[0])
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpPlus, syntax.OpCapture, syntax.OpAlternate:
		return match(re.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(match(re.Sub[0]), max(re.Min, 1))
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(match(sub))
		}
		return b.String()
	}
	return ""
}

// variants returns value, which schema accepts, changed in one place each: other types, a null, values off the list,
// patterns broken, limits reached and crossed by one, fields dropped and added, and so on down.
func (c *corpus) variants(schema *openapi3.Schema, value any) []variant {
	if c.mutated[schema] {
		return nil
	}
	c.mutated[schema] = true
	made := []variant{{"null", nil}, {"text", "~"}, {"number", 1e9}, {"fraction", 0.5}, {"bool", false}, {"list", []any{}}, {"object", map[string]any{}}}
	for _, ref := range slices.Concat(schema.OneOf, schema.AnyOf) {
		other := c.sample(ref.Value, 0)
		made = append(made, variant{"alternative", other})
		made = append(made, c.variants(ref.Value, other)...)
	}
	switch value := value.(type) {
	case string:
		made = append(made, texts(schema, value)...)
	case float64:
		made = append(made, numbers(schema)...)
	case []any:
		made = append(made, c.lists(schema, value)...)
	case map[string]any:
		made = append(made, c.objects(schema, value)...)
		if target, _ := c.target(schema); target != nil {
			made = append(made, variant{"discriminated: kind", with(value, schema.Discriminator.PropertyName, "hologram")})
			for _, v := range c.objects(target, value) {
				made = append(made, variant{"discriminated: " + v.name, v.value})
			}
		}
	}
	return made
}

func texts(schema *openapi3.Schema, value string) []variant {
	made := []variant{{"empty", ""}, {"longer", value + "-"}, {"line", value + "\n"}, {"other case", strings.ToUpper(value) + "x"}}
	if schema.MinLength > 0 {
		made = append(made, variant{"minLength-1", strings.Repeat("a", int(schema.MinLength)-1)})
	}
	if schema.MaxLength != nil {
		limit := int(*schema.MaxLength)
		made = append(made, variant{"maxLength", strings.Repeat("é", limit)}, variant{"maxLength+1", strings.Repeat("é", limit+1)})
	}
	return made
}

func numbers(schema *openapi3.Schema) []variant {
	made := []variant{{"int32+1", math.MaxInt32 + 1.0}, {"int64+1", math.MaxInt64 * 2.0}, {"negative", -1.0}}
	if schema.Min != nil {
		made = append(made, variant{"minimum", *schema.Min}, variant{"minimum-1", *schema.Min - 1})
	}
	if schema.Max != nil {
		made = append(made, variant{"maximum", *schema.Max}, variant{"maximum+1", *schema.Max + 1})
	}
	return made
}

func (c *corpus) lists(schema *openapi3.Schema, value []any) []variant {
	if schema.Items == nil {
		return nil
	}
	item := c.sample(schema.Items.Value, 0)
	made := []variant{{"twice", []any{item, item}}}
	if n := int(schema.MinItems); n > 0 {
		made = append(made, variant{"minItems-1", slices.Repeat([]any{item}, n-1)}, variant{"minItems", slices.Repeat([]any{item}, n)})
	}
	if schema.MaxItems != nil {
		n := int(*schema.MaxItems)
		made = append(made, variant{"maxItems", slices.Repeat([]any{item}, n)}, variant{"maxItems+1", slices.Repeat([]any{item}, n+1)})
	}
	for _, v := range c.variants(schema.Items.Value, item) {
		made = append(made, variant{"item: " + v.name, []any{v.value}})
	}
	return made
}

func (c *corpus) objects(schema *openapi3.Schema, value map[string]any) []variant {
	properties, _ := c.fields(schema)
	made := []variant{{"undeclared", with(value, "not_in_the_spec", 1.0)}}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if _, ok := value[name]; !ok {
			continue
		}
		less := maps.Clone(value)
		delete(less, name)
		made = append(made, variant{name + " dropped", less})
		for _, v := range c.variants(properties[name], value[name]) {
			made = append(made, variant{fmt.Sprintf("%s: %s", name, v.name), with(value, name, v.value)})
		}
	}
	return made
}

func with(object map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(object)
	changed[name] = value
	return changed
}
