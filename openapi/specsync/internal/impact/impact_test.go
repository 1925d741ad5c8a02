package impact_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/impact"
)

// published is what the program in testdata calls, and an operation that it does not call.
const published = `
openapi: 3.0.0
info: {title: API, version: '1'}
paths:
  /2/lists:
    post:
      operationId: createLists
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}, private: {type: boolean}}}}}}
      responses: {'200': {description: Made., content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {id: {type: string}, name: {type: string}}}}}}}}}
  /2/lists/{id}:
    delete: {operationId: deleteLists, responses: {'200': {description: Gone.}}}
  /2/tweets:
    post: {operationId: createPosts, responses: {'201': {description: Made.}}}
  /2/tweets/search/recent:
    get:
      operationId: searchPostsRecent
      parameters:
        - {in: query, name: query, required: true, schema: {type: string}}
        - {in: query, name: tweet.fields, explode: false, schema: {type: array, items: {type: string, enum: [lang, source]}}}
      responses: {'200': {description: Found., content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Tweet'}}}}}}}}
  /2/users/{id}/likes/{tweet_id}:
    delete: {operationId: unlikePost, responses: {'200': {description: Undone.}}}
components:
  schemas:
    Tweet:
      type: object
      required: [text]
      properties:
        text: {type: string}
        source: {type: string}
        public_metrics: {type: object, required: [like_count, quote_count], properties: {like_count: {type: integer}, quote_count: {type: integer}}}
`

func TestProgramsOfTheClientItselfCanBeAskedAbout(t *testing.T) {
	project, err := contract.FindProject(".")
	require.NoError(t, err)
	m, err := project.ReadModel()
	require.NoError(t, err)
	program, err := impact.Load(t.Context(), m, project.Root, []string{"./xapi/internal/programs"})
	require.NoError(t, err)
	base := parse(t, published)
	report := diff.Compare(base, parse(t, strings.Replace(published, "post: {operationId: createPosts, responses: {'201': {description: Made.}}}", "{}", 1)))
	hits := program.Find(report, diff.Wire, base, base).Hits
	require.NotEmpty(t, hits)
	for _, use := range hits[0].Uses {
		require.NotEqual(t, "xapi/internal/programs", use.By, "a package that is read itself is told of where it makes the call")
	}
}

func TestWhatAProgramHasToDo(t *testing.T) {
	project, err := contract.FindProject(".")
	require.NoError(t, err)
	m, err := project.ReadModel()
	require.NoError(t, err)
	program, err := impact.Load(t.Context(), m, ".", []string{"./testdata/program"})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		changes []string
		want    []string
	}{
		"nothing changed":                    {nil, nil},
		"an operation that it does not call": {[]string{"delete: {operationId: deleteLists, responses: {'200': {description: Gone.}}}", "{}"}, nil},
		"a field that it does not set":       {[]string{", private: {type: boolean}", ""}, nil},
		"a field that it does not read":      {[]string{", quote_count: {type: integer}", "", ", quote_count]", "]"}, nil},
		"a value that it does not ask for":   {[]string{"[lang, source]", "[lang]"}, nil},
		"another spelling":                   {[]string{"tweet.fields", "post.fields"}, nil},
		"a call by name":                     {[]string{"delete: {operationId: unlikePost, responses: {'200': {description: Undone.}}}", "{}"}, []string{"main.go:34: Call: unlikePost: removed"}},
		"a call":                             {[]string{"requestBody: {content", "requestBody: {required: true, content"}, []string{"main.go:18: CreateLists: createLists request: the body is now required"}},
		"a call by way of a package":         {[]string{"post: {operationId: createPosts, responses: {'201': {description: Made.}}}", "{}"}, []string{"main.go:37: New, by way of xapi/thread: createPosts: removed", "main.go:37: Publish, by way of xapi/thread: createPosts: removed"}},
		"a field that it sets":               {[]string{"properties: {name: {type: string}, ", "properties: {"}, []string{"main.go:19: Name: createLists request: name: removed"}},
		"a field that it reads":              {[]string{"properties: {like_count: {type: integer}, ", "properties: {", "required: [like_count, ", "required: ["}, []string{"main.go:33: LikeCount: Tweet public_metrics.like_count: removed"}},
		"a field of another type":            {[]string{"text: {type: string}", "text: {type: array, items: {type: string}}"}, []string{"main.go:32: Text: Tweet text: is now array, was string"}},
		"a parameter that it gives":          {[]string{"{in: query, name: query, required: true, schema: {type: string}}", "{in: query, name: query, required: true, schema: {type: integer}}"}, []string{"main.go:26: Query: searchPostsRecent query parameter query: is now integer, was string"}},
		"a constant":                         {[]string{"[lang, source]", "[source]"}, []string{"main.go:27: PostFieldLang: searchPostsRecent query parameter tweet.fields[]: enum value removed: lang"}},
	} {
		t.Run(name, func(t *testing.T) {
			base, head := parse(t, published), parse(t, strings.NewReplacer(c.changes...).Replace(published))
			found := program.Find(diff.Compare(base, head), diff.Wire, base, head)
			var out bytes.Buffer
			require.NoError(t, found.Text(&out))
			if c.want == nil {
				require.Contains(t, out.String(), "nothing of yours")
				require.Empty(t, found.Hits)
				return
			}
			for _, line := range c.want {
				require.Contains(t, out.String(), "testdata/program/"+line)
			}
			require.Len(t, strings.Split(strings.TrimSpace(out.String()), "\n"), 1+len(c.want), out.String())
		})
	}
}

func TestAProgramWithoutTheClientHasNothingToDo(t *testing.T) {
	project, err := contract.FindProject(".")
	require.NoError(t, err)
	m, err := project.ReadModel()
	require.NoError(t, err)
	base, head := parse(t, published), parse(t, strings.Replace(published, "/2/lists:", "/2/listings:", 1))
	program, err := impact.Load(t.Context(), m, ".", []string{"../words"})
	require.NoError(t, err)
	found := program.Find(diff.Compare(base, head), diff.Wire, base, head)
	var out bytes.Buffer
	require.NoError(t, found.Text(&out))
	require.Contains(t, out.String(), "nothing of yours: no package of the program imports github.com/xapi-go/xapi-go/xapi")
	_, err = impact.Load(t.Context(), m, ".", []string{"./no/such/package"})
	require.Error(t, err)
}

func parse(t *testing.T, text string) document.Object {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	return root
}
