package corrected

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// joinProblems makes one open object of a union whose variants are told apart by an address: the types of problems are
// such, of which any server knows more than a document lists, and X's stand under more hosts than one. What any variant
// has is declared, what all of them require is required.
func joinProblems(root document.Object) {
	document.Walk(root, func(_ []string, object document.Object) {
		discriminator, _ := object["discriminator"].(document.Object)
		mapping, _ := discriminator["mapping"].(document.Object)
		name, _ := discriminator["propertyName"].(string)
		if len(mapping) == 0 || !slices.ContainsFunc(slices.Collect(maps.Keys(mapping)), isAddress) {
			return
		}
		for _, key := range []string{"oneOf", "anyOf"} {
			variants, isUnion := object[key].([]any)
			if !isUnion {
				continue
			}
			properties, required, ok := joined(root, variants)
			if !ok {
				continue
			}
			properties[name] = document.Object{"type": "string"}
			delete(object, key)
			object["type"], object["properties"] = "object", properties
			if len(required) > 0 {
				object["required"] = required
			}
		}
	})
}

func isAddress(value string) bool { return strings.Contains(value, "://") }

// joined are the properties that any of the variants has, and what all require. It is not ok where a variant is more
// than an object with fields. Where two describe a field, the first one counts.
func joined(root document.Object, variants []any) (properties document.Object, required []any, ok bool) {
	properties = document.Object{}
	for i, variant := range variants {
		schema, _ := variant.(document.Object)
		if ref, isRef := schema["$ref"].(string); isRef {
			schema, _ = document.Resolve(root, ref).(document.Object)
		}
		fields, _ := schema["properties"].(document.Object)
		if len(fields) == 0 || schema["allOf"] != nil || schema["oneOf"] != nil || schema["anyOf"] != nil {
			return nil, nil, false
		}
		for name, field := range fields {
			if _, twice := properties[name]; !twice {
				properties[name] = field
			}
		}
		needed, _ := schema["required"].([]any)
		if i == 0 {
			required = slices.Clone(needed)
		} else {
			required = slices.DeleteFunc(required, func(name any) bool { return !slices.Contains(needed, name) })
		}
	}
	return properties, required, true
}
