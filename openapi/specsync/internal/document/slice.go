package document

import (
	"maps"
	"slices"
	"strings"
)

// Slice cuts a document down to the operations for which keep is true, the components that they reach, and the tags
// that they carry. Everything else at the top of the document stays. The result shares its values with root.
func Slice(root Object, keep func(Operation) bool) Object {
	paths := Object{}
	tags := map[string]bool{}
	for _, operation := range Operations(root) {
		if !keep(operation) {
			continue
		}
		item, ok := paths[operation.Path].(Object)
		if !ok {
			item = maps.Clone(operation.item)
			for _, method := range Methods {
				delete(item, method)
			}
			paths[operation.Path] = item
		}
		item[strings.ToLower(operation.Method)] = operation.Object
		names, _ := operation.Object["tags"].([]any)
		for _, name := range names {
			if name, ok := name.(string); ok {
				tags[name] = true
			}
		}
	}
	sliced := maps.Clone(root)
	sliced["paths"] = paths
	if all, ok := root["tags"].([]any); ok {
		sliced["tags"] = slices.DeleteFunc(slices.Clone(all), func(tag any) bool {
			object, _ := tag.(Object)
			name, _ := object["name"].(string)
			return !tags[name]
		})
	}
	sliced["components"] = reachable(root, paths)
	return sliced
}

// reachable is the part of root's components that value reaches. Security schemes are reached by name, so all stay.
func reachable(root Object, value any) Object {
	components, _ := root["components"].(Object)
	reached := Object{}
	if schemes, ok := components["securitySchemes"]; ok {
		reached["securitySchemes"] = schemes
	}
	var follow func(value any)
	follow = func(value any) {
		walk(value, nil, false, func(_ []string, object Object) {
			for _, ref := range references(object) {
				kind, name, ok := componentOf(ref)
				if !ok {
					continue
				}
				group, ok := reached[kind].(Object)
				if !ok {
					group = Object{}
					reached[kind] = group
				}
				if _, done := group[name]; done {
					continue
				}
				group[name] = Resolve(root, ref)
				follow(group[name])
			}
		})
	}
	follow(value)
	return reached
}

// componentOf tells which component a reference points at or into.
func componentOf(ref string) (kind, name string, ok bool) {
	parts := strings.SplitN(ref, "/", 5)
	if len(parts) < 4 || parts[0] != "#" || parts[1] != "components" {
		return "", "", false
	}
	return parts[2], strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[3]), true
}
