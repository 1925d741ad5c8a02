// Package spec holds the OpenAPI document that the client is generated from: the published one with the corrections of
// the overlay applied. It is embedded, and parsed only when somebody asks for it.
package spec

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.json
var document string

// JSON returns the corrected document as it is embedded.
func JSON() string { return document }

// Document returns the corrected document with its references resolved. It is parsed on the first call, once in the
// life of the process, and shared from then on: callers must not change it. It is safe for concurrent use.
func Document() (*openapi3.T, error) { return load() }

var load = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(document))
	if err != nil {
		return nil, fmt.Errorf("the embedded spec %s does not load: %w", Version, err)
	}
	return doc, nil
})
