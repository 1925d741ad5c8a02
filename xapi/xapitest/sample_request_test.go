package xapitest_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// sampleRequest makes up a request of the operation that the spec allows: its path with query, and its JSON body.
func sampleRequest(t *testing.T, op *gen.Operation) (string, []byte) {
	t.Helper()
	document, err := spec.Document()
	require.NoError(t, err)
	item := document.Paths.Find(op.Path)
	declared := item.GetOperation(op.Method)
	path, query := op.Path, url.Values{}
	for _, ref := range append(declared.Parameters[:len(declared.Parameters):len(declared.Parameters)], item.Parameters...) {
		p := ref.Value
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(text(t, p.Schema.Value)))
		case p.In == "query" && p.Required:
			query.Set(p.Name, text(t, p.Schema.Value))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if declared.RequestBody == nil || declared.RequestBody.Value.Content.Get("application/json") == nil {
		return path, nil
	}
	body, err := json.Marshal(xapitest.MakeUp(declared.RequestBody.Value.Content.Get("application/json").Schema.Value))
	require.NoError(t, err)
	return path, body
}

// text makes up a value of the schema as it stands in a path or a query.
func text(t *testing.T, schema *openapi3.Schema) string {
	t.Helper()
	value := xapitest.MakeUp(schema)
	if list, isList := value.([]any); isList {
		value = list[0]
	}
	if said, isText := value.(string); isText {
		return said
	}
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return string(raw)
}
