package generate_test

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/generate"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

const contract = `
openapi: 3.0.0
info: {title: Library, version: '1.0'}
paths:
  /books:
    get:
      operationId: listBooks
      summary: List books
      tags: [Books]
      x-repeatable: true
      security: [{OAuth2UserToken: [book.read]}]
      parameters:
        - {in: query, name: volume.fields, schema: {type: array, items: {type: string, enum: [title, volume_count]}}}
        - {in: query, name: max_results, schema: {type: integer, minimum: 5, maximum: 50}}
        - {in: query, name: pagination_token, schema: {type: string}}
      responses:
        '200': {description: Books., content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Volume'}}}}}}}
components:
  schemas:
    Volume: {type: object, properties: {volume_count: {type: integer}, name: {type: string}, kind: {type: string, enum: [a, b]}, shown: {type: boolean}, of: {$ref: '#/components/schemas/Volume'}}}
`

const seeds = `
spelling:
  fields: {volume_count: book_count}
  parameters: {volume.fields: book.fields}
  values: {book.fields: {volume_count: book_count}}
operations:
  ListBooks: {id: listBooks, method: GET, path: /books, data: "[]Book", tag: Books}
  BurnBook: {id: burnBook, method: DELETE, path: "/books/{id}", args: [id], tag: Books, last: "0.9"}
things:
  Book: {shown: "bool+"}
  Problem: {}
  Includes: {}
enums: {}
`

func grown(t *testing.T) (*model.Model, document.Object) {
	t.Helper()
	root, err := document.Parse([]byte(contract))
	require.NoError(t, err)
	m, err := model.Read([]byte(seeds))
	require.NoError(t, err)
	m.Merge(root, false, false)
	return m, root
}

func TestTypesHoldValues(t *testing.T) {
	m, root := grown(t)
	types := generate.Types(m, m.Words(root), "1.0")
	field := func(name, key string) any {
		return document.Resolve(types, "#/components/schemas/Book/properties/"+name+"/"+key)
	}
	require.Equal(t, "int64", field("book_count", "x-go-type"))
	require.Equal(t, "BookCount", field("book_count", "x-go-name"))
	require.Equal(t, "*Book", field("of", "x-go-type"))
	require.Equal(t, "BookKind", field("kind", "x-go-type"))
	require.Equal(t, true, field("name", "x-omitzero"))
	require.Nil(t, field("shown", "x-omitzero"), "false says something")
	require.Equal(t, "[]BookField", document.Resolve(types, "#/components/schemas/ListBooksParams/properties/book.fields/x-go-type"))
}

func TestTheTableSpellsAsTheContractDoes(t *testing.T) {
	m, root := grown(t)
	source, err := generate.Table(m, root, m.Words(root), new(generate.Tariff))
	require.NoError(t, err)
	text := string(source)
	_, err = parser.ParseFile(token.NewFileSet(), "table.go", source, 0)
	require.NoError(t, err)
	require.Contains(t, text, `{Name: "book.fields", Wire: "volume.fields", Was: "volume.fields", Values: values1, Old: old2}`)
	require.Contains(t, text, `Paging: &wire.Paging{Token: "pagination_token", Floor: 5, Ceiling: 50}`)
	require.Contains(t, text, `{Old: "volume_count", New: "book_count"}`)
	require.Contains(t, text, `Repeatable: true`)
	require.Contains(t, text, "ListBooksResult = Result[[]Book]")
	require.Regexp(t, `Gone:\s+true`, text, "an operation that the contract lacks stays")
}

func TestABodyGoesInTheSpellingThatTheContractDemands(t *testing.T) {
	for demanded, want := range map[string]string{"volume_count": "BodyOld", "book_count": "BodyNew"} {
		root, err := document.Parse([]byte(strings.Replace(contract, "  /books:\n", `  /books:
    put:
      operationId: putBook
      tags: [Books]
      requestBody: {content: {application/json: {schema: {type: object, required: [`+demanded+`], properties: {volume_count: {type: integer}, book_count: {type: integer}}}}}}
      responses: {'204': {description: Done.}}
`, 1)))
		require.NoError(t, err)
		m, err := model.Read([]byte(strings.Replace(seeds, "operations:\n", "operations:\n  PutBook: {id: putBook, method: PUT, path: /books, body: Book, tag: Books}\n", 1)))
		require.NoError(t, err)
		m.Merge(root, false, false)
		source, err := generate.Table(m, root, m.Words(root), new(generate.Tariff))
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(source), want+":"), "%s is demanded", demanded)
		require.Equal(t, 1, strings.Count(string(source), "BodyOld:")+strings.Count(string(source), "BodyNew:"))
	}
}

func TestTheClientHasAMethodForEachOperation(t *testing.T) {
	m, root := grown(t)
	source, err := generate.Client(m, root, m.Words(root), new(generate.Tariff))
	require.NoError(t, err)
	text := string(source)
	require.Contains(t, text, "//   - [Client.ListBooks]: List books")
	require.Contains(t, text, "//   - [Client.BurnBook]: Burn book\n", "without words of ours it is told by its name")
	require.Contains(t, text, "func (c *Client) ListBooks(ctx context.Context, params *ListBooksParams, opts ...CallOption) (*ListBooksResult, error) {")
	require.Contains(t, text, "func (c *Client) ListBooksPages(params *ListBooksParams, opts ...PagerOption) *Pager[Book] {")
	require.Contains(t, text, "func (c *Client) BurnBook(ctx context.Context, id string, opts ...CallOption) error {")
	require.Contains(t, text, "// Deprecated: The contract does not have it; version 0.9 was the last that did.")
	require.Contains(t, text, "OAuth 2.0 with book.read")
}

