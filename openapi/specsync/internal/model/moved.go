package model

import (
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// moved returns the name of the operation that the document has at a route which the model does not know: the one of the
// same operationId, where the document has none of that one's routes. The model knows the new route from then on. It is
// empty for an operation that is new.
func (g *merger) moved(found document.Operation) string {
	here := map[string]bool{}
	for _, other := range document.Operations(g.root) {
		here[Route(other.Method, other.Path)] = true
	}
	for _, name := range g.m.Names() {
		operation := g.m.Operations[name]
		if operation.ID != found.ID || len(Placeholders(operation.Path)) != len(Placeholders(found.Path)) {
			continue
		}
		if slices.ContainsFunc(operation.routes(), func(route string) bool { return here[route] }) {
			continue
		}
		operation.Moved = append(operation.Moved, found.Method+" "+found.Path)
		g.added("route %s %s of operation %s", found.Method, found.Path, name)
		return name
	}
	return ""
}

// routes are all at which some version has the operation.
func (o *Operation) routes() []string {
	routes := []string{Route(o.Method, o.Path)}
	for _, moved := range o.Moved {
		method, path, _ := strings.Cut(moved, " ")
		routes = append(routes, Route(method, path))
	}
	return routes
}

// freshID is the id of a new operation: its operationId, or the name, where an operation that the model knows at another
// route has that.
func (m *Model) freshID(name, operationID string) string {
	for _, other := range m.Operations {
		if other.ID == operationID {
			return strings.ToLower(name[:1]) + name[1:]
		}
	}
	return operationID
}
