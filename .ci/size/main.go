// Command size measures what the generated code and the validation cost, holds each figure against its budget, and exits
// with 1 where one is over. Run it from the project's root: make size.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// figure is one thing measured and how much it may be.
type figure struct {
	name   string
	unit   string
	budget float64
	value  func() (float64, error)
}

func main() {
	folder, err := os.MkdirTemp("", "size")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := report(measures(folder))
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// report prints every figure beside its budget, and returns the exit code.
func report(figures []figure) int {
	code := 0
	for _, f := range figures {
		value, err := f.value()
		verdict := "ok"
		switch {
		case err != nil:
			verdict, code = "failed: "+err.Error(), 1
		case value > f.budget:
			verdict, code = "OVER BUDGET", 1
		}
		fmt.Printf("%-48s %10.2f of %8.2f %-8s %s\n", f.name, value, f.budget, f.unit, verdict)
	}
	return code
}

func measures(folder string) []figure {
	compiled := build{folder: folder}
	program := program{folder: folder}
	return []figure{
		{"generated lines in gen", "lines", 20_000, lines},
		{"exported names in gen", "names", 2_500, names},
		{"compiling gen alone: processor time", "s", 4, compiled.seconds},
		{"compiling gen alone: memory", "MB", 250, compiled.memory},
		{"a program with one call, over a bare one", "MB", 3.5, program.larger},
		{"reflective method lookups in it", "", 0, program.reflectMethods},
		{"allocations of the package that starts slowest", "", 1000, program.start},
		{"first call with validation, over one without", "ms", 10, program.firstCall},
		{"memory of validating five operations", "MB", 3, program.validation},
	}
}

// lines counts the generated Go code of package gen.
func lines() (float64, error) {
	files, err := filepath.Glob("gen/*.gen.go")
	count := 0
	for _, file := range files {
		text, failed := os.ReadFile(file)
		err = errors.Join(err, failed)
		count += bytes.Count(text, []byte("\n"))
	}
	return float64(count), err
}

// names counts what package gen exports on its top level.
func names() (float64, error) {
	files, err := filepath.Glob("gen/*.go")
	if err != nil {
		return 0, err
	}
	count := 0
	exported := func(name *ast.Ident) {
		if name.IsExported() {
			count++
		}
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return 0, err
		}
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				if declaration.Recv == nil {
					exported(declaration.Name)
				}
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						exported(spec.Name)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							exported(name)
						}
					}
				}
			}
		}
	}
	return float64(count), nil
}

// build compiles package gen where nothing of it is in the cache but what it imports.
type build struct {
	folder string
	usage  *syscall.Rusage
}

func (b *build) run() error {
	if b.usage != nil {
		return nil
	}
	cache := "GOCACHE=" + filepath.Join(b.folder, "cache")
	if err := command(cache, "go", "build", "./gen/wire", "iter", "encoding/json", "time").Run(); err != nil {
		return fmt.Errorf("building what gen imports: %w", err)
	}
	compile := command(cache, "go", "build", "./gen")
	if output, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("building gen: %w: %s", err, output)
	}
	b.usage, _ = compile.ProcessState.SysUsage().(*syscall.Rusage)
	if b.usage == nil {
		return errors.New("this system does not say what a process used")
	}
	return nil
}

func (b *build) seconds() (float64, error) {
	if err := b.run(); err != nil {
		return 0, err
	}
	return time.Duration(b.usage.Utime.Nano() + b.usage.Stime.Nano()).Seconds(), nil
}

func (b *build) memory() (float64, error) {
	if err := b.run(); err != nil {
		return 0, err
	}
	return float64(b.usage.Maxrss) / 1024, nil
}

func command(env, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env)
	return cmd
}

// program builds and runs the programs beside this one.
type program struct{ folder string }

func (p program) compile(name string) (string, error) {
	binary := filepath.Join(p.folder, name)
	if output, err := exec.Command("go", "build", "-o", binary, "./.ci/size/"+name).CombinedOutput(); err != nil { //nolint:gosec // our own
		return "", fmt.Errorf("building %s: %w: %s", name, err, output)
	}
	return binary, nil
}

func (p program) bytes(name string) (float64, error) {
	binary, err := p.compile(name)
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / 1e6, nil
}

func (p program) larger() (float64, error) {
	ours, err := p.bytes("onecall")
	if err != nil {
		return 0, err
	}
	bare, err := p.bytes("bare")
	return ours - bare, err
}

func (p program) reflectMethods() (float64, error) {
	output, err := exec.Command("go", "build", "-ldflags=-dumpdep", "-o", filepath.Join(p.folder, "dump"), "./.ci/size/onecall").CombinedOutput() //nolint:gosec // our own
	return float64(bytes.Count(output, []byte("<ReflectMethod>"))), err
}

var initialised = regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) allocs$`)

// start is the most that any package allocates before main. The runtime's own are left out.
func (p program) start() (float64, error) {
	binary, err := p.compile("onecall")
	if err != nil {
		return 0, err
	}
	output, err := command("GODEBUG=inittrace=1", binary, "start").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("running it: %w: %s", err, output)
	}
	most := 0.0
	for _, found := range initialised.FindAllSubmatch(output, -1) {
		allocations, err := strconv.ParseFloat(string(found[2]), 64)
		if err != nil {
			return 0, err
		}
		most = max(most, allocations)
	}
	return most, nil
}

// say runs the program with a word and returns the number that it prints.
func (p program) say(word string) (float64, error) {
	binary, err := p.compile("onecall")
	if err != nil {
		return 0, err
	}
	output, err := exec.Command(binary, word).Output() //nolint:gosec // our own
	if err != nil {
		return 0, fmt.Errorf("running it: %w", err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(output)), 64)
}

// firstCall is the median of several runs.
func (p program) firstCall() (float64, error) {
	var over []float64
	for range 9 {
		with, err := p.say("validated")
		if err != nil {
			return 0, err
		}
		without, err := p.say("unvalidated")
		if err != nil {
			return 0, err
		}
		over = append(over, with-without)
	}
	return median(over), nil
}

func (p program) validation() (float64, error) {
	with, err := p.say("memory-validated")
	if err != nil {
		return 0, err
	}
	without, err := p.say("memory-unvalidated")
	return with - without, err
}