func TestWhatAMethodLackedWhenItWasMadeAnotherHas(t *testing.T) {
	m, root := grown(t)
	m.Operations["ListBooks"].Late = []string{model.LateParams}
	m.Operations["BurnBook"].Late = []string{model.LateBody, model.LateAnswer}
	m.Operations["BurnBook"].Body, m.Operations["BurnBook"].Data = "Book", "Book"
	source, err := generate.Client(m, root, m.Words(root), new(generate.Tariff))
	require.NoError(t, err)
	text := string(source)
	require.Contains(t, text, "ListBooks(ctx context.Context, opts ...CallOption) (*ListBooksResult, error)")
	require.Contains(t, text, "ListBooksWith(ctx context.Context, params *ListBooksParams, opts ...CallOption) (*ListBooksResult, error)")
	require.Contains(t, text, "BurnBook(ctx context.Context, id string, opts ...CallOption) error")
	require.Contains(t, text, "BurnBookWith(ctx context.Context, id string, body Book, opts ...CallOption) (*BurnBookResult, error)")
}

func TestAnOperationThatTheModelLacksIsAnError(t *testing.T) {
	m, root := grown(t)
	delete(m.Operations, "ListBooks")
	_, err := generate.Table(m, root, model.Words{}, new(generate.Tariff))
	require.ErrorContains(t, err, "the model does not know GET /books: run specsync model")
}

func TestANameThatIsOldInOnePlaceAloneIsRefused(t *testing.T) {
	m, root := grown(t)
	m.Things["Shelf"] = &model.Thing{Fields: map[string]*model.Field{"volume_count": {Type: "int"}}}
	m.Things["Book"].Fields["shelf"] = &model.Field{Type: "Shelf"}
	_, err := generate.Table(m, root, model.Words{}, new(generate.Tariff))
	require.ErrorContains(t, err, "volume_count, which is an old name elsewhere in them, in Shelf as well")
}

func TestNamesOfPackageGenAreNamesOfPackageXapi(t *testing.T) {
	source, err := generate.Names(map[string][]byte{"models.gen.go": []byte("package gen\n\n// Book is a book.\ntype Book struct{}\n\n// BookField lists.\ntype BookField string\n\nconst BookFieldTitle BookField = \"title\"\n\ntype Result[T any] struct{ Data T }\n\ntype Operation struct{}\n")})
	require.NoError(t, err)
	text := string(source)
	require.Contains(t, text, "Book = gen.Book")
	require.Contains(t, text, "Result[T any] = gen.Result[T]")
	require.Contains(t, text, "BookFieldTitle = gen.BookFieldTitle")
	require.Contains(t, text, "func AllBookFields() []BookField { return []BookField{wire.All} }")
	require.NotContains(t, text, "gen.Operation")
}

func TestReferencesBecomeJoins(t *testing.T) {
	read := func(references string) (*model.Model, error) {
		operations, _, _ := strings.Cut(seeds, "things:")
		return model.Read([]byte(operations + references + `
things:
  Book: {writer_ids: "[]string", cover: Cover, parts: "[]Part", shelf_id: string}
  Cover: {painter_id: string}
  Part: {username: string}
  Writer: {id: string, username: string}
  Shelf: {shelf_key: string}
  Problem: {}
  Includes: {writers: "[]Writer", shelves: "[]Shelf"}
enums: {}
`))
	}
	m, err := read(`
references:
  Book:
    writer_ids: Writer
    cover.painter: Writer at cover.painter_id as Painter
    parts.username: Writer
    shelf_id: Shelf`)
	require.NoError(t, err)
	source, err := generate.Joins(m)
	require.NoError(t, err)
	_, err = parser.ParseFile(token.NewFileSet(), "joins.gen.go", source, parser.AllErrors)
	require.NoError(t, err)
	for _, line := range []string{
		"func (j *Join) BookWriters(of *Book) []*Writer {", "func (j *Join) BookPainter(of *Book) *Writer {",
		"func (j *Join) BookParts(of *Book) []*Writer {", "func (j *Join) BookShelf(of *Book) *Shelf {",
		"func (j *Join) Shelf(key string) *Shelf", "func (j *Join) WriterByUsername(username string) *Writer",
		"// BookPainter returns the writer of Cover.PainterID, nil where it is not there.",
	} {
		require.Contains(t, string(source), line)
	}
	written, err := m.Bytes()
	require.NoError(t, err)
	require.Contains(t, string(written), "cover.painter: Writer at cover.painter_id as Painter\n")

	for reference, says := range map[string]string{
		"writer_ids: Nobody":             "refers to Nobody, which no answer includes",
		"nothing_ids: Writer":            "Book has no field nothing_ids",
		"cover: Writer":                  "ends at cover, which is no text",
		"writer_ids: Writer for Writers": "a reference has no for",
		"writer_ids: Writer as":          "is no reference",
	} {
		_, err := read("\nreferences:\n  Book:\n    " + reference)
		require.ErrorContains(t, err, says)
	}
}
