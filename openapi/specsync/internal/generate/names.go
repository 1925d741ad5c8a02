package generate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// Names returns the Go source that gives what the files of package gen declare the same names in package xapi.
func Names(files map[string][]byte) ([]byte, error) {
	var types, constants []string
	abouts := map[string]string{}
	for name, source := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("reading the generated %s: %w", name, err)
		}
		for _, declaration := range file.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if internal[spec.Name.Name] || !spec.Name.IsExported() {
						continue
					}
					types = append(types, spec.Name.Name)
					comment := spec.Doc
					if comment == nil && len(general.Specs) == 1 {
						comment = general.Doc
					}
					abouts[spec.Name.Name] = comment.Text()
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						if general.Tok == token.CONST && name.IsExported() {
							constants = append(constants, name.Name)
						}
					}
				}
			}
		}
	}
	slices.Sort(types)
	slices.Sort(constants)
	var out bytes.Buffer
	out.WriteString(notice + "package xapi\n\nimport (\n\"github.com/xapi-go/xapi-go/gen\"\n\"github.com/xapi-go/xapi-go/gen/wire\"\n)\n\n")
	out.WriteString("// What operations take and answer.\ntype (\n")
	for _, name := range types {
		first, _, _ := strings.Cut(abouts[name], "\n\n")
		if first == "" {
			first = name + " is part of what operations take or answer."
		}
		out.WriteString(wrapped(first))
		if generic[name] {
			fmt.Fprintf(&out, "%s[T any] = gen.%s[T]\n", name, name)
			continue
		}
		fmt.Fprintf(&out, "%s = gen.%s\n", name, name)
	}
	out.WriteString(")\n\n// The values that strings of a type of their own have.\nconst (\n")
	for _, name := range constants {
		fmt.Fprintf(&out, "%s = gen.%s\n", name, name)
	}
	out.WriteString(")\n\n")
	allOf(&out, types)
	return gofmt("the names", out.Bytes())
}

// allOf writes a function for each type of fields and expansions that stands for all of them.
func allOf(out *bytes.Buffer, types []string) {
	for _, typ := range types {
		what := "fields"
		if strings.HasSuffix(typ, "Expansion") {
			what = "expansions"
		} else if !strings.HasSuffix(typ, "Field") {
			continue
		}
		fmt.Fprintf(out, "%sfunc All%ss() []%s { return []%s{wire.All} }\n\n", wrapped("All"+typ+"s asks for all "+what+
			" that the operation called offers, but those that only an owner may ask for: append such to it."), typ, typ, typ)
	}
}

var (
	// internal are the names of package gen that programs have no use for.
	internal = map[string]bool{"Operation": true, "Endpoint": true, "Requirement": true, "Input": true, "Param": true}
	generic  = map[string]bool{"Result": true, "Many": true}
)
