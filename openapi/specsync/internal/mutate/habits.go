package mutate

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// dropIDs takes the operationIds away.
func dropIDs(root document.Object) {
	for _, operation := range document.Operations(root) {
		delete(operation.Object, "operationId")
	}
}

// dropTags takes the families away.
func dropTags(root document.Object) {
	delete(root, "tags")
	for _, operation := range document.Operations(root) {
		delete(operation.Object, "tags")
	}
}

// otherStatuses answers with 201 in the place of 200.
func otherStatuses(root document.Object) {
	for _, operation := range document.Operations(root) {
		responses, _ := operation.Object["responses"].(document.Object)
		if ok, has := responses["200"]; has && responses["201"] == nil {
			responses["201"] = ok
			delete(responses, "200")
		}
	}
}

// bothSpellings has every field and query parameter that speaks of tweets under its new name too.
func bothSpellings(root document.Object) {
	respelled := func(name string) string { return strings.ReplaceAll(name, "tweet", "post") }
	document.Walk(root, func(_ []string, object document.Object) {
		properties, _ := object["properties"].(document.Object)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			if other := respelled(name); other != name && properties[other] == nil {
				properties[other] = copied(properties[name])
			}
		}
		parameters, _ := object["parameters"].([]any)
		for _, item := range parameters {
			parameter, _ := item.(document.Object)
			if ref, ok := parameter["$ref"].(string); ok {
				parameter, _ = document.Resolve(root, ref).(document.Object)
			}
			name, _ := parameter["name"].(string)
			other := respelled(name)
			if parameter["in"] != "query" || other == name || slices.ContainsFunc(parameters, func(item any) bool {
				is, _ := item.(document.Object)
				return is["name"] == other
			}) {
				continue
			}
			twin, _ := copied(parameter).(document.Object)
			twin["name"], twin["required"] = other, false
			parameters = append(parameters, twin)
		}
		if len(parameters) > 0 {
			object["parameters"] = parameters
		}
	})
}

// renameSchemes gives the ways to authorize other names.
func renameSchemes(root document.Object) {
	components, _ := root["components"].(document.Object)
	schemes, _ := components["securitySchemes"].(document.Object)
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		schemes["By"+name] = schemes[name]
		delete(schemes, name)
	}
	for _, operation := range document.Operations(root) {
		ways, _ := operation.Object["security"].([]any)
		for _, way := range ways {
			way, _ := way.(document.Object)
			for _, name := range slices.Sorted(maps.Keys(way)) {
				way["By"+name] = way[name]
				delete(way, name)
			}
		}
	}
}
