package diff_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// spec is a document with one operation, lendBook, that takes and gives the schemas named in its request and response.
const spec = `
openapi: 3.0.0
info: {title: Library, version: '1'}
servers: [{url: https://library.example}]
paths:
  /books/{id}/loan:
    post:
      operationId: lendBook
      parameters: [{in: path, name: id, required: true, schema: {type: string}}]
      security: [{Card: [books.read]}]
      requestBody: {required: true, content: {application/json: {schema: REQUEST}}}
      responses:
        '200': {description: Lent., content: {application/json: {schema: RESPONSE}}}
components:
  securitySchemes: {Card: {type: http, scheme: bearer}}
  schemas:
    Unrelated: {type: string}
`

func parse(t *testing.T, text string) document.Object {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	require.NoError(t, document.Check(root))
	return root
}

// with writes the spec with these schemas, each on one line.
func with(request, response string) string {
	return strings.NewReplacer("REQUEST", request, "RESPONSE", response).Replace(spec)
}

// told lists the changes in short: class, kind and place.
func told(report diff.Report) []string {
	list := []string{}
	for _, change := range report.Changes {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s", change.Class, change.Kind, change.At)))
	}
	return list
}

func TestAChangeIsClassedByTheWayTheValueTravels(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		request, response   string // class of the one change; "" is no change
	}{
		{"an optional field is added", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string}, b: {type: string}}}`, "adds", "adds"},
		{"a required field is added", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string}, b: {type: string}}, required: [b]}`, "wire", "adds"},
		{"a field is removed", `{properties: {a: {type: string}, b: {type: string}}}`, `{properties: {a: {type: string}}}`, "wire", "wire"},
		{"a field becomes required", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string}}, required: [a]}`, "wire", "none"},
		{"a field becomes optional", `{properties: {a: {type: string}}, required: [a]}`, `{properties: {a: {type: string}}}`, "adds", "wire"},
		{"a field that nobody describes is required", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string}}, required: [meta]}`, "wire", "none"},
		{"a field may be null", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string, nullable: true}}}`, "adds", "wire"},
		{"a field may be null no more", `{properties: {a: {type: string, nullable: true}}}`, `{properties: {a: {type: string}}}`, "wire", "none"},
		{"another type", `{type: string}`, `{type: integer}`, "wire", "wire"},
		{"integers become any number", `{type: integer}`, `{type: number}`, "adds", "wire"},
		{"any number becomes an integer", `{type: number}`, `{type: integer}`, "wire", "none"},
		{"a long number becomes a long integer", `{type: number, format: long}`, `{type: integer, format: int64}`, "none", "none"},
		{"an integer grows", `{type: integer, format: int32}`, `{type: integer, format: int64}`, "adds", "wire"},
		{"a format is demanded", `{type: string}`, `{type: string, format: date-time}`, "wire", "none"},
		{"an enum value is added", `{type: string, enum: [a]}`, `{type: string, enum: [a, b]}`, "adds", "adds"},
		{"an enum value is removed", `{type: string, enum: [a, b]}`, `{type: string, enum: [a]}`, "wire", "none"},
		{"an enum is introduced", `{type: string}`, `{type: string, enum: [a]}`, "wire", "none"},
		{"an enum is dropped", `{type: string, enum: [a]}`, `{type: string}`, "adds", "adds"},
		{"a limit is lowered", `{type: string, maxLength: 1000}`, `{type: string, maxLength: 500}`, "wire", "none"},
		{"a limit is raised", `{type: string, maxLength: 500}`, `{type: string, maxLength: 1000}`, "adds", "adds"},
		{"a limit is set", `{type: integer}`, `{type: integer, maximum: 17179869184}`, "wire", "none"},
		{"a limit of nothing is dropped", `{type: array, items: {type: string}, minItems: 0}`, `{type: array, items: {type: string}}`, "", ""},
		{"a pattern changes", `{type: string, pattern: '^a$'}`, `{type: string, pattern: '^b$'}`, "wire", "none"},
		{"a pattern takes more", `{type: string, pattern: '^([0-9]{1,19}|g[0-9]+)$'}`, `{type: string, pattern: '^(g[0-9]*|[0-9]{1,20})$'}`, "adds", "adds"},
		{"a pattern takes less", `{type: string, pattern: '^[0-9]{1,19}$'}`, `{type: string, pattern: '^[1-9][0-9]{0,18}$'}`, "wire", "none"},
		{"a pattern is written otherwise", `{type: string, pattern: '^[0-9]{2}$'}`, `{type: string, pattern: '^([0-9][0-9])$'}`, "", ""},
		{"a pattern matches anywhere", `{type: string, pattern: '^a'}`, `{type: string, pattern: 'a|^b'}`, "adds", "adds"},
		{"a pattern that Go cannot compile changes", `{type: string, pattern: '^(?=a)b$'}`, `{type: string, pattern: '^(?=b)b$'}`, "wire", "none"},
		{"a pattern is dropped", `{type: string, pattern: '^a$'}`, `{type: string}`, "adds", "adds"},
		{"an object is closed", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string}}, additionalProperties: false}`, "wire", "none"},
		{"an object is opened", `{properties: {a: {type: string}}, additionalProperties: false}`, `{properties: {a: {type: string}}}`, "adds", "adds"},
		{"a default changes", `{type: integer, default: 1}`, `{type: integer, default: 2}`, "none", "none"},
		{"a variant is added", `{oneOf: [{type: string}]}`, `{oneOf: [{type: string}, {type: integer}]}`, "adds", "adds"},
		{"a variant is removed", `{oneOf: [{type: string}, {type: integer}]}`, `{oneOf: [{type: string}]}`, "wire", "none"},
		{"a union of one is written plainly", `{oneOf: [{properties: {a: {type: string}}}]}`, `{properties: {a: {type: string}}}`, "", ""},
		{"a union of one with a field that may be null", `{properties: {a: {type: string}}}`, `{oneOf: [{properties: {a: {type: string, nullable: true}}}]}`, "adds", "wire"},
		{"an object is any object now", `{properties: {a: {type: string}, b: {type: string}}}`, `{type: object}`, "adds", "wire"},
		{"any number is as long as a double", `{type: number, format: double}`, `{type: number}`, "none", "none"},
		{"a text is no address", `{type: string, format: uri}`, `{type: string}`, "adds", "wire"},
		{"a schema is split with allOf", `{type: object, properties: {a: {type: string}, b: {type: string}}, required: [a]}`,
			`{allOf: [{type: object, properties: {a: {type: string}}, required: [a]}, {properties: {b: {type: string}}}]}`, "", ""},
		{"prose and examples change", `{type: string, description: One., example: x}`, `{type: string, description: Two., title: T}`, "", ""},
		{"a field named like a keyword is added", `{properties: {a: {type: string}}}`, `{properties: {a: {type: string}, required: {type: boolean}}}`, "adds", "adds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain := `{type: boolean}`
			for position, want := range map[string]string{"request": c.request, "response": c.response} {
				before, after := with(c.before, plain), with(c.after, plain)
				if position == "response" {
					before, after = with(plain, c.before), with(plain, c.after)
				}
				report := diff.Compare(parse(t, before), parse(t, after))
				if want == "" {
					require.Empty(t, told(report), position)
					continue
				}
				require.Len(t, report.Changes, 1, "%s: %v", position, told(report))
				require.Equal(t, want, report.Changes[0].Class.String(), position)
				require.Equal(t, []string{"lendBook"}, report.Changes[0].Operations)
			}
		})
	}
}

