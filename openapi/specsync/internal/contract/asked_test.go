package contract_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

const asking = `openapi: 3.0.0
info: {title: Library, version: '7'}
servers: [{url: https://library.example}]
x-part: {origin: transcribed, date: '2026-01-31'}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - {in: query, name: book.fields, style: form, explode: false, schema: {type: array, items: {type: string, enum: [title, pages]}}}
        - {in: query, name: sort, schema: {type: string, enum: [title, pages]}}
      responses: {'200': {description: Found., content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {title: {type: string}}}}}}}}}
`

// enum are the values of a parameter in the corrected document, nil where it is not there.
func enum(t *testing.T, p contract.Project, name string) (values any, declared bool) {
	t.Helper()
	root, err := document.Parse([]byte(get(t, p, "gen/spec/openapi.json")))
	require.NoError(t, err)
	parameters, _ := document.Operations(root)[0].Object["parameters"].([]any)
	for _, parameter := range parameters {
		if parameter, _ := parameter.(document.Object); parameter["name"] == name {
			schema, _ := parameter["schema"].(document.Object)
			if items, isList := schema["items"].(document.Object); isList {
				return items["enum"], true
			}
			return schema["enum"], true
		}
	}
	return nil, false
}

func TestAProgramGoesOnAskingForWhatAVersionListsNoMore(t *testing.T) {
	p := project(t, map[string]string{"go.mod": "module library\n", "openapi/parts/books.yaml": asking, "openapi/overlay.yaml": overlay})
	rebuild(t, p)
	for name, c := range map[string]struct {
		from, to string
		fields   any
	}{
		"a value":     {"[title, pages]}}}\n", "[title]}}}\n", []any{"pages", "title"}},
		"a parameter": {"        - {in: query, name: book.fields, style: form, explode: false, schema: {type: array, items: {type: string, enum: [title, pages]}}}\n", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.NewReplacer(c.from, c.to, "enum: [title, pages]}}\n", "enum: [title]}}\n").Replace(asking)
			sync, err := p.Sync(publication(t, changed), contract.ScopeAll, contract.ProseOurs, day)
			require.NoError(t, err)
			require.NoError(t, p.TakeOver(t.Context(), sync.Files, nil))
			values, declared := enum(t, p, "book.fields")
			require.True(t, declared)
			require.Equal(t, c.fields, values)
			values, _ = enum(t, p, "sort")
			require.Equal(t, []any{"title"}, values, "what is no question of what an answer holds is held to the version")
			require.NoError(t, p.Verify())
		})
	}
}
