package main

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A compilation is what it used.
type compilation struct {
	processor time.Duration
	memory    float64 // the most that one process had, in megabytes
}

func seconds(of, _ compilation) (float64, error)   { return of.processor.Seconds(), nil }
func megabytes(of, _ compilation) (float64, error) { return of.memory, nil }

func timesNetHTTP(of, netHTTP compilation) (float64, error) {
	return of.processor.Seconds() / netHTTP.processor.Seconds(), nil
}

const netHTTP = "net/http"

// compiling measures the compilation of a package: of a library that package alone, of a program everything in it that is
// not of the standard library, and the linking.
func (t *tree) compiling(pkg string, figure func(of, netHTTP compilation) (float64, error)) measurement {
	return func() (float64, error) {
		if t.costs == nil {
			costs, err := t.compile()
			if err != nil {
				return 0, err
			}
			t.costs = costs
		}
		return figure(t.costs[pkg], t.costs[netHTTP])
	}
}

// compile takes net/http before and after what it is the measure of, since other work comes and goes on a machine.
func (t *tree) compile() (map[string]compilation, error) {
	costs := map[string]compilation{}
	for _, pkg := range []string{netHTTP, gen, oneCall, netHTTP} {
		used, err := t.anew(pkg)
		if err != nil {
			return nil, err
		}
		if before, ok := costs[pkg]; ok {
			used.processor = (used.processor + before.processor) / 2
		}
		costs[pkg] = used
	}
	return costs, nil
}

// anew builds a package, and compiles what is measured of it whether that is in the cache or not: it gets a flag that
// nobody gave it before, and that does nothing.
func (t *tree) anew(pkg string) (compilation, error) {
	listed, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{.Standard}} {{.DepOnly}}", pkg).Output() //nolint:gosec,noctx // our own
	if err != nil {
		return compilation{}, fmt.Errorf("listing what is in %s: %w", pkg, err)
	}
	arguments := []string{"-o", filepath.Join(t.folder, "anew")}
	flag := "=-memprofilerate=" + strconv.FormatInt(time.Now().UnixNano(), 10)
	var cached []string
	for line := range strings.Lines(string(listed)) {
		var named string
		var standard, dependency bool
		if _, err := fmt.Sscan(line, &named, &standard, &dependency); err != nil {
			return compilation{}, err
		}
		if dependency && (standard || pkg != oneCall) {
			cached = append(cached, named)
		} else {
			arguments = append(arguments, "-gcflags="+named+flag)
		}
	}
	if _, err := t.goBuild(cached...); err != nil {
		return compilation{}, err
	}
	state, err := t.goBuild(append(arguments, pkg)...)
	if err != nil {
		return compilation{}, err
	}
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return compilation{}, errors.New("this system does not say what a process used")
	}
	return compilation{processor: state.UserTime() + state.SystemTime(), memory: float64(used.Maxrss) / 1024}, nil
}
