package document

import (
	"regexp"
	"strconv"
	"strings"
)

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// Route is the operation's method and path, placeholders without their names, which are not sent: /2/media/{id} and
// /2/media/{media_id} are one route.
func (o Operation) Route() string { return o.Method + " " + placeholder.ReplaceAllString(o.Path, "{}") }

// Pair finds out which operation of head is which of base: the one of the same route, since that is what calls it;
// else the one of the same operationId, which has moved. gone are those of base, and added those of head, that are
// alone.
func Pair(base, head Object) (pairs [][2]Operation, gone, added []Operation) {
	before, after := Operations(base), Operations(head)
	routes, ids := map[string]int{}, map[string]int{}
	for i, operation := range after {
		routes[operation.Route()] = i
	}
	paired := map[int]bool{}
	var rest []Operation
	for _, was := range before {
		if i, ok := routes[was.Route()]; ok {
			pairs, paired[i] = append(pairs, [2]Operation{was, after[i]}), true
		} else {
			rest = append(rest, was)
		}
	}
	for i, operation := range after {
		if !paired[i] {
			ids[operation.ID] = i
		}
	}
	for _, was := range rest {
		if i, ok := ids[was.ID]; ok && !paired[i] {
			pairs, paired[i] = append(pairs, [2]Operation{was, after[i]}), true
		} else {
			gone = append(gone, was)
		}
	}
	for i, operation := range after {
		if !paired[i] {
			added = append(added, operation)
		}
	}
	return pairs, gone, added
}

// Identify gives every operation an operationId of its own: one that has none gets a name of its method and path, and
// so does one that shares its id with an operation before it.
func Identify(root Object) {
	taken := map[string]bool{}
	for _, operation := range Operations(root) {
		id := operation.ID
		if id == "" || taken[id] {
			id = strings.ToLower(operation.Method)
			for _, part := range strings.FieldsFunc(operation.Path, func(r rune) bool { return strings.ContainsRune("/{}_.-", r) }) {
				id += strings.ToUpper(part[:1]) + part[1:]
			}
			for base, i := id, 2; taken[id]; i++ {
				id = base + strconv.Itoa(i)
			}
			operation.Object["operationId"] = id
		}
		taken[id] = true
	}
}
