// Package spec holds the OpenAPI document that requests and answers are held against: the published one with the
// corrections of the overlay applied, without its prose. It is embedded as text. An operation, with all that it refers
// to, is made ready when it is first asked for, and shared from then on.
package spec

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.json
var document string

// JSON returns the document as it is embedded.
func JSON() string { return document }

// Operation returns a document with one operation, by its id in package gen, and the schemas that it reaches. Callers
// must not change it. It is safe for concurrent use.
func Operation(id string) (*openapi3.T, error) {
	b := shared()
	b.mu.Lock()
	defer b.mu.Unlock()
	text, ok := b.index.operations[id]
	if !ok {
		return nil, fmt.Errorf("the spec %s has no operation %s", Version, id)
	}
	return b.document([]operationText{text})
}

// Has reports whether the document has an operation of the id.
func Has(id string) bool {
	_, ok := shared().index.operations[id]
	return ok
}

// Document returns the whole document with its references resolved. It is made on the first call, once in the life of
// the process: callers must not change it. It is safe for concurrent use.
func Document() (*openapi3.T, error) { return whole() }

var whole = sync.OnceValues(func() (*openapi3.T, error) {
	b := shared()
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]operationText, 0, len(b.index.operations))
	for _, id := range b.index.order {
		all = append(all, b.index.operations[id])
	}
	return b.document(all)
})