func TestOneOfSeveralIsComparedWithTheOneThatStoodThere(t *testing.T) {
	one := `{type: object, required: [a], properties: {a: {type: string}, b: {type: string}}}`
	several := `{oneOf: [{type: object, required: [a], properties: {a: {type: string, enum: [x]}}}, {type: object, required: [a, b], properties: {a: {type: string, enum: [y]}, b: {type: string}}}]}`
	looser := strings.Replace(several, "required: [a, b]", "required: [b]", 1)
	plain := `{type: boolean}`
	between := func(before, after string) []string { return told(diff.Compare(parse(t, before), parse(t, after))) }
	require.Equal(t, []string{"none union-introduced response 200:"}, between(with(plain, one), with(plain, several)))
	require.Equal(t, []string{"wire field-now-optional response 200: a", "none union-introduced response 200:"}, between(with(plain, one), with(plain, looser)))
	require.Equal(t, []string{"adds union-removed request:"}, between(with(several, plain), with(one, plain)))
	require.Equal(t, []string{"wire field-now-required request: a", "adds union-removed request:"}, between(with(looser, plain), with(one, plain)))
	// The other ways round something may be refused that no single variant shows.
	require.Equal(t, []string{"wire type-changed request:"}, between(with(one, plain), with(several, plain)))
	require.Equal(t, []string{"none union-removed response 200:"}, between(with(plain, several), with(plain, one)), "an answer with other values of an enum is none that callers cannot bear")
	number, text := `{type: integer}`, `{oneOf: [{type: string}, {type: integer}]}`
	require.Equal(t, []string{"adds union-introduced request:"}, between(with(number, plain), with(text, plain)))
	require.Equal(t, []string{"none union-removed response 200:"}, between(with(plain, text), with(plain, number)))
	require.Equal(t, []string{"wire type-changed request:"}, between(with(text, plain), with(number, plain)))
	require.Equal(t, []string{"wire type-changed response 200:"}, between(with(plain, number), with(plain, text)))
}

