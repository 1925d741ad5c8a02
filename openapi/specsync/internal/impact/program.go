package impact

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Module is where the client lives; a fork is told by the packages that a program imports.
const Module = "github.com/xapi-go/xapi-go"

// Use is a place in a program that names a symbol.
type Use struct {
	// File is relative to the folder that the program was loaded from.
	File string
	Line int
	Text string
	// By is the package of the client through which an operation is called, empty where it is called by name.
	By string
}

// Program is what a program uses of the client.
type Program struct {
	m    *model.Model
	uses map[Symbol][]Use
	// operations are those that it calls itself or by way of a package.
	operations map[string]bool
	// opaque are calls of which it cannot be told which operation they carry out.
	opaque []Use
	// client says that some package imports the client at all.
	client bool
}

const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
	packages.NeedSyntax | packages.NeedTypesInfo

// Load reads the packages that the patterns name as seen from the folder, with their tests, and finds what they use of
// the client whose model m is. They have to compile with it.
func Load(ctx context.Context, m *model.Model, folder string, patterns []string) (*Program, error) {
	ids := map[string]string{}
	for name, operation := range m.Operations {
		ids[operation.ID] = name
	}
	found := &Program{m: m, uses: map[Symbol][]Use{}, operations: map[string]bool{}}
	loaded, err := read(ctx, folder, patterns, true)
	if err != nil {
		return nil, err
	}
	helpers := map[string]bool{}
	for _, pkg := range loaded {
		for path := range pkg.Imports {
			if path == Module+"/xapi" || strings.HasPrefix(path, Module+"/xapi/") || path == Module+"/gen" {
				found.client = true
			}
			if rest, ok := strings.CutPrefix(path, Module+"/xapi/"); ok && rest != "xapitest" {
				helpers[path] = true
			}
		}
	}
	for _, pkg := range loaded {
		delete(helpers, pkg.PkgPath) // one that is read itself is told of where it makes the call
	}
	by, err := carriedOut(ctx, folder, helpers, ids)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, pkg := range loaded {
		s := &scan{pkg: pkg, folder: folder, ids: ids, by: by, into: found, owners: owners(pkg.Types), seen: seen}
		for _, file := range pkg.Syntax {
			ast.Inspect(file, s.visit)
		}
	}
	return found, nil
}

func read(ctx context.Context, folder string, patterns []string, tests bool) ([]*packages.Package, error) {
	loaded, err := packages.Load(&packages.Config{Context: ctx, Mode: mode, Dir: folder, Tests: tests}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("loading the program: %w", err)
	}
	var failed []error
	for _, pkg := range loaded {
		for _, wrong := range pkg.Errors {
			failed = append(failed, fmt.Errorf("%s: %s", wrong.Pos, wrong.Msg))
		}
	}
	if len(failed) > 0 {
		const most = 5
		return nil, fmt.Errorf("the program has to compile with the client that it uses now: %w", errors.Join(failed[:min(most, len(failed))]...))
	}
	if len(loaded) == 0 {
		return nil, fmt.Errorf("no package matches %s", strings.Join(patterns, " "))
	}
	return loaded, nil
}

// carriedOut finds which operations the client's own packages carry out for those that use them.
func carriedOut(ctx context.Context, folder string, helpers map[string]bool, ids map[string]string) (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	if len(helpers) == 0 {
		return all, nil
	}
	var paths []string
	for path := range helpers {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	loaded, err := read(ctx, folder, paths, false)
	if err != nil {
		return nil, err
	}
	for _, pkg := range loaded {
		own := &Program{uses: map[Symbol][]Use{}, operations: map[string]bool{}}
		s := &scan{pkg: pkg, folder: folder, ids: ids, into: own, owners: owners(pkg.Types), seen: map[string]bool{}}
		for _, file := range pkg.Syntax {
			ast.Inspect(file, s.visit)
		}
		all[pkg.PkgPath] = own.operations
	}
	return all, nil
}

// owners are the structs of package gen by their fields.
func owners(pkg *types.Package) map[types.Object]Symbol {
	found := map[types.Object]Symbol{}
	seen := map[*types.Package]bool{}
	var visit func(*types.Package)
	visit = func(pkg *types.Package) {
		if pkg == nil || seen[pkg] {
			return
		}
		seen[pkg] = true
		if pkg.Path() == Module+"/gen" {
			for _, name := range pkg.Scope().Names() {
				of, isStruct := pkg.Scope().Lookup(name).Type().Underlying().(*types.Struct)
				if _, isType := pkg.Scope().Lookup(name).(*types.TypeName); !isStruct || !isType {
					continue
				}
				for field := range of.Fields() {
					found[field] = Symbol{Type: name, Field: field.Name()}
				}
			}
		}
		for _, imported := range pkg.Imports() {
			visit(imported)
		}
	}
	visit(pkg)
	return found
}

// scan goes through the files of one package.
type scan struct {
	pkg    *packages.Package
	folder string
	ids    map[string]string
	by     map[string]map[string]bool
	into   *Program
	owners map[types.Object]Symbol
	seen   map[string]bool
}

func (s *scan) visit(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.Ident:
		s.name(node)
	case *ast.CallExpr:
		s.call(node)
	}
	return true
}

