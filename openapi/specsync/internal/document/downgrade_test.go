package document_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// newer is a document of OpenAPI 3.1 with one schema.
func newer(schema string) []byte {
	return fmt.Appendf(nil, `{"openapi": "3.1.0", "info": {"title": "T", "version": "1", "summary": "S"}, "webhooks": {},
		"paths": {"/books": {"get": {"operationId": "listBooks", "responses": {"200": {"description": "Found."}}}}},
		"components": {"schemas": {"Book": %s, "Other": {"type": "object"}}}}`, schema)
}

func TestA31DocumentIsReadAsThe30ThatMeansTheSame(t *testing.T) {
	for name, c := range map[string][2]string{
		"a type":                     {`{"type":"string"}`, `{"type":"string"}`},
		"or null":                    {`{"type":["string","null"]}`, `{"nullable":true,"type":"string"}`},
		"several types":              {`{"type":["string","integer"]}`, `{"anyOf":[{"type":"string"},{"type":"integer"}]}`},
		"several types, or null":     {`{"type":["string","null","integer"]}`, `{"anyOf":[{"type":"string"},{"type":"integer"}],"nullable":true}`},
		"null alone":                 {`{"type":"null"}`, `{"enum":[null],"nullable":true}`},
		"one value":                  {`{"const":"a"}`, `{"enum":["a"]}`},
		"examples":                   {`{"type":"string","examples":["a","b"]}`, `{"example":"a","type":"string"}`},
		"a limit that is exclusive":  {`{"type":"integer","exclusiveMinimum":3}`, `{"exclusiveMinimum":true,"minimum":3,"type":"integer"}`},
		"beside a tighter one":       {`{"type":"integer","exclusiveMinimum":3,"minimum":4}`, `{"minimum":4,"type":"integer"}`},
		"beside a wider one":         {`{"type":"integer","exclusiveMaximum":3,"maximum":4}`, `{"exclusiveMaximum":true,"maximum":3,"type":"integer"}`},
		"what stands by a reference": {`{"$ref":"#/components/schemas/Other","minProperties":1}`, `{"allOf":[{"$ref":"#/components/schemas/Other"}],"minProperties":1}`},
		"words by a reference":       {`{"$ref":"#/components/schemas/Other","description":"D."}`, `{"$ref":"#/components/schemas/Other","description":"D."}`},
		"a reference or null": {
			`{"oneOf":[{"$ref":"#/components/schemas/Other"},{"type":"null"}]}`, `{"allOf":[{"$ref":"#/components/schemas/Other"}],"nullable":true}`,
		},
		"bytes":              {`{"type":"string","contentEncoding":"base64"}`, `{"format":"byte","type":"string"}`},
		"a file":             {`{"contentMediaType":"application/octet-stream"}`, `{"format":"binary","type":"string"}`},
		"anything":           {`{"type":"array","items":true}`, `{"items":{},"type":"array"}`},
		"nothing":            {`{"type":"object","properties":{"a":false}}`, `{"properties":{"a":{"not":{}}},"type":"object"}`},
		"closed":             {`{"type":"object","unevaluatedProperties":false}`, `{"additionalProperties":false,"type":"object"}`},
		"a field named like": {`{"type":"object","properties":{"if":{"type":"string"}}}`, `{"properties":{"if":{"type":"string"}},"type":"object"}`},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := document.Parse(newer(c[0]))
			require.NoError(t, err)
			require.NoError(t, document.Check(root))
			require.Equal(t, "3.0.3", root["openapi"])
			require.Equal(t, c[1], string(document.JSON(document.Resolve(root, "#/components/schemas/Book"))))
		})
	}
}

func TestWhatA30DocumentCannotSayIsRefusedByName(t *testing.T) {
	for schema, reason := range map[string]string{
		`{"if":{"type":"string"},"then":{}}`:                                              "if at /components/schemas/Book; then at /components/schemas/Book",
		`{"type":"array","prefixItems":[]}`:                                               "prefixItems at /components/schemas/Book",
		`{"type":"object","properties":{"a":{"patternProperties":{}}}}`:                   "patternProperties at /components/schemas/Book/properties/a",
		`{"allOf":[{"$ref":"#/components/schemas/Other"}],"unevaluatedProperties":false}`: "unevaluatedProperties at /components/schemas/Book",
		`{"type":["string","integer"],"anyOf":[{"minLength":1},{"minimum":1}]}`:           "several types beside anyOf",
		`{"const":"a","enum":["b"]}`:                                                      "const beside an enum without it",
	} {
		_, err := document.Parse(newer(schema))
		require.ErrorContains(t, err, "says what 3.0 cannot: "+reason)
	}
}

func TestOperationsAreIdentified(t *testing.T) {
	root, err := document.Parse([]byte(`{"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {
		"/2/a": {"get": {"operationId": "one", "responses": {}}, "post": {"operationId": "one", "responses": {}}},
		"/2/a/{id}": {"get": {"responses": {}}, "put": {"operationId": "postV2", "responses": {}}}}}`))
	require.NoError(t, err)
	document.Identify(root)
	require.NoError(t, document.Check(root))
	var ids []string
	for _, operation := range document.Operations(root) {
		ids = append(ids, operation.ID)
	}
	require.Equal(t, []string{"one", "post2A", "get2AId", "postV2"}, ids)
}

func TestOperationsArePairedByRouteThenByID(t *testing.T) {
	parse := func(paths string) document.Object {
		root, err := document.Parse([]byte(`{"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {` + paths + `}}`))
		require.NoError(t, err)
		return root
	}
	base := parse(`"/a/{id}": {"get": {"operationId": "a"}}, "/b": {"get": {"operationId": "b"}}, "/c": {"get": {"operationId": "c"}}`)
	head := parse(`"/a/{a_id}": {"get": {"operationId": "b"}}, "/moved": {"get": {"operationId": "c"}}, "/d": {"get": {"operationId": "d"}}`)
	pairs, gone, added := document.Pair(base, head)
	require.Len(t, pairs, 2)
	require.Equal(t, "a b", pairs[0][0].ID+" "+pairs[0][1].ID, "the route is what is called")
	require.Equal(t, "/moved", pairs[1][1].Path)
	require.Equal(t, "b", gone[0].ID)
	require.Equal(t, "d", added[0].ID)
}
