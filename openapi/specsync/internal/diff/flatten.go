package diff

import (
	"maps"
	"slices"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// flatten writes a schema without allOf: what it and its parts demand together. A schema that was split up, or put
// together, is thereby the same schema.
func flatten(root, schema document.Object) document.Object {
	return flattenWithin(root, schema, 0)
}

// maxParts bounds how deep allOf may nest; a schema that is part of itself says nothing more after that.
const maxParts = 20

func flattenWithin(root, schema document.Object, depth int) document.Object {
	whole := maps.Clone(resolved(root, schema))
	parts := objects(whole["allOf"])
	delete(whole, "allOf")
	if depth > maxParts {
		return whole
	}
	for _, part := range parts {
		flattened := flattenWithin(root, part, depth+1)
		for _, key := range slices.Sorted(maps.Keys(flattened)) {
			demand(whole, key, flattened[key])
		}
	}
	return whole
}

// demand adds a keyword to a schema that may have it already.
func demand(whole document.Object, key string, value any) {
	present, had := whole[key]
	if !had {
		whole[key] = value
		return
	}
	switch key {
	case "required":
		whole[key] = append(slices.Clone(list(present)), without(list(value), list(present))...)
	case "properties":
		all, _ := present.(document.Object)
		all = maps.Clone(all)
		more, _ := value.(document.Object)
		for name, schema := range more {
			if other, twice := all[name]; twice && !equal(other, schema) {
				schema = document.Object{"allOf": []any{other, schema}}
			}
			all[name] = schema
		}
		whole[key] = all
	case "enum":
		whole[key] = without(list(present), without(list(present), list(value)))
	case "nullable":
		whole[key] = truth(present) && truth(value)
	case "additionalProperties":
		if value == false {
			whole[key] = false
		}
	}
	for _, bound := range bounds {
		if bound.key != key {
			continue
		}
		one, other := limit(whole, key), limit(document.Object{key: value}, key)
		if one == nil || other != nil && other.Cmp(one)*bound.sign > 0 {
			whole[key] = value
		}
	}
}
