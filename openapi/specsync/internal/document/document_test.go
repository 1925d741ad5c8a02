package document_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

const book = `openapi: 3.0.0
info: {title: Library, version: '7'}
tags: [{name: Books}, {name: People}]
paths:
  /books:
    get:
      operationId: listBooks
      tags: [Books]
      parameters:
        - {in: query, name: sort, schema: {type: string, enum: [title, age]}}
        - {in: query, name: page, schema: {type: integer, minimum: 17179869184}}
      security: [{Card: [write, read]}, {Badge: []}]
      responses: {default: {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
  /people:
    get:
      operationId: listPeople
      tags: [People]
      responses: {default: {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Person'}}}}}
components:
  securitySchemes: {Card: {type: http, scheme: bearer}, Badge: {type: http, scheme: basic}}
  schemas:
    Book:
      required: [title, required]
      properties:
        title: {type: string, example: [z, a]}
        required: {type: boolean}
        kind: {oneOf: [{type: string}, {type: integer}]}
        more: {type: object, default: {enum: [b, a]}}
    Novel: {type: object}
    Person:
      discriminator:
        propertyName: kind
        mapping: {novelist: {$ref: '#/components/schemas/Novel'}}
      properties: {kind: {type: string}}
`

func parse(t *testing.T, text string) document.Object {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	return root
}

func TestAPageAndADocumentAndItsJSONAreOne(t *testing.T) {
	want := parse(t, book)
	page := "# Books\n\n```go\nx := 1\n```\n\n````yaml get /books\n" + book + "````\n\nThe end.\n"
	require.Equal(t, document.Digest(want), document.Digest(parse(t, page)))
	require.Equal(t, document.Digest(want), document.Digest(parse(t, string(document.JSON(want)))))
	text, err := document.YAML(want, "# A heading.\n")
	require.NoError(t, err)
	require.Equal(t, document.Digest(want), document.Digest(parse(t, string(text))))
	again, err := document.YAML(parse(t, string(text)), "# A heading.\n")
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}

func TestAMappingOfReferencesIsRepaired(t *testing.T) {
	root := parse(t, book)
	person := document.Resolve(root, "#/components/schemas/Person/discriminator/mapping").(document.Object)
	require.Equal(t, "#/components/schemas/Novel", person["novelist"])
	require.NoError(t, document.Check(root))
}

func TestShufflingChangesNothing(t *testing.T) {
	want := document.Digest(parse(t, book))
	for seed := range uint64(20) {
		root, err := document.Parse([]byte(book))
		require.NoError(t, err)
		shuffle(rand.New(rand.NewPCG(seed, 0)), root, "")
		document.Canonicalize(root)
		require.Equal(t, want, document.Digest(root))
	}
}

// shuffle turns round the lists whose order means nothing.
func shuffle(random *rand.Rand, value any, key string) {
	switch value := value.(type) {
	case document.Object:
		for name, child := range value {
			if name != "example" && name != "default" || key == "responses" {
				shuffle(random, child, name)
			}
		}
	case []any:
		random.Shuffle(len(value), func(i, j int) { value[i], value[j] = value[j], value[i] })
		for _, child := range value {
			shuffle(random, child, "")
		}
	}
}

func TestExamplesAndDefaultsKeepTheirOrder(t *testing.T) {
	root := parse(t, book)
	require.Equal(t, []any{"z", "a"}, document.Resolve(root, "#/components/schemas/Book/properties/title/example"))
	require.Equal(t, []any{"b", "a"}, document.Resolve(root, "#/components/schemas/Book/properties/more/default/enum"))
	require.Equal(t, []any{"required", "title"}, document.Resolve(root, "#/components/schemas/Book/required"))
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	root := parse(t, strings.Replace(book, "minimum: 17179869184", "minimum: 12345678901234567890, maximum: 1.50, multipleOf: 2.0", 1))
	require.Contains(t, string(document.JSON(root)), `"maximum":1.5,"minimum":12345678901234567890,"multipleOf":2`)
}

func TestSliceKeepsWhatTheOperationsReach(t *testing.T) {
	sliced := document.Slice(parse(t, book), func(o document.Operation) bool { return o.ID == "listPeople" })
	require.NoError(t, document.Check(sliced))
	schemas := document.Resolve(sliced, "#/components/schemas").(document.Object)
	require.Len(t, schemas, 2)
	require.Contains(t, schemas, "Novel", "a discriminator's mapping reaches it")
	require.Contains(t, schemas, "Person")
	require.Equal(t, []any{document.Object{"name": "People"}}, sliced["tags"])
}

