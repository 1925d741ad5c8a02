// Package generate writes what Go code is made from: the document that oapi-codegen reads, with the model's names in
// the place of X's, the table of operations, and the methods and names of package xapi.
package generate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Types returns the document that the generator makes types from: one schema for each thing, enum and set of
// parameters of the model. Everything about a type is said outright, so that the generator has nothing to derive.
func Types(m *model.Model, words model.Words, version string) document.Object {
	schemas := document.Object{}
	for name, thing := range m.Things {
		schemas[name] = object(m, thing.Fields, "json", sentence(cmp.Or(words[name], "part of what operations take or answer"), false), func(field string) string { return words[name+"."+field] })
	}
	for name, enum := range m.Enums {
		schemas[name] = enumOf(enum, sentence(cmp.Or(words[name], "a string; these values are known"), false))
	}
	for name, operation := range m.Operations {
		if len(operation.Params) > 0 {
			about := "are the query parameters of " + name + ". What is zero is not sent."
			schemas[name+"Params"] = object(m, operation.Params, "form", about, func(field string) string { return words[name+" "+field] })
		}
	}
	return document.Object{
		"openapi": "3.0.0",
		"info":    document.Object{"title": "Types", "version": version},
		"paths":   document.Object{},
		"components": document.Object{
			"schemas": schemas,
		},
	}
}

// object is the schema of a struct.
func object(m *model.Model, fields map[string]*model.Field, tag, about string, words func(string) string) document.Object {
	properties := document.Object{}
	var required []any
	counts := onlyNumbers(fields)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field := fields[name]
		property := document.Object{
			"x-go-type":                       goType(m, field.Type, tag == "form"),
			"x-go-name":                       model.FieldName(name, field),
			"x-go-type-skip-optional-pointer": true,
		}
		_, isList := model.Element(field.Type)
		if text := words(name); text != "" {
			property["description"] = sentence(text, isList)
		}
		if field.Last != "" {
			property["description"] = strings.TrimSpace(fmt.Sprint(cmp.Or(property["description"], any("is kept")), " Version ", field.Last, " of the spec was the last that had it."))
		}
		if tag == "form" {
			property["x-oapi-codegen-extra-tags"] = document.Object{"form": name}
		}
		// A list that is nil was not given; one that is given and empty is written either way.
		if tag == "json" && (field.Required && !isList || field.Always || counts) {
			required = append(required, name)
		} else {
			property["x-omitempty"], property["x-omitzero"] = false, true
		}
		properties[name] = property
	}
	schema := document.Object{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	if about != "" {
		schema["description"] = about
	}
	return schema
}

// complete are words that a description may begin with and need no article before them.
var complete = wordSet("a an the what whose which when where who how why one all each every any some several up at of as in on " +
	"for from true false always only those this that it its posts users media nothing no not set more most less part text not-yet " +
	"fields references ids figures counts lists given named names metadata")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// onlyNumbers reports whether an object consists of counts, which come together: a zero among them says something.
func onlyNumbers(fields map[string]*model.Field) bool {
	for _, field := range fields {
		if field.Type != model.Int && field.Type != model.Number && field.Type != model.Loose {
			return false
		}
	}
	return true
}

// sentence makes a description what follows a Go name: the generator writes the name before it.
func sentence(text string, plural bool) string {
	text = lower(strings.Join(strings.Fields(text), " "))
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	first, _, _ := strings.Cut(text, " ")
	switch {
	case first == "whether":
		return "says " + text
	case !plural && !complete[strings.Trim(first, ",;:`")] && unicode.IsLower([]rune(text)[0]):
		return "is the " + text
	case plural:
		return "are " + text
	}
	return "is " + text
}

// goType spells a type of the model in Go: structs within structs as pointers, everything else as a value.
func goType(m *model.Model, typ string, parameter bool) string {
	if element, ok := strings.CutPrefix(typ, "[]"); ok {
		return "[]" + value(m, element, parameter)
	}
	if element, ok := strings.CutPrefix(typ, "[1]"); ok {
		return "Many[" + value(m, element, parameter) + "]"
	}
	if element, ok := strings.CutPrefix(typ, "map[]"); ok {
		return "map[string]" + value(m, element, parameter)
	}
	if m.Things[typ] != nil || typ == model.Link {
		return "*" + value(m, typ, parameter)
	}
	return value(m, typ, parameter)
}

// value spells a type that is held by value.
func value(m *model.Model, typ string, parameter bool) string {
	switch typ {
	case model.String:
		return "string"
	case model.Int:
		if parameter {
			return "int"
		}
		return "int64"
	case model.Number:
		return "float64"
	case model.Bool:
		return "bool"
	case model.Time:
		if parameter {
			return "time.Time"
		}
		return "Time"
	case model.Loose:
		return "Int"
	case model.Raw:
		return "json.RawMessage"
	case model.Link:
		return "SourceLink"
	}
	if prefixed(typ) {
		return goType(m, typ, parameter)
	}
	return typ
}

func prefixed(typ string) bool {
	return strings.HasPrefix(typ, "[") || strings.HasPrefix(typ, "map[]")
}

// enumOf is the schema of a string with constants.
func enumOf(enum *model.Enum, about string) document.Object {
	var values, names []any
	for _, value := range slices.SortedFunc(slices.Values(enum.Values), func(a, b model.Value) int { return strings.Compare(a.Name, b.Name) }) {
		values = append(values, value.Name)
		names = append(names, model.Constant(value.Name))
	}
	schema := document.Object{"type": "string", "enum": values, "x-enum-varnames": names}
	if about != "" {
		schema["description"] = about
	}
	return schema
}
