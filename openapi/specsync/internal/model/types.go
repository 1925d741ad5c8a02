package model

import (
	"regexp"
	"strings"
)

var placeholder = regexp.MustCompile(`\{([^}]*)\}`)

// Route is what an operation is found by: method and path, without the names of the path's placeholders.
func Route(method, path string) string {
	return strings.ToUpper(method) + " " + placeholder.ReplaceAllString(path, "{}")
}

// Placeholders are the names in a path, in order.
func Placeholders(path string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(path, -1) {
		names = append(names, match[1])
	}
	return names
}

// Element returns what a type is a list or map of, through all levels, and whether it is one at all.
func Element(typ string) (element string, isList bool) {
	element = typ
	for {
		cut := false
		for _, prefix := range []string{"[]", "[1]", "map[]"} {
			if rest, ok := strings.CutPrefix(element, prefix); ok {
				element, cut, isList = rest, true, true
			}
		}
		if !cut {
			return element, isList
		}
	}
}

// container returns the first level of a list or map type, and what it holds.
func container(typ string) (prefix, element string) {
	for _, prefix := range []string{"[]", "[1]", "map[]"} {
		if rest, ok := strings.CutPrefix(typ, prefix); ok {
			return prefix, rest
		}
	}
	return "", typ
}
