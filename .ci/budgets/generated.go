package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
)

// sources returns the text of the files of package gen, with those that an overlay puts there.
func (t *tree) sources(pattern string) (map[string][]byte, error) {
	paths, err := filepath.Glob(filepath.Join("gen", pattern))
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	for _, path := range paths {
		if texts[path], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	if t.overlay == "" {
		return texts, nil
	}
	raw, err := os.ReadFile(t.overlay)
	if err != nil {
		return nil, err
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(raw, &overlay); err != nil {
		return nil, err
	}
	for path, replacement := range overlay.Replace {
		matches, err := filepath.Match(pattern, filepath.Base(path))
		if err != nil {
			return nil, err
		}
		if !matches || filepath.Base(filepath.Dir(path)) != "gen" {
			continue
		}
		if texts[path], err = os.ReadFile(replacement); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// lines counts the generated Go code of package gen.
func (t *tree) lines() (float64, error) {
	texts, err := t.sources("*.gen.go")
	count := 0
	for _, text := range texts {
		count += bytes.Count(text, []byte("\n"))
	}
	return float64(count), err
}

// names counts what package gen exports on its top level.
func (t *tree) names() (float64, error) {
	texts, err := t.sources("*.go")
	if err != nil {
		return 0, err
	}
	count := 0
	for path, text := range texts {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			return 0, err
		}
		for _, declaration := range file.Decls {
			for _, name := range declared(declaration) {
				if name.IsExported() {
					count++
				}
			}
		}
	}
	return float64(count), nil
}

func declared(declaration ast.Decl) (names []*ast.Ident) {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		if declaration.Recv == nil {
			names = append(names, declaration.Name)
		}
	case *ast.GenDecl:
		for _, spec := range declaration.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name)
			case *ast.ValueSpec:
				names = append(names, spec.Names...)
			}
		}
	}
	return names
}
