package contract_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// page is a documentation page of one operation.
const page = `# List books

` + "````yaml get /books" + `
openapi: 3.0.0
info: {title: Library, version: '7', description: The library.}
servers: [{url: https://library.example}]
tags: [{name: Books, description: All of them}]
paths:
  /books:
    get:
      operationId: listBooks
      tags: [Books]
      responses: {'200': {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
components:
  schemas:
    Book: {type: object, required: [title], properties: {title: {type: string}, pages: {type: number, format: long}}}
` + "````\n"

// part is the other operation on the same path, transcribed.
const part = `openapi: 3.0.0
info: {title: Adding books, version: '7'}
x-part: {origin: transcribed, date: '2026-01-31'}
paths:
  /books:
    post:
      operationId: addBook
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses: {'201': {description: Added.}}
`

const overlay = `overlay: 1.0.0
info: {title: Corrections, version: 1.0.0}
actions:
  - {target: "$..[?@.format == 'long']", x-optional: true, description: Whole numbers., update: {type: integer, format: int64}}
  - {target: "$.paths[*].get", description: Reads may be repeated., update: {x-repeatable: true}}
`

var day = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func project(t *testing.T, files map[string]string) contract.Project {
	t.Helper()
	p := contract.Project{Root: t.TempDir()}
	for name, text := range files {
		put(t, p, name, text)
	}
	return p
}

func put(t *testing.T, p contract.Project, name, text string) {
	t.Helper()
	name = filepath.Join(p.Root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

func get(t *testing.T, p contract.Project, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(p.Root, name))
	require.NoError(t, err)
	return string(data)
}

// everything is the content of each file in the project.
func everything(t *testing.T, p contract.Project) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(p.Root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(p.Root, path)
		files[name] = get(t, p, name)
		return err
	}))
	return files
}

// library is a project with its contract built and corrected.
func library(t *testing.T) contract.Project {
	t.Helper()
	p := project(t, map[string]string{
		"openapi/parts/list-books.md": page, "openapi/parts/add-book.yaml": part, "openapi/overlay.yaml": overlay,
	})
	rebuild(t, p)
	return p
}

func rebuild(t *testing.T, p contract.Project) {
	t.Helper()
	files, err := p.Build(day)
	require.NoError(t, err)
	require.NoError(t, p.Write(files))
	files, _, err = p.Correct()
	require.NoError(t, err)
	require.NoError(t, p.Write(files))
}

func TestThePartsMakeOneContract(t *testing.T) {
	p := library(t)
	root, err := p.Contract()
	require.NoError(t, err)
	require.Len(t, document.Operations(root), 2)
	require.Equal(t, "The library.", document.Resolve(root, "#/info/description"), "the page speaks for the whole")
	require.NotContains(t, root, "x-part")

	lock, err := p.ReadLock()
	require.NoError(t, err)
	require.Equal(t, "7", lock.Version)
	require.Equal(t, document.Digest(root), lock.Digest)
	require.Len(t, lock.Parts, 2)
	require.Equal(t, "transcribed", lock.Parts[0].Origin)
	require.Equal(t, "2026-01-31", lock.Parts[0].Date)
	require.Equal(t, "documentation page", lock.Parts[1].Origin)
	require.Equal(t, "2026-02-03", lock.Parts[1].Date)
	require.Equal(t, document.Sum([]byte(page)), lock.Parts[1].Raw)

	require.Contains(t, get(t, p, "gen/spec/openapi.json"), `"pages":{"format":"int64","type":"integer"}`)
	require.Contains(t, get(t, p, "gen/spec/version.gen.go"), `const Digest = "`+lock.Digest+`"`)
	require.NoError(t, p.Verify())
}

