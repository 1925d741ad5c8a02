package contract

import (
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// asksForAnswer says that a parameter names what an answer is to hold.
func asksForAnswer(parameter string) bool {
	return parameter == "expansions" || strings.HasSuffix(parameter, ".fields")
}

// keepAsking lets a program go on asking answers for what it could ask them for by any version that the model knows:
// X moves such names in and out of the published lists, and the server takes more of them than a version lists. What X
// refuses after all it says so, and it has done nothing by then; a client that refuses it beforehand breaks programs.
func keepAsking(root document.Object, m *model.Model) {
	for _, found := range document.Operations(root) {
		_, operation := m.Operation(found)
		if operation == nil {
			continue
		}
		declared := map[string]document.Object{}
		items, _ := found.Object["parameters"].([]any)
		for _, item := range items {
			object, _ := item.(document.Object)
			if ref, ok := object["$ref"].(string); ok {
				object, _ = document.Resolve(root, ref).(document.Object)
			}
			name, _ := object["name"].(string)
			declared[name] = object
		}
		for name, field := range operation.Params {
			if !asksForAnswer(name) {
				continue
			}
			element, isList := model.Element(field.Type)
			enum := m.Enums[element]
			parameter := declared[name]
			if parameter == nil {
				parameter = declared[field.Old]
			}
			switch {
			case parameter != nil && enum != nil:
				allow(root, parameter, enum)
			case parameter == nil && isList:
				items = append(items, asked(name))
				if field.Old != "" {
					items = append(items, asked(field.Old))
				}
			}
		}
		if len(items) > 0 {
			found.Object["parameters"] = items
		}
	}
	document.Canonicalize(root)
}

// asked is a parameter of which no more is known than that it lists names.
func asked(name string) document.Object {
	return document.Object{
		"in": "query", "name": name, "required": false, "style": "form", "explode": false,
		"schema": document.Object{"type": "array", "items": document.Object{"type": "string"}},
	}
}

// allow adds the values of the enum to those that a parameter lists.
func allow(root, parameter document.Object, enum *model.Enum) {
	schema, _ := parameter["schema"].(document.Object)
	items, _ := schema["items"].(document.Object)
	if ref, ok := items["$ref"].(string); ok {
		items, _ = document.Resolve(root, ref).(document.Object)
	}
	values, _ := items["enum"].([]any)
	if len(values) == 0 {
		return
	}
	values = slices.Clone(values)
	for _, value := range enum.Values {
		if slices.Contains(values, any(value.Name)) || value.Old != "" && slices.Contains(values, any(value.Old)) {
			continue
		}
		values = append(values, value.Name)
		if value.Old != "" {
			values = append(values, value.Old)
		}
	}
	schema["items"] = document.Object{"type": "string", "enum": values}
}