// name notes what an identifier stands for.
func (s *scan) name(at *ast.Ident) {
	object := s.pkg.TypesInfo.Uses[at]
	if object == nil || object.Pkg() == nil || !strings.HasPrefix(object.Pkg().Path(), Module+"/") {
		return
	}
	if symbol, ok := s.owners[object]; ok {
		s.note(symbol, at, "")
		return
	}
	switch object := object.(type) {
	case *types.Const:
		if named, ok := types.Unalias(object.Type()).(*types.Named); ok {
			typ := named.Obj().Name()
			s.note(Symbol{Type: typ, Constant: strings.TrimPrefix(object.Name(), typ)}, at, "")
		}
	case *types.Var: // the rows of the table of operations
		if name, ok := strings.CutPrefix(object.Name(), "Op"); ok && s.isOperation(name) {
			s.operation(name, at, "")
		}
	case *types.Func:
		if name, ok := s.method(object); ok {
			s.operation(name, at, "")
			return
		}
		for name := range s.by[object.Pkg().Path()] {
			s.operation(name, at, strings.TrimPrefix(object.Pkg().Path(), Module+"/"))
		}
	}
}

// method is the operation of a method of the client, or of an interface that the client's own packages take it by.
func (s *scan) method(of *types.Func) (string, bool) {
	signature, _ := of.Type().(*types.Signature)
	if signature == nil || signature.Recv() == nil {
		return "", false
	}
	receiver := signature.Recv().Type()
	if pointer, ok := receiver.(*types.Pointer); ok {
		receiver = pointer.Elem()
	}
	named, _ := types.Unalias(receiver).(*types.Named)
	isClient := named != nil && of.Pkg().Path() == Module+"/xapi" && named.Obj().Name() == "Client"
	if !isClient && !types.IsInterface(receiver) {
		return "", false
	}
	for _, suffix := range []string{"", "Pages", "Form", "With"} {
		if name, ok := strings.CutSuffix(of.Name(), suffix); ok && s.isOperation(name) {
			return name, true
		}
	}
	return "", false
}

func (s *scan) isOperation(name string) bool {
	for _, known := range s.ids {
		if known == name {
			return true
		}
	}
	return false
}

// call notes the operation that a call names by its id, as Client.Call does.
func (s *scan) call(at *ast.CallExpr) {
	selector, ok := at.Fun.(*ast.SelectorExpr)
	if !ok || len(at.Args) < 2 {
		return
	}
	of, _ := s.pkg.TypesInfo.Uses[selector.Sel].(*types.Func)
	if of == nil || of.Pkg() == nil || of.Pkg().Path() != Module+"/xapi" || of.Name() != "Call" && of.Name() != "Do" {
		return
	}
	if of.Name() == "Call" {
		if value := s.pkg.TypesInfo.Types[at.Args[1]].Value; value != nil && value.Kind() == constant.String {
			for id, name := range s.ids {
				if strings.EqualFold(id, constant.StringVal(value)) || strings.EqualFold(name, constant.StringVal(value)) {
					s.operation(name, selector.Sel, "")
					return
				}
			}
		}
	}
	s.into.opaque = append(s.into.opaque, s.use(selector.Sel, ""))
}

func (s *scan) operation(name string, at ast.Node, by string) {
	s.into.operations[name] = true
	s.note(Symbol{Operation: name}, at, by)
}

// note records a use, once for each line.
func (s *scan) note(symbol Symbol, at ast.Node, by string) {
	use := s.use(at, by)
	key := fmt.Sprint(symbol, use)
	if s.seen[key] {
		return
	}
	s.seen[key] = true
	s.into.uses[symbol] = append(s.into.uses[symbol], use)
}

func (s *scan) use(at ast.Node, by string) Use {
	position := s.position(at.Pos())
	name := ""
	if ident, ok := at.(*ast.Ident); ok {
		name = ident.Name
	}
	return Use{File: position.Filename, Line: position.Line, Text: name, By: by}
}

func (s *scan) position(at token.Pos) token.Position {
	position := s.pkg.Fset.Position(at)
	if folder, err := filepath.Abs(s.folder); err == nil {
		if relative, err := filepath.Rel(folder, position.Filename); err == nil && !strings.HasPrefix(relative, "..") {
			position.Filename = relative
		}
	}
	return position
}
