package stream_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryKindOfNoticeHasAName holds the kinds that the engine tells of to be those that this package documents.
func TestEveryKindOfNoticeHasAName(t *testing.T) {
	documented := constants(t, "notice.go")
	for _, kind := range constants(t, "../internal/streaming/notice.go") {
		require.Contains(t, documented, kind, "give it a name here, and say what it means")
	}
}

// constants are the names of those that a file declares.
func constants(t *testing.T, path string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var names []string
	ast.Inspect(file, func(node ast.Node) bool {
		if group, ok := node.(*ast.GenDecl); ok && group.Tok == token.CONST {
			for _, spec := range group.Specs {
				if value, isValue := spec.(*ast.ValueSpec); isValue {
					names = append(names, value.Names[0].Name)
				}
			}
		}
		return true
	})
	require.NotEmpty(t, names)
	return names
}
