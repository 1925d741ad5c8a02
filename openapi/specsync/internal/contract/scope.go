package contract

import "github.com/xapi-go/xapi-go/openapi/specsync/internal/document"

// Vendored cuts a published document down to the operations that the contract has. It also returns the operationIds of
// those that are not published any more.
func Vendored(contract, published document.Object) (sliced document.Object, gone []string) {
	pairs, left, _ := document.Pair(contract, published)
	keep := map[string]bool{}
	for _, pair := range pairs {
		keep[pair[1].Route()] = true
	}
	for _, operation := range left {
		gone = append(gone, operation.ID)
	}
	return document.Slice(published, func(operation document.Operation) bool { return keep[operation.Route()] }), gone
}
