package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// builder makes kin-openapi's objects from the text. It does what that library's loader does, for what the document
// has; it reads each text once, and makes each component once for all operations, which together is what makes the
// first call of an operation fast.
type builder struct {
	index index

	mu      sync.Mutex
	schemas map[string]*openapi3.SchemaRef
	reached map[string][]string // the schemas that a schema names itself
	naming  *[]string           // where names are noted at the moment
}

func newBuilder(text string) *builder {
	return &builder{index: newIndex(text), schemas: map[string]*openapi3.SchemaRef{}, reached: map[string][]string{}}
}

type object = map[string]any

const schemaPrefix = "#/components/schemas/"

// document makes a document of the operations. The caller holds the lock.
func (b *builder) document(operations []operationText) (*openapi3.T, error) {
	doc := &openapi3.T{
		OpenAPI: "3.0.0", Info: &openapi3.Info{Title: "X API v2", Version: Version}, Paths: openapi3.NewPaths(),
		Components: &openapi3.Components{Schemas: openapi3.Schemas{}, SecuritySchemes: openapi3.SecuritySchemes{}},
	}
	for ref, text := range b.index.components {
		if name, ok := strings.CutPrefix(ref, "#/components/securitySchemes/"); ok {
			doc.Components.SecuritySchemes[name] = &openapi3.SecuritySchemeRef{
				Value: &openapi3.SecurityScheme{Type: member(text, "type"), Scheme: member(text, "scheme")},
			}
		}
	}
	var named []string
	b.naming = &named
	for _, text := range operations {
		made, err := b.operation(text.text)
		if err != nil {
			return nil, fmt.Errorf("the embedded spec %s: %s: %w", Version, text.id, err)
		}
		item := doc.Paths.Value(text.path)
		if item == nil {
			item = &openapi3.PathItem{}
			doc.Paths.Set(text.path, item)
		}
		item.SetOperation(text.method, made)
	}
	for len(named) > 0 {
		name := named[0]
		named = named[1:]
		if _, done := doc.Components.Schemas[name]; !done {
			doc.Components.Schemas[name] = &openapi3.SchemaRef{Value: b.schemas[name].Value}
			named = append(named, b.reached[name]...)
		}
	}
	return doc, nil
}

func parse(text string) (object, error) {
	var value object
	err := json.Unmarshal([]byte(text), &value)
	return value, err
}

func (b *builder) operation(text string) (*openapi3.Operation, error) {
	value, err := parse(text)
	if err != nil {
		return nil, err
	}
	made := &openapi3.Operation{OperationID: str(value, "operationId"), Deprecated: boolean(value, "deprecated")}
	for _, tag := range list(value, "tags") {
		made.Tags = append(made.Tags, fmt.Sprint(tag))
	}
	for _, item := range list(value, "parameters") {
		parameter, err := b.parameter(item)
		if err != nil {
			return nil, err
		}
		made.Parameters = append(made.Parameters, parameter)
	}
	if body, ok := value["requestBody"].(object); ok {
		content, err := b.content(body)
		if err != nil {
			return nil, err
		}
		made.RequestBody = &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{Required: boolean(body, "required"), Content: content}}
	}
	made.Responses = openapi3.NewResponsesWithCapacity(2)
	responses, _ := value["responses"].(object)
	for status, of := range responses {
		response, _ := of.(object)
		content, err := b.content(response)
		if err != nil {
			return nil, err
		}
		made.Responses.Set(status, &openapi3.ResponseRef{Value: &openapi3.Response{Description: new(string), Content: content}})
	}
	made.Security = security(value)
	made.Extensions = extensions(value)
	return made, nil
}

func security(value object) *openapi3.SecurityRequirements {
	items, ok := value["security"].([]any)
	if !ok {
		return nil
	}
	all := openapi3.SecurityRequirements{}
	for _, item := range items {
		requirement := openapi3.SecurityRequirement{}
		schemes, _ := item.(object)
		for scheme, scopes := range schemes {
			requirement[scheme] = []string{}
			values, _ := scopes.([]any)
			for _, scope := range values {
				requirement[scheme] = append(requirement[scheme], fmt.Sprint(scope))
			}
		}
		all = append(all, requirement)
	}
	return &all
}

func extensions(value object) map[string]any {
	var all map[string]any
	for key, of := range value {
		if strings.HasPrefix(key, "x-") {
			if all == nil {
				all = map[string]any{}
			}
			all[key] = of
		}
	}
	return all
}

func (b *builder) parameter(item any) (*openapi3.ParameterRef, error) {
	value, _ := item.(object)
	ref := str(value, "$ref")
	if ref != "" {
		text, ok := b.index.components[ref]
		if !ok {
			return nil, fmt.Errorf("%s is not there", ref)
		}
		var err error
		if value, err = parse(text); err != nil {
			return nil, err
		}
	}
	schema, err := b.schemaRef(value["schema"])
	if err != nil {
		return nil, err
	}
	made := &openapi3.Parameter{
		Name: str(value, "name"), In: str(value, "in"), Style: str(value, "style"), Required: boolean(value, "required"), Schema: schema,
	}
	if explode, ok := value["explode"].(bool); ok {
		made.Explode = &explode
	}
	return &openapi3.ParameterRef{Ref: ref, Value: made}, nil
}

func (b *builder) content(of object) (openapi3.Content, error) {
	types, _ := of["content"].(object)
	if len(types) == 0 {
		return nil, nil
	}
	content := openapi3.Content{}
	for name, value := range types {
		media, _ := value.(object)
		made := &openapi3.MediaType{}
		if media["schema"] != nil {
			var err error
			if made.Schema, err = b.schemaRef(media["schema"]); err != nil {
				return nil, err
			}
		}
		content[name] = made
	}
	return content, nil
}

