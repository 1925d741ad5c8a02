package mutate

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// dropLimits takes away all patterns, lengths, counts and bounds.
func dropLimits(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		for _, key := range []string{"pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "uniqueItems"} {
			delete(object, key)
		}
	})
}

// require makes every field and body of a request required, or none.
func require(root document.Object, required bool) {
	for _, operation := range document.Operations(root) {
		body, _ := operation.Object["requestBody"].(document.Object)
		if body == nil {
			continue
		}
		body["required"] = required
	}
	document.Walk(root, func(_ []string, object document.Object) {
		properties, _ := object["properties"].(document.Object)
		if len(properties) == 0 {
			return
		}
		if !required {
			delete(object, "required")
			return
		}
		if object["additionalProperties"] == false { // X closes what it takes, and nothing that it answers
			object["required"] = anys(slices.Sorted(maps.Keys(properties)))
		}
	})
}

func anys(list []string) []any {
	all := make([]any, len(list))
	for i, text := range list {
		all[i] = text
	}
	return all
}

// eachInput calls change with the schema of every body of a request, of which it has followed a reference.
func eachInput(root document.Object, change func(schema document.Object)) {
	for _, operation := range document.Operations(root) {
		body, _ := operation.Object["requestBody"].(document.Object)
		content, _ := body["content"].(document.Object)
		for _, media := range content {
			media, _ := media.(document.Object)
			schema, _ := media["schema"].(document.Object)
			if ref, ok := schema["$ref"].(string); ok {
				schema, _ = document.Resolve(root, ref).(document.Object)
			}
			change(schema)
		}
	}
}

// closeInputs refuses undeclared fields in every body of a request that is written or referred to as an object.
func closeInputs(root document.Object) {
	eachInput(root, func(schema document.Object) {
		if schema["properties"] != nil {
			schema["additionalProperties"] = false
		}
	})
}

// move puts the last operation that has a path of its own at another path.
func move(root document.Object) {
	paths, _ := root["paths"].(document.Object)
	for _, path := range slices.Backward(slices.Sorted(maps.Keys(paths))) {
		item, _ := paths[path].(document.Object)
		if len(item) == 1 {
			delete(paths, path)
			paths[strings.TrimSuffix(path, "/")+"/moved"] = item
			return
		}
	}
}

// removeOperation drops the last operation.
func removeOperation(root document.Object) {
	operations := document.Operations(root)
	last := operations[len(operations)-1]
	paths, _ := root["paths"].(document.Object)
	delete(paths, last.Path)
}

// removeField drops a field of every body of a request, the last that is not required.
func removeField(root document.Object) {
	eachInput(root, func(schema document.Object) {
		properties, _ := schema["properties"].(document.Object)
		needed, _ := schema["required"].([]any)
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(properties)), func(name string) bool { return slices.Contains(needed, any(name)) })
		if len(names) > 0 {
			delete(properties, names[len(names)-1])
		}
	})
}

// spell writes one word for the other in the names of fields and of query parameters.
func spell(root document.Object, from, to string) {
	respelled := func(name string) string { return strings.ReplaceAll(name, from, to) }
	document.Walk(root, func(_ []string, object document.Object) {
		if properties, ok := object["properties"].(document.Object); ok {
			for _, name := range slices.Sorted(maps.Keys(properties)) {
				if other := respelled(name); other != name && properties[other] == nil {
					properties[other] = properties[name]
					delete(properties, name)
					needed, _ := object["required"].([]any)
					for i := range needed {
						if needed[i] == name {
							needed[i] = other
						}
					}
				}
			}
		}
		if object["in"] == "query" {
			if name, ok := object["name"].(string); ok {
				object["name"] = respelled(name)
			}
		}
	})
}

// upgrade writes the document as OpenAPI 3.1.
func upgrade(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		kind, typed := object["type"].(string)
		if nullable, _ := object["nullable"].(bool); nullable && typed {
			delete(object, "nullable")
			object["type"] = []any{kind, "null"}
		}
		if values, ok := object["enum"].([]any); ok && len(values) == 1 {
			delete(object, "enum")
			object["const"] = values[0]
		}
		for exclusive, inclusive := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
			if marked, _ := object[exclusive].(bool); marked {
				object[exclusive] = object[inclusive]
				delete(object, inclusive)
			}
		}
	})
	root["openapi"] = "3.1.0"
}
