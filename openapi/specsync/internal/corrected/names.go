package corrected

import (
	"fmt"
	"maps"
	"slices"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// goName is the Go name that the generator gives a name of the spec, under the project's name-normalizer.
func goName(name string) string { return codegen.ToCamelCaseWithInitialisms(name) }

// operationNames are what the generator and the project's template append to an operation's name.
var operationNames = []string{
	"", "Params", "Result", "Response", "WithBody",
	"JSONBody", "JSONRequestBody", "MultipartBody", "MultipartRequestBody", "FormdataBody", "FormdataRequestBody",
}

// fixedNames are declared by the generator or the project's template whatever the spec says.
var fixedNames = []string{"API", "Operation", "Operations", "Requirement", "Client", "ClientInterface", "ClientOption", "HTTPRequestDoer", "RequestEditorFn", "Doer", "NewClient"}

// nameApart gives a schema a Go name of its own (x-go-name) where the generated name would clash: with an enum's
// constant, with a name derived from an operation, or with another schema that differs only in punctuation. It returns
// the names given, by schema.
func nameApart(root document.Object) map[string]string {
	components, _ := root["components"].(document.Object)
	schemas, _ := components["schemas"].(document.Object)
	taken := map[string]bool{}
	for _, name := range fixedNames {
		taken[name] = true
	}
	for _, operation := range document.Operations(root) {
		for _, suffix := range operationNames {
			taken[goName(operation.ID)+suffix] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		for _, constant := range enumConstants(goName(name), schemas[name]) {
			taken[constant] = true
		}
	}
	given := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		schema, _ := schemas[name].(document.Object)
		own := goName(name)
		if fixed, ok := schema["x-go-name"].(string); ok {
			own = fixed
		}
		if !taken[own] {
			taken[own] = true
			continue
		}
		free := own + "Schema"
		for i := 2; taken[free]; i++ {
			free = fmt.Sprintf("%sSchema%d", own, i)
		}
		taken[free] = true
		given[name] = free
		if ref, ok := schema["$ref"]; ok {
			// The generator gives no name of its own to a schema that is only a reference.
			schema = document.Object{"allOf": []any{document.Object{"$ref": ref}}}
			schemas[name] = schema
		}
		schema["x-go-name"] = free
	}
	return given
}

// enumConstants are the constants that the generator declares for a schema's enum, or its properties' enums.
func enumConstants(typeName string, value any) []string {
	schema, _ := value.(document.Object)
	var constants []string
	values, _ := schema["enum"].([]any)
	for _, value := range values {
		constants = append(constants, typeName+goName(fmt.Sprint(value)))
	}
	properties, _ := schema["properties"].(document.Object)
	for name, property := range properties {
		constants = append(constants, enumConstants(typeName+goName(name), property)...)
	}
	if items, ok := schema["items"]; ok {
		constants = append(constants, enumConstants(typeName, items)...)
	}
	return constants
}
