package corrected

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// goName is the Go name that the generator gives a name of the spec, under the project's name-normalizer.
func goName(name string) string { return codegen.ToCamelCaseWithInitialisms(name) }

// operationNames are the names that the generator and the project's template derive from an operation's.
func operationNames(operation string) []string {
	names := []string{"New" + operation + "Request", "New" + operation + "RequestWithBody"}
	for _, suffix := range []string{
		"Params", "Result", "Answer", "JSONBody", "JSONRequestBody", "MultipartBody", "MultipartRequestBody",
		"FormdataBody", "FormdataRequestBody", "TextBody", "TextRequestBody",
	} {
		names = append(names, operation+suffix)
	}
	return names
}

// fixedNames are declared by the generator or the project's template whatever the spec says.
var fixedNames = []string{
	"API", "Caller", "Client", "ClientInterface", "ClientOption", "HttpRequestDoer", "NewAPI", "NewClient", "Operation",
	"Operations", "RequestEditorFn", "Requirement", "WithBaseURL", "WithHTTPClient", "WithRequestEditorFn",
}

// nameApart renames a schema where the generated Go name would clash: with an enum's constant, with a name derived from
// an operation, or with another schema that differs only in punctuation. It returns the names given, by schema. The
// generator's own means, x-go-name, would rename every field that refers to the schema as well.
func nameApart(root document.Object) map[string]string {
	components, _ := root["components"].(document.Object)
	schemas, _ := components["schemas"].(document.Object)
	taken := map[string]bool{}
	for _, name := range fixedNames {
		taken[name] = true
	}
	for _, operation := range document.Operations(root) {
		for _, name := range operationNames(goName(operation.ID)) {
			taken[name] = true
		}
		params, _ := operation.Object["parameters"].([]any)
		for _, param := range params {
			object, _ := param.(document.Object)
			name, _ := object["name"].(string)
			declared(taken, goName(operation.ID)+"Params"+goName(name), object["schema"], false)
		}
	}
	for _, kind := range []string{"parameters", "requestBodies", "responses", "headers"} {
		group, _ := components[kind].(document.Object)
		for name := range group {
			taken[goName(name)] = true
		}
	}
	for name, schema := range schemas {
		declared(taken, goName(name), schema, true)
	}
	given := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		free := goName(name)
		for i := 1; taken[free]; i++ {
			free = goName(name) + "Schema"
			if i > 1 {
				free += strconv.Itoa(i)
			}
		}
		taken[free] = true
		if free != goName(name) {
			given[name] = free
		}
	}
	renameSchemas(root, schemas, given)
	return given
}

// renameSchemas puts schemas under their new names, and leads every reference there.
func renameSchemas(root, schemas document.Object, given map[string]string) {
	const prefix = "#/components/schemas/"
	renamed := func(ref any) (string, bool) {
		text, _ := ref.(string)
		name, ok := given[strings.TrimPrefix(text, prefix)]
		return prefix + name, ok
	}
	document.Walk(root, func(_ []string, object document.Object) {
		if ref, ok := renamed(object["$ref"]); ok {
			object["$ref"] = ref
		}
		discriminator, _ := object["discriminator"].(document.Object)
		mapping, _ := discriminator["mapping"].(document.Object)
		for value, target := range mapping {
			if ref, ok := renamed(target); ok {
				mapping[value] = ref
			}
		}
	})
	for name, free := range given {
		schemas[free] = schemas[name]
		delete(schemas, name)
	}
}

// declared adds what the generator declares for the enums of a schema and of the schemas within: each constant, and,
// but for the schema itself (named), the type.
func declared(names map[string]bool, typeName string, value any, named bool) {
	schema, _ := value.(document.Object)
	values, _ := schema["enum"].([]any)
	if len(values) > 0 && !named {
		names[typeName] = true
	}
	for _, value := range values {
		names[typeName+goName(fmt.Sprint(value))] = true
	}
	properties, _ := schema["properties"].(document.Object)
	for name, property := range properties {
		declared(names, typeName+goName(name), property, false)
	}
	if items, ok := schema["items"]; ok {
		declared(names, typeName, items, false)
	}
}