func TestAnOperationsOwnChanges(t *testing.T) {
	base := with(`{type: string}`, `{type: string}`)
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"renamed", "lendBook", "borrowBook", []string{"none operation-renamed"}},
		{"moved", "/books/{id}/loan", "/loans/{id}", []string{"wire operation-moved"}},
		{"its path parameter is renamed", "/books/{id}/loan", "/books/{book_id}/loan", nil},
		{"a scope is added", "[books.read]", "[books.read, books.lend]", []string{"wire scope-added security Card"}},
		{"a scope is dropped", "[books.read]", "[]", []string{"adds scope-removed security Card"}},
		{"a scheme is added", "{Card: [books.read]}", "{Card: [books.read]}, {Badge: []}", []string{"adds security-scheme-added security"}},
		{"a scheme is replaced", "{Card: [books.read]}", "{Badge: []}", []string{"wire security-scheme-removed security", "adds security-scheme-added security"}},
		{"its first query parameter", "- {in: path", "- {in: query, name: days, schema: {type: integer}}\n        - {in: path", []string{"adds parameter-added query parameter days"}},
		{"a required query parameter", "- {in: path", "- {in: query, name: days, required: true, schema: {type: integer}}\n        - {in: path", []string{"wire required-parameter-added query parameter days"}},
		{"a content type is added", "requestBody: {required: true, content: {", "requestBody: {required: true, content: {multipart/form-data: {schema: {type: object}}, ", []string{"adds content-type-added request"}},
		{"another content type", "{required: true, content: {application/json", "{required: true, content: {multipart/form-data", []string{"wire content-type-removed request", "adds content-type-added request"}},
		{"a status is added", "responses:", "responses:\n        '201': {description: Lent.}", []string{"adds status-added response 201"}},
		{"another success status", "'200'", "'202'", []string{"wire status-removed response 200", "adds status-added response 202"}},
		{"the body may be left out", "requestBody: {required: true", "requestBody: {required: false", []string{"adds request-body-now-optional request"}},
		{"it becomes a stream", "operationId: lendBook", "operationId: lendBook\n      x-twitter-streaming: true", []string{"wire streaming-changed"}},
		{"it is deprecated", "operationId: lendBook", "operationId: lendBook\n      deprecated: true", []string{"none deprecated"}},
		{"its server moves", "library.example", "books.example", []string{"wire server-removed", "adds server-added"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := strings.Replace(base, "parameters: [{in: path, name: id, required: true, schema: {type: string}}]",
				"parameters:\n        - {in: path, name: id, required: true, schema: {type: string}}", 1)
			require.Contains(t, before, c.old)
			after := strings.Replace(before, c.old, c.new, 1)
			if strings.Contains(c.new, "book_id") {
				after = strings.Replace(after, "name: id", "name: book_id", 1)
			}
			require.ElementsMatch(t, c.want, told(diff.Compare(parse(t, before), parse(t, after))))
		})
	}
}

