package xapitest

import (
	"math/rand/v2"
	"net/http"
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"
)

// MakeUp makes up a value of the schema.
func MakeUp(schema *openapi3.Schema) any {
	m := &sampler{random: rand.New(rand.NewPCG(1, 1))}
	return m.value(schema, 0)
}

// Sign returns the OAuth 1.0a signature of a request.
func Sign(r *http.Request, oauth, form url.Values, consumerSecret, tokenSecret string) string {
	return signature(signatureBase(r, oauth, form), consumerSecret, tokenSecret)
}

// KeepsState says whether the operation answers by what was done before, and so may refuse a request out of the blue.
func KeepsState(operation string) bool {
	_, known := handlers[operation]
	return known
}
