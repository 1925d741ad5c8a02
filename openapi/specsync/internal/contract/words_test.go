package contract_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/contract"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// described is the page with our words.
var described = strings.NewReplacer(
	"operationId: listBooks", "operationId: listBooks\n      summary: Our list.",
	"{type: object, required: [title], properties: {title: {type: string}, pages: {type: number, format: long}}}",
	"{type: object, description: Our book., required: [title], properties: {title: {type: string, description: Our title.}, pages: {type: number, format: long, description: Our pages.}}}",
).Replace(page)

// prose is a publication with words of its own, in which the schema has another name and one field less.
var prose = strings.NewReplacer(
	`"operationId": "listBooks"`, `"operationId": "listAll", "summary": "Their list.", "description": "Their words."`,
	`{"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}, "pages": {"type": "integer", "format": "int64"}}}`,
	`{"type": "object", "description": "Their book.", "properties": {"title": {"type": "string", "description": "Their title.", "example": "Their example."},
		"spine": {"type": "string", "description": "Their spine."}}}`,
).Replace(published)

func taken(t *testing.T, p contract.Project, text, prose string) contract.Sync {
	t.Helper()
	sync, err := p.Sync(publication(t, text), contract.ScopeVendored, prose, day)
	require.NoError(t, err)
	require.NoError(t, p.TakeOver(t.Context(), sync.Files, nil))
	require.NoError(t, p.Verify())
	return sync
}

func TestOurWordsSurviveASync(t *testing.T) {
	p := project(t, map[string]string{
		"openapi/parts/list-books.md": described, "openapi/parts/add-book.yaml": part, "openapi/overlay.yaml": overlay,
	})
	rebuild(t, p)
	sync := taken(t, p, prose, contract.ProseOurs)
	text := get(t, p, "openapi/openapi.yaml")
	require.NotContains(t, text, "Their")
	root, err := p.Contract()
	require.NoError(t, err)
	require.Equal(t, "Our book.", document.Resolve(root, "#/components/schemas/Volume/description"))
	require.Equal(t, "Our title.", document.Resolve(root, "#/components/schemas/Volume/properties/title/description"))
	require.Equal(t, "Our list.", document.Resolve(root, "#/paths/~1books/get/summary"))
	require.Equal(t, "The library.", document.Resolve(root, "#/info/description"))
	require.Contains(t, sync.Wordless, "ListBooksData.spine")
	require.Contains(t, get(t, p, "openapi/words.yaml"), "Our pages.")
	require.Contains(t, get(t, p, "gen/types.json"), "our pages.", "Go keeps the field, and what is said of it")

	// The field is back.
	taken(t, p, published, contract.ProseOurs)
	root, err = p.Contract()
	require.NoError(t, err)
	require.Equal(t, "Our pages.", document.Resolve(root, "#/components/schemas/Volume/properties/pages/description"))
	require.NoFileExists(t, filepath.Join(p.Root, "openapi/words.yaml"))

	before := everything(t, p)
	taken(t, p, published, contract.ProseOurs)
	require.Equal(t, before, everything(t, p))
}

func TestPublishedWordsAreTakenWhereAskedForAndOursWait(t *testing.T) {
	p := project(t, map[string]string{
		"openapi/parts/list-books.md": described, "openapi/parts/add-book.yaml": part, "openapi/overlay.yaml": overlay,
	})
	rebuild(t, p)
	sync := taken(t, p, prose, contract.ProsePublished)
	require.Empty(t, sync.Wordless)
	require.Contains(t, get(t, p, "openapi/openapi.yaml"), "Their book.")
	for _, ours := range []string{"Our book.", "Our title.", "Our pages.", "Our list."} {
		require.Contains(t, get(t, p, "openapi/words.yaml"), ours)
	}
	require.Contains(t, get(t, p, "gen/types.json"), "our title.")

	taken(t, p, prose, contract.ProseOurs)
	require.NotContains(t, get(t, p, "openapi/openapi.yaml"), "Their")
	require.Contains(t, get(t, p, "openapi/openapi.yaml"), "Our book.")
}
