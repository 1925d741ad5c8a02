// Package mutate makes publications of a document as X might make them: each rule changes one habit throughout. What
// keeps the contract has to survive all of them.
package mutate

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Rule is one way in which a publication may differ from the one before.
type Rule struct {
	Name string
	// Breaks says that the rule takes something away that callers may use.
	Breaks bool
	apply  func(root document.Object)
}

// Rules are all rules by name.
func Rules() []Rule {
	return []Rule{
		{"both-spellings", false, bothSpellings},
		{"closed-inputs", true, closeInputs},
		{"drop-limits", true, dropLimits}, // variants that limits told apart are so no more
		{"drop-ids", false, dropIDs},
		{"drop-tags", false, dropTags},
		{"duplicate-ids", false, duplicateIDs},
		{"extract-schemas", false, extract},
		{"inline-schemas", false, inline},
		{"move-operation", true, move},
		{"new-spelling", true, func(root document.Object) { spell(root, "tweet", "post") }},
		{"old-spelling", true, func(root document.Object) { spell(root, "post", "tweet") }},
		{"openapi-3.1", false, upgrade},
		{"optional", true, func(root document.Object) { require(root, false) }},
		{"other-statuses", true, otherStatuses},
		{"remove-field", true, removeField},
		{"remove-operation", true, removeOperation},
		{"rename-operations", false, renameOperations},
		{"rename-schemas", false, renameSchemas},
		{"rename-schemes", false, renameSchemes},
		{"required", true, func(root document.Object) { require(root, true) }},
	}
}

// Apply returns the document changed by the rule; what it was given stays as it is.
func (r Rule) Apply(root document.Object) document.Object {
	changed, _ := copied(root).(document.Object)
	r.apply(changed)
	return changed
}

func copied(value any) any {
	switch value := value.(type) {
	case document.Object:
		all := make(document.Object, len(value))
		for key, child := range value {
			all[key] = copied(child)
		}
		return all
	case []any:
		all := make([]any, len(value))
		for i, child := range value {
			all[i] = copied(child)
		}
		return all
	}
	return value
}

func schemas(root document.Object) document.Object {
	components, _ := root["components"].(document.Object)
	found, _ := components["schemas"].(document.Object)
	return found
}

const schemaRef = "#/components/schemas/"

// renameSchemas gives every schema another name.
func renameSchemas(root document.Object) {
	named := func(name string) string { return "Renamed" + name + "V2" }
	all := schemas(root)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		all[named(name)] = all[name]
		delete(all, name)
	}
	refer(root, func(ref string) string {
		if name, ok := strings.CutPrefix(ref, schemaRef); ok {
			return schemaRef + named(name)
		}
		return ref
	})
}

// refer rewrites every reference.
func refer(root document.Object, to func(string) string) {
	document.Walk(root, func(_ []string, object document.Object) {
		if ref, ok := object["$ref"].(string); ok {
			object["$ref"] = to(ref)
		}
		discriminator, _ := object["discriminator"].(document.Object)
		mapping, _ := discriminator["mapping"].(document.Object)
		for value, ref := range mapping {
			if ref, ok := ref.(string); ok {
				mapping[value] = to(ref)
			}
		}
	})
}

// renameOperations gives every operation another operationId.
func renameOperations(root document.Object) {
	for _, operation := range document.Operations(root) {
		operation.Object["operationId"] = "call" + strings.ToUpper(operation.ID[:1]) + operation.ID[1:]
	}
}

// duplicateIDs gives all operations of a path the same operationId.
func duplicateIDs(root document.Object) {
	for _, operation := range document.Operations(root) {
		operation.Object["operationId"] = "same" + strings.Join(strings.FieldsFunc(operation.Path, func(r rune) bool { return strings.ContainsRune("/{}._", r) }), "")
	}
}

// inline writes in place what is referred to once and refers to nothing.
func inline(root document.Object) {
	all, uses := schemas(root), map[string]int{}
	refer(root, func(ref string) string { uses[ref]++; return ref })
	leaves := document.Object{}
	for name, schema := range all {
		plain := true
		schema, _ := schema.(document.Object)
		document.Walk(schema, func(_ []string, object document.Object) {
			plain = plain && object["$ref"] == nil && object["discriminator"] == nil
		})
		if plain && uses[schemaRef+name] == 1 {
			leaves[schemaRef+name] = schema
		}
	}
	document.Walk(root, func(_ []string, object document.Object) {
		for value := range mappingOf(object) { // what a discriminator names has to have a name
			delete(leaves, value)
		}
	})
	document.Walk(root, func(_ []string, object document.Object) {
		ref, _ := object["$ref"].(string)
		if target, isLeaf := leaves[ref].(document.Object); isLeaf {
			clear(object)
			maps.Copy(object, target)
			delete(all, strings.TrimPrefix(ref, schemaRef))
		}
	})
}

// mappingOf are the references that the discriminator of a schema makes.
func mappingOf(schema document.Object) map[string]bool {
	discriminator, _ := schema["discriminator"].(document.Object)
	mapping, _ := discriminator["mapping"].(document.Object)
	refs := map[string]bool{}
	for _, ref := range mapping {
		if ref, ok := ref.(string); ok {
			refs[ref] = true
		}
	}
	return refs
}

// extract names every object that is written in place as a field.
func extract(root document.Object) {
	all, more := schemas(root), document.Object{}
	document.Walk(root, func(path []string, object document.Object) {
		properties, _ := object["properties"].(document.Object)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			field, _ := properties[name].(document.Object)
			if field["properties"] == nil {
				continue
			}
			title := "Extracted"
			for _, part := range append(slices.Clone(path), name) {
				title += strings.Map(func(r rune) rune {
					if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
						return r
					}
					return -1
				}, part)
			}
			more[title] = field
			properties[name] = document.Object{"$ref": schemaRef + title}
		}
	})
	maps.Copy(all, more)
}
