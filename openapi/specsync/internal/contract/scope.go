package contract

import (
	"regexp"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// Vendored cuts a published document down to the operations that the contract has: those with its operationIds, and
// those at the method and path of one whose operationId is gone. It also returns the operationIds that are in neither
// way published any more.
func Vendored(contract, published document.Object) (sliced document.Object, gone []string) {
	route := func(o document.Operation) string {
		return o.Method + " " + placeholder.ReplaceAllString(o.Path, "{}")
	}
	ids, routes := map[string]bool{}, map[string]string{}
	for _, operation := range document.Operations(published) {
		ids[operation.ID] = true
		routes[route(operation)] = operation.ID
	}
	keep := map[string]bool{}
	for _, operation := range document.Operations(contract) {
		switch {
		case ids[operation.ID]:
			keep[operation.ID] = true
		case routes[route(operation)] != "":
			keep[routes[route(operation)]] = true
		default:
			gone = append(gone, operation.ID)
		}
	}
	return document.Slice(published, func(operation document.Operation) bool { return keep[operation.ID] }), gone
}