// shared is a document in which two operations share a schema and a parameter.
const shared = `
openapi: 3.0.0
info: {title: Library, version: '1'}
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [{$ref: '#/components/parameters/Fields'}]
      responses: {'200': {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
    post:
      operationId: addBook
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses: {'200': {description: Added., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
components:
  parameters:
    Fields: {in: query, name: fields, schema: {type: array, items: {type: string, enum: [title, author]}}}
  schemas:
    Book:
      type: object
      properties:
        title: {type: string}
        author: {$ref: '#/components/schemas/Person'}
        sequel: {$ref: '#/components/schemas/Book'}
    Person:
      type: object
      properties: {name: {type: string}, wrote: {type: array, items: {$ref: '#/components/schemas/Book'}}}
`

func TestASharedChangeIsToldOnceWithTheOperationsItReaches(t *testing.T) {
	head := strings.ReplaceAll(shared, "{name: {type: string},", "{name: {type: string, maxLength: 50},")
	head = strings.Replace(head, "enum: [title, author]", "enum: [title, author, isbn]", 1)
	report := diff.Compare(parse(t, shared), parse(t, head))
	require.Equal(t, []string{"adds enum-value-added []", "wire limit-narrowed name"}, told(report))
	require.Equal(t, diff.Subject{Type: "parameter", Name: "Fields"}, report.Changes[0].Subject)
	require.Equal(t, []string{"listBooks"}, report.Changes[0].Operations)
	require.Equal(t, diff.Subject{Type: "schema", Name: "Person"}, report.Changes[1].Subject)
	require.Equal(t, []string{"addBook", "listBooks"}, report.Changes[1].Operations)
}

func TestARenamedSchemaIsNoOtherSchema(t *testing.T) {
	report := diff.Compare(parse(t, shared), parse(t, strings.NewReplacer("Person", "Author").Replace(shared)))
	require.Equal(t, []string{"none schema-renamed"}, told(report))
	require.Equal(t, diff.Subject{Type: "schema", Name: "Author", Was: "Person"}, report.Changes[0].Subject)
	require.Equal(t, diff.None, report.Class)
}

func TestARenamedSchemaIsComparedWithWhatItWas(t *testing.T) {
	head := strings.NewReplacer("Person", "Author", "wrote", "written").Replace(shared)
	report := diff.Compare(parse(t, shared), parse(t, head))
	require.ElementsMatch(t, []string{"none schema-renamed", "wire field-removed wrote", "adds field-added written"}, told(report))
}

func TestAPartThatIsAddedToANamedBodyIsToldByWhatItAsksFor(t *testing.T) {
	loan := "    Loan: {type: object, properties: {days: {type: integer}}}\n"
	named := with(`{$ref: '#/components/schemas/Loan'}`, `{type: string}`) + loan
	more := with(`{allOf: [{$ref: '#/components/schemas/Loan'}, {type: object, required: [to], properties: {to: {type: string}, days: {maximum: 30}}}]}`, `{type: string}`) + loan
	require.Equal(t, []string{"wire limit-narrowed request: days", "wire required-field-added request: to"}, told(diff.Compare(parse(t, named), parse(t, more))))
	require.Equal(t, []string{"wire field-removed request: to", "adds limit-widened request: days"}, told(diff.Compare(parse(t, more), parse(t, named))))
}

