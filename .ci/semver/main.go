// Command semver tells what a change does to those who import the client: it compares the exported Go API of two
// checkouts, package by package, and says which part of the version has to grow.
//
//	semver BASE HEAD
//
// BASE and HEAD are folders. It exits 0 for a patch or a minor version, and 1 for a major one or a failure.
package main

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: semver BASE HEAD")
		os.Exit(2)
	}
	base, err := load(os.Args[1])
	head, failed := load(os.Args[2])
	if err := errors.Join(err, failed); err != nil {
		fmt.Fprintln(os.Stderr, "semver:", err)
		os.Exit(1)
	}
	if compare(os.Stdout, base, head) == major {
		os.Exit(1)
	}
}

// patterns are the packages that are imported: package xapi and those around it. The names of package gen that come from
// operations are names of xapi.
var patterns = []string{"./xapi/...", "./gen"}

// exported reports whether others can import a package.
func exported(path string) bool {
	return !slices.Contains(strings.Split(path, "/"), "internal") && !strings.Contains(path, "/cmd/")
}

func load(folder string) (map[string]*types.Package, error) {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: folder}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	found := map[string]*types.Package{}
	for _, pkg := range loaded {
		for _, wrong := range pkg.Errors {
			return nil, fmt.Errorf("%s: %s", folder, wrong)
		}
		if exported(pkg.PkgPath) && pkg.Name != "main" {
			found[pkg.PkgPath] = pkg.Types
		}
	}
	return found, nil
}

type verdict int

const (
	patch verdict = iota
	minor
	major
)

func (v verdict) String() string { return [...]string{"patch", "minor", "major"}[v] }

// mostTold is how many changes of a package are written.
const mostTold = 40

// compare writes what changed and returns the verdict.
func compare(w io.Writer, base, head map[string]*types.Package) verdict {
	var told strings.Builder
	worst := patch
	names := map[string]bool{}
	for path := range base {
		names[path] = true
	}
	for path := range head {
		names[path] = true
	}
	var paths []string
	for path := range names {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		was, is := base[path], head[path]
		switch {
		case was == nil:
			worst = max(worst, minor)
			fmt.Fprintf(&told, "%s: new\n", path)
			continue
		case is == nil:
			worst = major
			fmt.Fprintf(&told, "%s: gone\n", path)
			continue
		}
		var breaking, adding []string
		for _, change := range apidiff.Changes(was, is).Changes {
			if isToChange(change.Message) {
				continue
			}
			if change.Compatible {
				adding = append(adding, change.Message)
			} else {
				breaking = append(breaking, change.Message)
			}
		}
		slices.Sort(breaking)
		slices.Sort(adding)
		if len(breaking) > 0 {
			worst = major
		} else if len(adding) > 0 {
			worst = max(worst, minor)
		}
		list(&told, path+": breaks", breaking)
		list(&told, path+": adds", adding)
	}
	_, _ = fmt.Fprintf(w, "the exported Go API: %s\n%s", worst, told.String())
	return worst
}

// isToChange says that a change is of what tells one release or one spec from another.
func isToChange(message string) bool {
	name, what, _ := strings.Cut(message, ": ")
	return strings.HasPrefix(what, "value changed") && (name == "Version" || name == "SpecVersion" || name == "SpecDigest" || name == "PricesDate" || name == "LimitsDate")
}

func list(out *strings.Builder, title string, changes []string) {
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(out, "%s (%d)\n", title, len(changes))
	for i, change := range changes {
		if i == mostTold {
			fmt.Fprintf(out, "  and %d more\n", len(changes)-i)
			return
		}
		fmt.Fprintf(out, "  %s\n", change)
	}
}