// schemaRef makes the schema of a value: one written in place, or one of the components.
func (b *builder) schemaRef(value any) (*openapi3.SchemaRef, error) {
	schema, ok := value.(object)
	if !ok {
		return nil, nil
	}
	ref := str(schema, "$ref")
	if ref == "" {
		made := &openapi3.Schema{}
		return &openapi3.SchemaRef{Value: made}, b.fill(made, schema)
	}
	named, err := b.component(strings.TrimPrefix(ref, schemaPrefix))
	if err != nil {
		return nil, err
	}
	return &openapi3.SchemaRef{Ref: ref, Value: named.Value}, nil
}

// component makes a schema of the components, or returns the one that was made. Its place is taken before it is filled,
// since schemas may refer to each other in circles.
func (b *builder) component(name string) (*openapi3.SchemaRef, error) {
	*b.naming = append(*b.naming, name)
	if made := b.schemas[name]; made != nil {
		return made, nil
	}
	text, ok := b.index.components[schemaPrefix+name]
	if !ok {
		return nil, fmt.Errorf("the schema %s is not there", name)
	}
	value, err := parse(text)
	if err != nil {
		return nil, err
	}
	made := &openapi3.SchemaRef{Value: &openapi3.Schema{}}
	b.schemas[name] = made
	outer := b.naming
	var named []string
	b.naming = &named
	if ref := str(value, "$ref"); ref != "" {
		target, err := b.component(strings.TrimPrefix(ref, schemaPrefix))
		if err != nil {
			return nil, err
		}
		*made.Value = *target.Value
	} else if err := b.fill(made.Value, value); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	slices.Sort(named)
	b.reached[name] = slices.Compact(named)
	b.naming = outer
	return made, nil
}

// fill writes what the value says into the schema.
func (b *builder) fill(into *openapi3.Schema, value object) error {
	if typ := str(value, "type"); typ != "" {
		into.Type = &openapi3.Types{typ}
	}
	into.Format, into.Pattern, into.Title = str(value, "format"), str(value, "pattern"), str(value, "title")
	into.Nullable, into.UniqueItems = boolean(value, "nullable"), boolean(value, "uniqueItems")
	into.ReadOnly, into.WriteOnly, into.Deprecated = boolean(value, "readOnly"), boolean(value, "writeOnly"), boolean(value, "deprecated")
	into.Enum, into.Default = list(value, "enum"), value["default"]
	limits(into, value)
	for _, name := range list(value, "required") {
		into.Required = append(into.Required, fmt.Sprint(name))
	}
	var err error
	keep := func(of any) *openapi3.SchemaRef {
		made, failed := b.schemaRef(of)
		if failed != nil && err == nil {
			err = failed
		}
		return made
	}
	if properties, ok := value["properties"].(object); ok {
		into.Properties = make(openapi3.Schemas, len(properties))
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			into.Properties[name] = keep(properties[name])
		}
	}
	into.Items, into.Not = keep(value["items"]), keep(value["not"])
	for key, refs := range map[string]*openapi3.SchemaRefs{"allOf": &into.AllOf, "oneOf": &into.OneOf, "anyOf": &into.AnyOf} {
		for _, item := range list(value, key) {
			*refs = append(*refs, keep(item))
		}
	}
	switch additional := value["additionalProperties"].(type) {
	case bool:
		into.AdditionalProperties.Has = &additional
	case object:
		into.AdditionalProperties.Schema = keep(additional)
	}
	if err == nil {
		err = b.discriminator(into, value)
	}
	return err
}

func (b *builder) discriminator(into *openapi3.Schema, value object) error {
	of, ok := value["discriminator"].(object)
	if !ok {
		return nil
	}
	into.Discriminator = &openapi3.Discriminator{PropertyName: str(of, "propertyName")}
	mapping, _ := of["mapping"].(object)
	if len(mapping) == 0 {
		return nil
	}
	into.Discriminator.Mapping = empty(into.Discriminator.Mapping)
	for key, target := range mapping {
		ref := fmt.Sprint(target)
		into.Discriminator.Mapping[key] = openapi3.MappingRef{Ref: ref}
		if _, err := b.component(strings.TrimPrefix(ref, schemaPrefix)); err != nil {
			return err
		}
	}
	return nil
}

// empty makes a map of the type of another, whose name differs between versions of the library.
func empty[M ~map[string]V, V any](M) M { return M{} }

func limits(into *openapi3.Schema, value object) {
	into.Min, into.Max, into.MultipleOf = number(value, "minimum"), number(value, "maximum"), number(value, "multipleOf")
	into.MinLength, into.MaxLength = count(value, "minLength"), most(value, "maxLength")
	into.MinItems, into.MaxItems = count(value, "minItems"), most(value, "maxItems")
	into.MinProps, into.MaxProps = count(value, "minProperties"), most(value, "maxProperties")
}

func number(value object, key string) *float64 {
	if n, ok := value[key].(float64); ok {
		return &n
	}
	return nil
}

func count(value object, key string) uint64 {
	n, _ := value[key].(float64)
	return uint64(n)
}

func most(value object, key string) *uint64 {
	if n, ok := value[key].(float64); ok {
		whole := uint64(n)
		return &whole
	}
	return nil
}

func str(value object, key string) string {
	text, _ := value[key].(string)
	return text
}

func boolean(value object, key string) bool {
	flag, _ := value[key].(bool)
	return flag
}

func list(value object, key string) []any {
	items, _ := value[key].([]any)
	return items
}