func TestASchemaWrittenInPlaceBreaksGoOnly(t *testing.T) {
	named := with(`{$ref: '#/components/schemas/Loan'}`, `{type: string}`) + "    Loan: {type: object, properties: {days: {type: integer}}}\n"
	inPlace := with(`{type: object, properties: {days: {type: integer}}}`, `{type: string}`)
	require.Equal(t, []string{"none schema-inlined"}, told(diff.Compare(parse(t, named), parse(t, inPlace))))
	require.Equal(t, []string{"none schema-extracted"}, told(diff.Compare(parse(t, inPlace), parse(t, named))))
}

func TestOperationsAddedAndRemoved(t *testing.T) {
	base := parse(t, shared)
	fewer := document.Slice(base, func(o document.Operation) bool { return o.ID == "listBooks" })
	require.Equal(t, []string{"wire operation-removed"}, told(diff.Compare(base, fewer)))
	require.Equal(t, []string{"adds operation-added"}, told(diff.Compare(fewer, base)))
}

func TestNullableBesideAReferenceCounts(t *testing.T) {
	head := strings.Replace(shared, "author: {$ref: '#/components/schemas/Person'}", "author: {$ref: '#/components/schemas/Person', nullable: true}", 1)
	require.Equal(t, []string{"wire now-nullable author"}, told(diff.Compare(parse(t, shared), parse(t, head))))
}

func TestVariantsThatContainEachOtherComeToAnEnd(t *testing.T) {
	base := with(`{type: string}`, `{$ref: '#/components/schemas/Part'}`) + `
    Part: {oneOf: [{$ref: '#/components/schemas/Leaf'}, {$ref: '#/components/schemas/Chapter'}]}
    Leaf: {type: object, required: [text], properties: {text: {type: string}, of: {$ref: '#/components/schemas/Part'}}}
    Chapter: {type: object, required: [parts], properties: {parts: {type: array, items: {$ref: '#/components/schemas/Part'}}}}
`
	head := strings.NewReplacer("Part", "Piece", "Leaf", "Page", "Chapter", "Section").Replace(base)
	report := diff.Compare(parse(t, base), parse(t, head))
	require.Equal(t, []string{"none schema-renamed", "none schema-renamed", "none schema-renamed"}, told(report))
}

func TestTheReportReads(t *testing.T) {
	head := strings.NewReplacer("Person", "Author", "wrote", "written", "version: '1'", "version: '2'").Replace(shared)
	report := diff.Compare(parse(t, shared), parse(t, head))
	var text, markdown bytes.Buffer
	require.NoError(t, report.Text(&text))
	require.Equal(t, `1 -> 2: breaks the wire (1 wire, 1 adds, 1 none)

Shared schemas
  renamed, none (1)
    Person -> Author
  Author (was Person), in addBook, listBooks
    wire  wrote: removed
    adds  written: added
`, text.String())
	var summary bytes.Buffer
	require.NoError(t, report.Summary(&summary))
	require.Equal(t, `1 -> 2: breaks the wire (1 wire, 1 adds, 1 none)

What a caller has to do:
  leave a field of a request out, it is gone (1): addBook and listBooks: wrote

Renamed, which nobody who calls by package xapi or by the wire sees: 1 schema renamed
New: 1 field added

--details tells every change, --operation those of one operation.
`, summary.String())
	require.Len(t, report.Of("listBooks").Changes, 3)
	require.Empty(t, report.Of("lendBook").Changes)
	require.NoError(t, report.Markdown(&markdown))
	require.Contains(t, markdown.String(), "- `Author (was Person), in addBook, listBooks`\n  - **wire** `wrote: removed`\n")
	data, err := report.JSON()
	require.NoError(t, err)
	var back map[string]any
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, "wire", back["class"])
	require.Len(t, back["changes"], 3)
}