func TestBuildingAgainChangesNothing(t *testing.T) {
	p := library(t)
	before := everything(t, p)
	files, err := p.Build(day.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.NoError(t, p.Write(files))
	require.Equal(t, before, everything(t, p), "a page that is known keeps its date")
}

func TestVerifyFindsWhatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		name, file string
		old, new   string
		reason     string
	}{
		{"a hand edit of the contract", "openapi/openapi.yaml", "listBooks", "listAllBooks", "openapi/openapi.yaml was edited by hand"},
		{"a comment in the contract", "openapi/openapi.yaml", "components:", "# Mine.\ncomponents:", "not as specsync writes it"},
		{"a changed part", "openapi/parts/add-book.yaml", "addBook", "addOneBook", "openapi/parts/add-book.yaml has changed since the lock"},
		{"a changed page", "openapi/parts/list-books.md", "# List", "# See", "openapi/parts/list-books.md has changed since the lock"},
		{"a stale lock", "openapi/openapi.lock.json", "transcribed", "found", "openapi/openapi.lock.json is stale"},
		{"a broken lock", "openapi/openapi.lock.json", "{", "", "is no lock"},
		{"an edit of the corrected document", "gen/spec/openapi.json", "int64", "int32", "gen/spec/openapi.json is stale"},
		{"another version", "gen/spec/version.gen.go", "\"7\"", "\"8\"", "gen/spec/version.gen.go is stale"},
		{"an overlay whose target is gone", "openapi/overlay.yaml", "$.paths[*].get", "$.paths[*].put", "matches nothing with action 2"},
		{"an overlay that was not applied", "openapi/overlay.yaml", "x-repeatable: true", "x-repeatable: false", "gen/spec/openapi.json is stale"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := library(t)
			text := get(t, p, c.file)
			require.Contains(t, text, c.old)
			put(t, p, c.file, strings.Replace(text, c.old, c.new, 1))
			require.ErrorContains(t, p.Verify(), c.reason)
		})
	}
	t.Run("a part that the lock does not know", func(t *testing.T) {
		p := library(t)
		put(t, p, "openapi/parts/more.yaml", part)
		require.ErrorContains(t, p.Verify(), "openapi/parts/more.yaml is not in the lock")
	})
	t.Run("a part that is gone", func(t *testing.T) {
		p := library(t)
		require.NoError(t, os.Remove(filepath.Join(p.Root, "openapi/parts/add-book.yaml")))
		require.ErrorContains(t, p.Verify(), "openapi/parts/add-book.yaml is in the lock and no longer there")
	})
}

func TestPartsThatDisagreeAreRefused(t *testing.T) {
	for _, c := range []struct{ name, text, reason string }{
		{"another schema of the same name", part + "components: {schemas: {Book: {type: string}}}\n", "give different content for components/schemas/Book"},
		{"the same operation otherwise", strings.NewReplacer("post:", "get:").Replace(part), "give different content for paths//books/get"},
		{"no origin", strings.Replace(part, "x-part:", "x-other:", 1), "does not say where it came from"},
		{"a reference to nothing", strings.Replace(part, "schemas/Book", "schemas/Tome", 1), "refers to #/components/schemas/Tome"},
		{"not OpenAPI", "a: b\n", "openapi/parts/add-book.yaml: the document has no openapi key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := project(t, map[string]string{"openapi/parts/list-books.md": page, "openapi/parts/add-book.yaml": c.text})
			_, err := p.Build(day)
			require.ErrorContains(t, err, c.reason)
		})
	}
}

func TestPartsMayRepeatThemselves(t *testing.T) {
	same := part + "components: {schemas: {Book: {type: object, required: [title], properties: {pages: {type: number, format: long}, title: {type: string}}}}}\n"
	p := project(t, map[string]string{"openapi/parts/list-books.md": page, "openapi/parts/add-book.yaml": same, "openapi/overlay.yaml": overlay})
	_, err := p.Build(day)
	require.NoError(t, err)
}

// published is a later publication of the whole library, in which a schema has another name.
const published = `{
  "openapi": "3.0.0",
  "info": {"title": "Library", "version": "8"},
  "servers": [{"url": "https://library.example"}],
  "paths": {
    "/books": {
      "get": {"operationId": "listBooks", "responses": {"200": {"description": "Found.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Volume"}}}}}},
      "post": {"operationId": "addVolume", "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Volume"}}}}, "responses": {"201": {"description": "Added."}}}
    },
    "/people": {"get": {"operationId": "listPeople", "responses": {"200": {"description": "Found.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}}}}}
  },
  "components": {"schemas": {
    "Volume": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}, "pages": {"type": "integer", "format": "int64"}}},
    "Person": {"type": "object"}
  }}
}`

func publication(t *testing.T, text string) contract.Publication {
	t.Helper()
	root, err := document.Parse([]byte(text))
	require.NoError(t, err)
	document.Canonicalize(root)
	return contract.Publication{From: "/home/somebody/library.json", Raw: []byte(text), Root: root}
}

