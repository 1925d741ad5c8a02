package corrected_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

const contract = `
openapi: 3.0.0
info: {title: Library, version: '7'}
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [{in: query, name: shelf, schema: {type: string, enum: [low]}}]
      responses: {'200': {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
components:
  schemas:
    Book:
      type: object
      properties:
        kind: {$ref: '#/components/schemas/Kind'}
        colour: {$ref: '#/components/schemas/KindColour'}
        seen: {type: number, format: long, example: 1}
        example: {type: string, pattern: '^(?=a)'}
        sequel: {$ref: '#/components/schemas/Book', nullable: true}
        of: {$ref: '#/components/schemas/ListBooksParams'}
      discriminator: {propertyName: kind, mapping: {x: '#/components/schemas/KindColour'}}
    Kind: {type: string, enum: [colour, plain]}
    KindColour: {type: object}
    ListBooksParams: {type: object}
    ListBooksParamsShelfLow: {type: string}
`

const overlay = `
overlay: 1.0.0
info: {title: Corrections, version: 1.0.0}
actions:
`

func parse(t *testing.T, text string) document.Object {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	return root
}

func TestTheOverlayIsApplied(t *testing.T) {
	root, report, err := corrected.Make(parse(t, contract), []byte(overlay+`
  - target: $..[?@.type=='number' && @.format=='long']
    description: Whole numbers.
    update: {type: integer, format: int64}
  - target: $..[?@.type=='integer' && @.format=='int64']
    description: The same again.
    update: {type: integer}
  - target: $.components.schemas.Book.properties.seen.example
    description: Out with it.
    remove: true
  - target: $.components.schemas[?@.properties.nothing]
    x-optional: true
    description: Not here.
    update: {type: object}
`))
	require.NoError(t, err)
	require.Equal(t, document.Object{"type": "integer", "format": "int64"}, document.Resolve(root, "#/components/schemas/Book/properties/seen"))
	require.Len(t, report.Actions, 4)
	require.True(t, report.Actions[0].Changed)
	require.Equal(t, 1, report.Actions[1].Matches)
	require.False(t, report.Actions[1].Changed, "it says what is there already")
	require.True(t, report.Actions[2].Changed)
	require.Zero(t, report.Actions[3].Matches)
}

func TestAnActionThatMatchesNothingIsAnError(t *testing.T) {
	_, _, err := corrected.Make(parse(t, contract), []byte(overlay+`
  - {target: $.components.schemas.Gone, description: One., update: {type: object}}
  - {target: $.components.schemas.Book, description: Two., update: {description: A book.}}
  - {target: "$.paths['/gone']", description: Three., remove: true}
`))
	require.ErrorContains(t, err, "action 1 ($.components.schemas.Gone), action 3 ($.paths['/gone'])")
}

func TestABrokenOverlayIsRefused(t *testing.T) {
	for _, c := range []struct{ name, actions, reason string }{
		{"no JSONPath", `  - {target: '$[', description: D., remove: true}`, "is no JSONPath"},
		{"nothing to do", `  - {target: $.info, description: D.}`, "neither updates nor removes"},
		{"x-optional that is no boolean", `  - {target: $.info, x-optional: [1], description: D., remove: true}`, "x-optional"},
		{"what it leaves behind", `  - {target: $.components.schemas.Kind, description: D., remove: true}`, "refers to #/components/schemas/Kind"},
		{"no OpenAPI any more", `  - {target: $.info.title, description: D., remove: true}`, "valid OpenAPI"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := corrected.Make(parse(t, contract), []byte(overlay+c.actions+"\n"))
			require.ErrorContains(t, err, c.reason)
		})
	}
}

const noAction = overlay + "  - {target: $.info, description: D., update: {description: Books.}}\n"

func TestNullableBesideAReferenceIsMeant(t *testing.T) {
	text, _, err := corrected.Make(parse(t, contract), []byte(noAction))
	require.NoError(t, err)
	loaded, err := openapi3.NewLoader().LoadFromData(document.JSON(text))
	require.NoError(t, err)
	sequel := loaded.Components.Schemas["Book"].Value.Properties["sequel"].Value
	require.NoError(t, sequel.VisitJSON(nil))
	require.NoError(t, sequel.VisitJSON(map[string]any{"seen": 1.5}))
	require.Error(t, sequel.VisitJSON("a book"))
}

func TestADiscriminatorOutsideItsObjectIsDropped(t *testing.T) {
	union := "{oneOf: [{$ref: '#/components/schemas/Book'}, {$ref: '#/components/schemas/KindColour'}], discriminator: {propertyName: ../kind, mapping: {x: '#/components/schemas/Book'}}}"
	text, _, err := corrected.Make(parse(t, contract+"    Event: {type: object, properties: {kind: {type: string}, of: "+union+"}}\n"), []byte(noAction))
	require.NoError(t, err)
	require.Contains(t, string(document.JSON(text)), `"of":{"anyOf":[{"$ref":"#/components/schemas/Book"},{"$ref":"#/components/schemas/KindColour"}]}`)
	require.Contains(t, string(document.JSON(text)), `"propertyName":"kind"`, "one within its object stays")
}

func TestTheTextIsStableReadsInADiffAndHasNoProse(t *testing.T) {
	first, _, err := corrected.Make(parse(t, contract), []byte(noAction))
	require.NoError(t, err)
	second, _, err := corrected.Make(parse(t, contract), []byte(noAction))
	require.NoError(t, err)
	text := string(corrected.Text(first))
	require.Equal(t, text, string(corrected.Text(second)))
	require.Contains(t, text, "\n\"Kind\":{\"enum\":[\"colour\",\"plain\"],\"type\":\"string\"}", "a schema has a line of its own")
	require.NotContains(t, text, `"example":1`)
	require.Contains(t, text, `"example":{"pattern"`, "a field may be named example")
	require.NotContains(t, text, "Found.")
	require.True(t, strings.HasSuffix(text, "}\n"))
}

func TestADescriptionBesideAReferenceIsKept(t *testing.T) {
	root, _, err := corrected.Make(parse(t, strings.Replace(contract, "kind: {$ref: '#/components/schemas/Kind'}",
		"kind: {$ref: '#/components/schemas/Kind', description: What it is.}", 1)), []byte(noAction))
	require.NoError(t, err)
	require.Equal(t, "What it is.", document.Resolve(root, "#/components/schemas/Book/properties/kind/x-description"))
}
