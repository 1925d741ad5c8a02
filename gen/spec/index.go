package spec

import (
	"fmt"
	"strings"
	"sync"
)

// operationText is an operation in the embedded document.
type operationText struct {
	id, path, method string
	text             string
}

// index is where in the embedded document each operation and component stands. The document has each on a line of its
// own, so that finding them takes no parser.
type index struct {
	operations map[string]operationText
	order      []string
	components map[string]string // by reference
}

// shared is what all documents of the process are built with.
var shared = sync.OnceValue(func() *builder { return newBuilder(document) })

func newIndex(text string) index {
	found := index{operations: map[string]operationText{}, components: map[string]string{}}
	section, group := "", ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), ",")
		name, value, ok := strings.Cut(strings.TrimPrefix(line, `"`), `":`)
		switch {
		case !ok:
		case value == "{" && (name == "paths" || name == "components"):
			section = name
		case value == "{":
			group = name
		case section == "paths" && strings.HasPrefix(value, "{"):
			value = closed(value)
			id := member(value, "operationId")
			found.operations[id] = operationText{id: id, path: unescaped(group), method: strings.ToUpper(name), text: value}
			found.order = append(found.order, id)
		case section == "components" && strings.HasPrefix(value, "{"):
			found.components[fmt.Sprintf("#/components/%s/%s", group, name)] = closed(value)
		}
	}
	return found
}

// closed drops the brackets at the end of a line that close what was opened before it.
func closed(value string) string {
	depth, inText, escaped := 0, false, false
	for i := range len(value) {
		c := value[i]
		switch {
		case escaped:
			escaped = false
		case inText:
			escaped, inText = c == '\\', c != '"'
		case c == '"':
			inText = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return value[:i+1]
			}
		}
	}
	return value
}

// member returns the value of a member that is a plain text.
func member(object, name string) string {
	_, rest, _ := strings.Cut(object, `"`+name+`":"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func unescaped(text string) string { return strings.ReplaceAll(text, `\/`, "/") }
