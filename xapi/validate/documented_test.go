package validate_test

import (
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// documentedVersion is the version that the excerpt gives itself.
const documentedVersion = "pages"

// documented returns a validator of what the documentation's pages say of the operations that the tests name. Its
// verdicts do not change with the contract that is vendored.
func documented(opts ...validate.Option) *validate.Validator {
	return validate.New(append(opts, validate.WithDocument(excerpt))...)
}

var excerpt = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile("testdata/documented.json")
})
