package document

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Methods are the HTTP methods that a path item may hold.
var Methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// Operation is one operation of a document.
type Operation struct {
	ID     string
	Method string // in capitals
	Path   string
	Object Object

	item Object // the path item that it stands in
}

// Operations lists the document's operations by path, then method.
func Operations(root Object) []Operation {
	var operations []Operation
	paths, _ := root["paths"].(Object)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, _ := paths[path].(Object)
		for _, method := range Methods {
			if object, ok := item[method].(Object); ok {
				id, _ := object["operationId"].(string)
				operations = append(operations, Operation{ID: id, Method: strings.ToUpper(method), Path: path, Object: object, item: item})
			}
		}
	}
	return operations
}

// Version is the spec version that the document gives itself, empty where it gives none.
func Version(root Object) string {
	info, _ := root["info"].(Object)
	version, _ := info["version"].(string)
	return version
}

// Walk visits every object of the document, parents first, keys in order. Examples, defaults and enums are data, not
// part of the document, and are left out. path is only valid during the call.
func Walk(root Object, visit func(path []string, object Object)) { walk(root, nil, false, visit) }

func walk(value any, path []string, names bool, visit func([]string, Object)) {
	switch value := value.(type) {
	case Object:
		if !names {
			visit(path, value)
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if !names && (key == "example" || key == "examples" || key == "default" || key == "enum") {
				continue
			}
			walk(value[key], append(path, key), !names && nameMaps[key], visit)
		}
	case []any:
		for _, child := range value {
			walk(child, append(path, "[]"), false, visit)
		}
	}
}

// references are the references that an object makes itself: its $ref, and its discriminator's mapping.
func references(object Object) []string {
	var refs []string
	if ref, ok := object["$ref"].(string); ok {
		refs = append(refs, ref)
	}
	if discriminator, ok := object["discriminator"].(Object); ok {
		mapping, _ := discriminator["mapping"].(Object)
		for _, target := range mapping {
			if ref, ok := target.(string); ok && strings.Contains(ref, "/") {
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

// Resolve returns what a reference within the document points at, nil where nothing is there.
func Resolve(root Object, ref string) any {
	rest, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil
	}
	var value any = root
	for _, part := range strings.Split(rest, "/") {
		object, ok := value.(Object)
		if !ok {
			return nil
		}
		value = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return value
}

// PropertyNames are the names of all fields of what stands at a place, through all references.
func PropertyNames(root Object, at any) map[string]bool {
	return named(root, at, func(object Object) iter.Seq[string] {
		properties, _ := object["properties"].(Object)
		return maps.Keys(properties)
	})
}

// RequiredNames are the names of all fields that something demands of what stands at a place, through all references.
func RequiredNames(root Object, at any) map[string]bool {
	return named(root, at, func(object Object) iter.Seq[string] {
		return func(yield func(string) bool) {
			required, _ := object["required"].([]any)
			for _, name := range required {
				if name, isName := name.(string); isName && !yield(name) {
					return
				}
			}
		}
	})
}

// named collects what names yields of every object at a place, through all references.
func named(root Object, at any, names func(Object) iter.Seq[string]) map[string]bool {
	found, seen := map[string]bool{}, map[string]bool{}
	var follow func(any)
	follow = func(value any) {
		object, ok := value.(Object)
		if !ok {
			return
		}
		Walk(object, func(_ []string, object Object) {
			for name := range names(object) {
				found[name] = true
			}
			for _, ref := range references(object) {
				if !seen[ref] {
					seen[ref] = true
					follow(Resolve(root, ref))
				}
			}
		})
	}
	follow(at)
	return found
}
