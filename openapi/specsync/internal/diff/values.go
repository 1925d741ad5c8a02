package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// truth reads an optional boolean.
func truth(value any) bool {
	is, _ := value.(bool)
	return is
}

// union lists the keys of both maps, sorted, each once.
func union[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// without lists what stands in list and not in other.
func without(list, other []any) []any {
	var rest []any
	for _, value := range list {
		if !slices.ContainsFunc(other, func(o any) bool { return equal(value, o) }) {
			rest = append(rest, value)
		}
	}
	return rest
}

func equal(a, b any) bool { return string(document.JSON(a)) == string(document.JSON(b)) }

// join writes values for people.
func join(list []any) string {
	parts := make([]string, len(list))
	for i, value := range list {
		parts[i] = fmt.Sprint(value)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func names(object document.Object) []any { return values(slices.Sorted(maps.Keys(object))) }

func values(list []string) []any {
	out := make([]any, len(list))
	for i, text := range list {
		out[i] = text
	}
	return out
}

// texts keeps the strings of a list.
func texts(list []any) []string {
	var out []string
	for _, value := range list {
		if text, ok := value.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// resolved follows an object's $ref, and that one's, to what is meant. A reference that leads nowhere or in a circle
// means nothing.
func resolved(root, object document.Object) document.Object {
	for range 32 {
		ref, ok := object["$ref"].(string)
		if !ok {
			return object
		}
		object, _ = document.Resolve(root, ref).(document.Object)
	}
	return nil
}

func list(value any) []any {
	found, _ := value.([]any)
	return found
}

func objects(value any) []document.Object {
	var found []document.Object
	for _, item := range list(value) {
		if object, ok := item.(document.Object); ok {
			found = append(found, object)
		}
	}
	return found
}

func shown(value any) string {
	if value == nil {
		return "none"
	}
	return string(document.JSON(value))
}
