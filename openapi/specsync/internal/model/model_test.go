package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// library is a version of an API of books that are called volumes.
const library = `
openapi: 3.0.0
info: {title: Library, version: '1.0'}
paths:
  /books/{book_id}:
    get:
      operationId: getBook
      tags: [Books]
      parameters:
        - {in: path, name: book_id, required: true, schema: {type: string}}
        - {in: query, name: volume.fields, schema: {type: array, items: {type: string, enum: [title, volume_count]}}}
        - {in: query, name: max_results, required: true, schema: {type: integer}}
      responses:
        '200':
          description: The book.
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {$ref: '#/components/schemas/Volume'}
                  includes: {type: object, properties: {writers: {type: array, items: {$ref: '#/components/schemas/Writer'}}}}
                  errors: {type: array, items: {type: object, properties: {title: {type: string}}}}
  /books:
    post:
      operationId: addBook
      requestBody: {content: {application/json: {schema: {oneOf: [{$ref: '#/components/schemas/ByTitle'}, {type: object, required: [isbn], properties: {isbn: {type: string}}}]}}}}
      responses: {'201': {description: Added., content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/Volume'}}}}}}}
components:
  schemas:
    Volume:
      type: object
      description: A book.
      required: [id]
      properties:
        id: {type: string, description: Its number.}
        volume_count: {type: integer, format: int32}
        printed_at: {type: string, format: date-time}
        weight: {type: number}
        kind: {type: string, enum: [novel, atlas]}
        authors: {type: array, items: {$ref: '#/components/schemas/Writer'}}
        sequel: {$ref: '#/components/schemas/Volume'}
        labels: {type: object, additionalProperties: {type: string}}
        size: {oneOf: [{type: integer}, {type: string}]}
    Writer: {type: object, properties: {name: {type: string}, urls: {type: array, items: {type: string}}}}
    ByTitle: {type: object, required: [title], properties: {title: {type: string}}}
`

// renamed is the next version: every schema has another name, and the spelling has changed. A field is gone, one is new,
// an operation moved and has another operationId.
const renamed = `
openapi: 3.0.0
info: {title: Library, version: '1.1'}
paths:
  /books/{id}:
    get:
      operationId: fetchOneBook
      parameters:
        - {in: path, name: id, required: true, schema: {type: string}}
        - {in: query, name: book.fields, schema: {type: array, items: {type: string, enum: [title, book_count]}}}
      responses:
        '200':
          description: The book.
          content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/GetBookResponseData'}, errors: {type: array, items: {type: object, properties: {title: {type: string}}}}}}}}
  /books/new:
    post:
      operationId: addBook
      requestBody: {content: {application/json: {schema: {type: object, properties: {title: {type: string}, isbn: {type: string}}}}}}
      responses: {'201': {description: Added., content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/GetBookResponseData'}}}}}}}
components:
  schemas:
    GetBookResponseData:
      type: object
      properties:
        id: {type: string}
        book_count: {type: integer}
        printed_at: {type: string}
        kind: {type: string, enum: [novel, atlas, comic]}
        authors: {type: object, properties: {name: {type: string}}}
        language: {type: string}
`

const seeds = `
spelling:
  fields: {volume_count: book_count}
  parameters: {volume.fields: book.fields}
  values: {book.fields: {volume_count: book_count}}
operations:
  GetBook: {id: getBook, method: GET, path: "/books/{book_id}", data: Book, tag: Books}
  AddBook: {id: addBook, method: POST, path: /books, moved: [POST /books/new], tag: Books}
things:
  Book: {authors: "[]Author"}
  Author: {}
  Includes: {}
  Problem: {}
enums: {}
`

func parse(t *testing.T, text string) document.Object {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	return root
}

func grown(t *testing.T, widen bool, versions ...string) (*model.Model, model.Report) {
	t.Helper()
	m, err := model.Read([]byte(seeds))
	require.NoError(t, err)
	var report model.Report
	for _, version := range versions {
		report = m.Merge(parse(t, version), true, widen)
	}
	return m, report
}

func TestThingsAreNamedByPlace(t *testing.T) {
	m, _ := grown(t, true, library)
	book := m.Things["Book"].Fields
	require.Equal(t, "string", book["id"].Type)
	require.True(t, book["id"].Required)
	require.Equal(t, &model.Field{Type: "int", Old: "volume_count"}, book["book_count"])
	require.Equal(t, "time", book["printed_at"].Type)
	require.Equal(t, "number", book["weight"].Type)
	require.Equal(t, "BookKind", book["kind"].Type)
	require.Equal(t, "[]Author", book["authors"].Type)
	require.Equal(t, "Book", book["sequel"].Type, "the same schema is the same thing")
	require.Equal(t, "map[]string", book["labels"].Type)
	require.Equal(t, "loose", book["size"].Type)
	require.Equal(t, "[]Author", m.Things["Includes"].Fields["writers"].Type)
	require.NotContains(t, m.Things, "Volume")
	require.NotContains(t, m.Things, "Writer")
	require.Equal(t, "Book", m.Operations["AddBook"].Data)
	request := m.Things["AddBookRequest"].Fields
	require.Contains(t, request, "title")
	require.Contains(t, request, "isbn")
	require.False(t, request["title"].Required, "one variant does without")
}