func TestASyncTakesOverWhatIsVendored(t *testing.T) {
	p := library(t)
	sync, err := p.Sync(publication(t, published), contract.ScopeVendored, contract.ProseOurs, day)
	require.NoError(t, err)
	require.Equal(t, diff.None, sync.Diff.Class, "a schema and an operationId were renamed")
	require.Empty(t, sync.Gone)
	require.Zero(t, sync.Corrections.Actions[0].Matches, "upstream has mended its numbers")

	require.NoError(t, p.TakeOver(t.Context(), sync.Files, nil))
	root, err := p.Contract()
	require.NoError(t, err)
	operations := document.Operations(root)
	require.Len(t, operations, 2)
	require.Equal(t, "addVolume", operations[1].ID, "the operation at the same method and path")
	require.NotContains(t, document.Resolve(root, "#/components/schemas"), "Person")
	require.NotContains(t, everything(t, p), "openapi/parts/list-books.md", "the parts are superseded")

	lock, err := p.ReadLock()
	require.NoError(t, err)
	require.Len(t, lock.Parts, 1)
	require.Equal(t, "library.json", lock.Parts[0].Origin)
	require.Equal(t, "2026-02-03", lock.Parts[0].Date)
	require.Equal(t, document.Sum([]byte(published)), lock.Parts[0].Raw)
	require.NoError(t, p.Verify())

	before := everything(t, p)
	again, err := p.Sync(publication(t, published), contract.ScopeVendored, contract.ProseOurs, day.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Empty(t, again.Diff.Changes)
	require.NoError(t, p.TakeOver(t.Context(), again.Files, nil))
	require.Equal(t, before, everything(t, p), "the same publication again changes nothing")
}

func TestASyncTakesOverEverything(t *testing.T) {
	p := library(t)
	sync, err := p.Sync(publication(t, published), contract.ScopeAll, contract.ProseOurs, day)
	require.NoError(t, err)
	require.NoError(t, p.TakeOver(t.Context(), sync.Files, nil))
	root, err := p.Contract()
	require.NoError(t, err)
	require.Len(t, document.Operations(root), 3)
	require.NoError(t, p.Verify())
}

func TestASyncSaysWhatIsNotPublishedAnyMore(t *testing.T) {
	p := library(t)
	without := strings.Replace(published, `"post":`, `"put":`, 1)
	sync, err := p.Sync(publication(t, without), contract.ScopeVendored, contract.ProseOurs, day)
	require.NoError(t, err)
	require.Equal(t, []string{"addBook"}, sync.Gone)
	require.Equal(t, diff.Wire, sync.Diff.Class)

	put(t, p, "openapi/overlay.yaml", strings.ReplaceAll(overlay, "$.paths[*].get", "$.paths[*].post"))
	_, err = p.Sync(publication(t, without), contract.ScopeVendored, contract.ProseOurs, day)
	require.ErrorContains(t, err, "matches nothing with action 2 ($.paths[*].post): mend the target, or retire the action")
	require.ErrorContains(t, err, "no longer published, so that actions for them can only be retired: addBook")

	_, err = p.Sync(publication(t, strings.NewReplacer(`"get":`, `"put":`, `"post":`, `"patch":`, "listBooks", "a").Replace(published)), contract.ScopeVendored, contract.ProseOurs, day)
	require.ErrorContains(t, err, "none of the vendored operations")
}

func TestPartsHaveNoPlaceAfterASync(t *testing.T) {
	p := library(t)
	sync, err := p.Sync(publication(t, published), contract.ScopeVendored, contract.ProseOurs, day)
	require.NoError(t, err)
	require.NoError(t, p.TakeOver(t.Context(), sync.Files, nil))
	put(t, p, "openapi/parts/add-book.yaml", part)
	_, err = p.Build(day)
	require.ErrorContains(t, err, "parts have no place")
	require.ErrorContains(t, p.Verify(), "parts have no place")
}

func TestAFailedTakeOverLeavesEverythingAsItWas(t *testing.T) {
	for _, c := range []struct {
		name     string
		generate func(contract.Project, context.CancelFunc) error
	}{
		{"the generator fails", func(contract.Project, context.CancelFunc) error { return errors.New("out of order") }},
		{"it is interrupted", func(_ contract.Project, interrupt context.CancelFunc) error { interrupt(); return nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := library(t)
			put(t, p, "gen/models.gen.go", "package gen\n")
			before := everything(t, p)
			sync, err := p.Sync(publication(t, published), contract.ScopeVendored, contract.ProseOurs, day)
			require.NoError(t, err)
			ctx, interrupt := context.WithCancel(t.Context())
			err = p.TakeOver(ctx, sync.Files, func(context.Context) error {
				put(t, p, "gen/models.gen.go", "package broken\n")
				put(t, p, "gen/more.gen.go", "package broken\n")
				return c.generate(p, interrupt)
			})
			require.ErrorContains(t, err, "nothing was taken over")
			require.Equal(t, before, everything(t, p))
			interrupt()
		})
	}
}

func TestAFailedWriteLeavesEverythingAsItWas(t *testing.T) {
	p := library(t)
	before := everything(t, p)
	require.NoError(t, os.MkdirAll(filepath.Join(p.Root, "openapi/z"), 0o755))
	err := p.Write(contract.Files{"openapi/openapi.yaml": []byte("new"), "openapi/z": []byte("a folder is in the way")})
	require.ErrorContains(t, err, "writing openapi/z")
	require.Equal(t, before, everything(t, p))
}

func TestTheProjectIsFoundFromWithin(t *testing.T) {
	p := library(t)
	put(t, p, "go.mod", "module library\n")
	found, err := contract.FindProject(filepath.Join(p.Root, "gen", "spec"))
	require.NoError(t, err)
	require.Equal(t, p, found)
	_, err = contract.FindProject(t.TempDir())
	require.ErrorContains(t, err, "run specsync inside a checkout")
}