func TestWhatIsBrokenIsRefusedWithTheReason(t *testing.T) {
	whole := string(document.JSON(parse(t, book)))
	bomb := "openapi: 3.0.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	for _, c := range []struct{ name, text, reason string }{
		{"nothing", " \n", "the document is empty"},
		{"an HTML page", "<!doctype html>\n<html></html>", "HTML"},
		{"invalid JSON", strings.Replace(whole, `"title":`, `"title"`, 1), "the JSON is invalid near line 1"},
		{"JSON with a trailing comma", `{"openapi": "3.0.0",}`, "the JSON is invalid"},
		{"truncated JSON", whole[:len(whole)/2], "the JSON is truncated"},
		{"JSON with more after it", whole + "{}", "more follows"},
		{"a key given twice", `{"openapi": "3.0.0", "openapi": "3.0.0"}`, `the key "openapi" is given twice`},
		{"a YAML key given twice", "openapi: 3.0.0\nopenapi: 3.0.1\n", `the key "openapi" is given twice`},
		{"a list", "[]", "not an object"},
		{"text", "no document", "not an object"},
		{"invalid YAML", "openapi: [", "the YAML is invalid"},
		{"not text", "openapi: \xff\xfe", "not UTF-8"},
		{"a billion laughs", bomb, "more than 200000 values"},
		{"an alias within itself", "openapi: &a [*a]", "nest more than"},
		{"deep nesting", `{"openapi":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "}", "nest more than"},
		{"Swagger 2", "swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}\n", "this is Swagger 2.0"},
		{"OpenAPI 3.2", "openapi: 3.2.0\ninfo: {title: T, version: '1'}\npaths: {}\n", "OpenAPI 3.2.0"},
		{"another document", `{"error": "none"}`, "no openapi key"},
		{"no version", "openapi: 3.0.0\ninfo: {title: T}\n", "info.version is missing"},
		{"no paths", "openapi: 3.0.0\ninfo: {title: T, version: '1'}\n", "no paths"},
		{"empty paths", "openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths: {}\n", "no paths"},
		{"a dangling reference", strings.Replace(book, "schemas/Book'", "schemas/Tome'", 1), "refers to #/components/schemas/Tome, which is not there"},
		{"a reference to elsewhere", strings.Replace(book, "#/components/schemas/Book'", "other.yaml#/Book'", 1), "outside the document"},
		{"no operationId", strings.Replace(book, "operationId: listBooks", "summary: Books", 1), "GET /books has no operationId"},
		{"an operationId given twice", strings.Replace(book, "listBooks", "listPeople", 1), "share the operationId listPeople"},
		{"a page that is cut off", "# Page\n````yaml\n" + book, "the page is cut off"},
		{"a page without OpenAPI", "# Page\n```yaml\na: b\n```\n", "no fenced YAML block that starts with an openapi key"},
		{"a page with two", "```yaml\n" + book + "```\n```yaml\n" + book + "```\n", "2 OpenAPI blocks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, err := document.Parse([]byte(c.text))
			if err == nil {
				err = document.Check(root)
			}
			require.ErrorContains(t, err, c.reason)
		})
	}
}

func TestMoreThanTheCapIsRefused(t *testing.T) {
	_, err := document.Parse(make([]byte, document.MaxSize+1))
	require.ErrorContains(t, err, "more than")
}

func FuzzExtract(f *testing.F) {
	f.Add("# Books\n\n````yaml get /books\n" + book + "````\n")
	f.Add("```yaml\nopenapi: 3.0.0\n")
	f.Add("````\n```yaml\nopenapi:\n```\n````\n")
	f.Fuzz(func(t *testing.T, page string) {
		block, found, err := document.Extract(page)
		if err != nil || !found {
			require.Empty(t, block)
			return
		}
		require.Contains(t, page, block)
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(book))
	f.Add([]byte(`{"openapi": "3.0.0", "info": {"version": "1"}, "paths": {}}`))
	f.Add([]byte("a: &a {b: *a}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := document.Parse(data)
		if err != nil {
			return
		}
		document.Canonicalize(root)
		_ = document.Check(root)
		text, err := document.YAML(root, "")
		require.NoError(t, err)
		again, err := document.Parse(text)
		require.NoError(t, err)
		document.Canonicalize(again)
		require.Equal(t, document.Digest(root), document.Digest(again))
	})
}
