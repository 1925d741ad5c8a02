package propose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// spot is a schema in the contract, and the JSONPath to it.
type spot struct {
	// component is the named schema that it stands in, empty where it is written within its operation; path leads on from
	// there.
	component, path string
	schema          document.Object
}

// finder finds spots in a contract.
type finder struct{ root document.Object }

// answer is the schema of an operation's answer, and of any success where the status is not declared.
func (f finder) answer(id string, status int) (spot, bool) {
	for _, operation := range document.Operations(f.root) {
		if operation.ID != id {
			continue
		}
		responses, _ := operation.Object["responses"].(document.Object)
		statuses := slices.Sorted(maps.Keys(responses))
		if want := strconv.Itoa(status); responses[want] != nil {
			statuses = []string{want}
		}
		for _, status := range statuses {
			schema, ok := document.Resolve(responses, "#/"+status+"/content/application~1json/schema").(document.Object)
			if ok && strings.HasPrefix(status, "2") {
				return f.named(spot{path: operationPath(id) + fmt.Sprintf(".responses['%s'].content['application/json'].schema", status), schema: schema}), true
			}
		}
	}
	return spot{}, false
}

func operationPath(id string) string { return fmt.Sprintf("$.paths[*][?@.operationId == '%s']", id) }

// named follows references.
func (f finder) named(at spot) spot {
	for range 10 {
		ref, ok := at.schema["$ref"].(string)
		if !ok {
			break
		}
		schema, _ := document.Resolve(f.root, ref).(document.Object)
		at = spot{component: ref[strings.LastIndex(ref, "/")+1:], schema: schema}
	}
	return at
}

// below follows a pointer without indices.
func (f finder) below(at spot, pointer string) (spot, bool) {
	for _, part := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if part == "" {
			continue
		}
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		next, ok := f.step(at, part, 0)
		if !ok {
			return spot{}, false
		}
		at = next
	}
	return at, true
}

const maxDepth = 20

func (f finder) step(at spot, part string, depth int) (spot, bool) {
	if depth > maxDepth {
		return spot{}, false
	}
	properties, _ := at.schema["properties"].(document.Object)
	if field, ok := properties[part].(document.Object); ok {
		return f.named(spot{at.component, at.path + fmt.Sprintf(".properties['%s']", part), field}), true
	}
	if items, ok := at.schema["items"].(document.Object); ok && part == "*" {
		return f.named(spot{at.component, at.path + ".items", items}), true
	}
	for _, inner := range f.parts(at) {
		if found, ok := f.step(inner, part, depth+1); ok {
			return found, true
		}
	}
	return spot{}, false
}

// parts are the schemas that a schema is made of.
func (f finder) parts(at spot) []spot {
	var all []spot
	for _, key := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := at.schema[key].([]any)
		for i, part := range list {
			if part, ok := part.(document.Object); ok {
				all = append(all, f.named(spot{at.component, at.path + fmt.Sprintf(".%s[%d]", key, i), part}))
			}
		}
	}
	return all
}

// with is the first schema of those that one is made of, itself before all, that has the key.
func (f finder) with(at spot, key string, depth int) (spot, bool) {
	if at.schema[key] != nil {
		return at, true
	}
	if depth > maxDepth {
		return spot{}, false
	}
	for _, part := range f.parts(at) {
		if found, ok := f.with(part, key, depth+1); ok {
			return found, true
		}
	}
	return spot{}, false
}

// target is the JSONPath to the spot. Schemas are named by their shape, since X gives them other names all the time: by
// as few of their fields as tell them apart. lacking is a field that it is not to have, so that nothing is done once X
// has mended it.
func (f finder) target(at spot, lacking string) string {
	if at.component == "" {
		return at.path
	}
	unless := ""
	if lacking != "" && at.path == "" {
		unless = fmt.Sprintf(" && !@.properties['%s']", lacking)
	}
	if fields := f.shape(at.component); len(fields) > 0 {
		for i, name := range fields {
			fields[i] = fmt.Sprintf("@.properties['%s']", name)
		}
		return fmt.Sprintf("$.components.schemas[?%s%s]%s", strings.Join(fields, " && "), unless, at.path)
	}
	return fmt.Sprintf("$.components.schemas['%s']%s", at.component, at.path)
}

// shape are up to three fields that no other schema has together, nil where there are none.
func (f finder) shape(component string) []string {
	schemas, _ := document.Resolve(f.root, "#/components/schemas").(document.Object)
	fields := func(name string) document.Object {
		schema, _ := schemas[name].(document.Object)
		properties, _ := schema["properties"].(document.Object)
		return properties
	}
	uses := map[string]int{}
	for name := range schemas {
		for field := range fields(name) {
			uses[field]++
		}
	}
	own := slices.Sorted(maps.Keys(fields(component)))
	slices.SortStableFunc(own, func(a, b string) int { return uses[a] - uses[b] })
	for n := 1; n <= min(3, len(own)); n++ {
		alone := true
		for name := range schemas {
			all := fields(name)
			has := !slices.ContainsFunc(own[:n], func(field string) bool { return all[field] == nil })
			alone = alone && (!has || name == component)
		}
		if alone {
			return slices.Clone(own[:n])
		}
	}
	return nil
}