func TestParametersShareTheTypeOfWhatTheyList(t *testing.T) {
	m, _ := grown(t, true, library)
	get := m.Operations["GetBook"]
	require.Equal(t, []string{"bookID"}, get.Args)
	require.Equal(t, &model.Field{Type: "[]BookField", Old: "volume.fields"}, get.Params["book.fields"])
	require.True(t, get.Params["max_results"].Required)
	require.Contains(t, m.Enums["BookField"].Values, model.Value{Name: "book_count", Old: "volume_count"})
}

func TestAVersionThatRenamesEverythingRenamesNothingHere(t *testing.T) {
	m, report := grown(t, false, library, renamed)
	require.Len(t, m.Operations, 2)
	require.NotContains(t, m.Things, "GetBookResponseData")
	book := m.Things["Book"].Fields
	require.Equal(t, &model.Field{Type: "int", Old: "volume_count"}, book["book_count"], "one field in both spellings")
	require.Equal(t, "string", book["language"].Type, "what is new is added")
	require.Equal(t, "1.0", book["weight"].Last, "what is gone stays, and says since when")
	require.Empty(t, book["id"].Last)
	require.Equal(t, "1.0", m.Operations["GetBook"].Params["max_results"].Last)
	require.Equal(t, "time", book["printed_at"].Type, "a text may hold a time")
	require.Contains(t, m.Enums["BookKind"].Values, model.Value{Name: "comic"})
	require.Equal(t, "getBook", m.Operations["GetBook"].ID)
	require.Equal(t, "1.1", m.Newest)
	require.Equal(t, []string{"Book.authors is of type []Author in the model, and an object or a list here"}, report.Contradictions)
	require.Contains(t, report.Added, "field Book.language")
}

func TestAContradictionIsDecidedOrWidened(t *testing.T) {
	m, err := model.Read([]byte(seeds + "decided: {Book.authors: the list stays}\n"))
	require.NoError(t, err)
	m.Merge(parse(t, library), true, false)
	require.Empty(t, m.Merge(parse(t, renamed), true, false).Contradictions)
	m, report := grown(t, true, library, renamed)
	require.Equal(t, "[1]Author", m.Things["Book"].Fields["authors"].Type)
	require.Empty(t, report.Contradictions)
}

func TestAnOlderVersionMarksNothingAsGone(t *testing.T) {
	m, _ := grown(t, true, renamed, library)
	require.Empty(t, m.Things["Book"].Fields["language"].Last)
	require.Equal(t, "1.1", m.Newest)
}

func TestMergingAgainChangesNothing(t *testing.T) {
	m, _ := grown(t, true, library, renamed)
	before, err := m.Bytes()
	require.NoError(t, err)
	again, err := model.Read(before)
	require.NoError(t, err)
	report := again.Merge(parse(t, renamed), true, false)
	require.Empty(t, report.Added)
	after, err := again.Bytes()
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestWordsAreFoundByPlace(t *testing.T) {
	m, _ := grown(t, true, library)
	words := m.Words(parse(t, library))
	require.Equal(t, "A book.", words["Book"])
	require.Equal(t, "Its number.", words["Book.id"])
}

func TestGoNames(t *testing.T) {
	for name, want := range map[string]string{
		"user_id": "UserID", "media.fields": "MediaFields", "getPostsByIds": "GetPostsByIDs", "dm_event": "DMEvent", "urls": "URLs",
		"retweet_count": "RepostCount", "in_reply_to_tweet_id": "InReplyToPostID", "image/png": "ImagePNG", "made_with_ai": "MadeWithAI",
	} {
		require.Equal(t, want, model.GoName(name))
	}
}

func TestNamesInWords(t *testing.T) {
	for name, want := range map[string]string{
		"createAccountActivityReplayJob": "Create account activity replay job", "getUsersByIds": "Get users by IDs", "blockUsersDms": "Block users DMs",
		"getOpenApiSpec": "Get open API spec", "getRetweets": "Get reposts",
	} {
		require.Equal(t, want, model.InWords(name))
	}
}

func TestABrokenModelIsRefused(t *testing.T) {
	for text, why := range map[string]string{
		"things: {Book: {author: Writer}}":            "Book.author is of type Writer",
		"things: {Book: {id: {type: string, of: 1}}}": "a field has no of",
		"stories: {}":                      "not readable",
		"operations: {A: {body: Nothing}}": "A is of type Nothing",
	} {
		_, err := model.Read([]byte(text))
		require.ErrorContains(t, err, why)
	}
}
