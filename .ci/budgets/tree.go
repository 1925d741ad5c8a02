package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A tree is the source that is measured: the working folder, with the files of an overlay in place of its own. Measurements that share a
// compilation or a run take it once.
type tree struct {
	folder  string // for what is built, removed at the end
	overlay string
	built   map[string]string
	costs   map[string]compilation
	answers map[string]answer
}

// build compiles a program and returns the path of what came of it.
func (t *tree) build(pkg string, flags ...string) (string, error) {
	key := strings.Join(append(flags, pkg), " ")
	if binary, ok := t.built[key]; ok {
		return binary, nil
	}
	binary := filepath.Join(t.folder, strconv.Itoa(len(t.built)))
	if _, err := t.goBuild(append(flags, "-o", binary, pkg)...); err != nil {
		return "", err
	}
	if t.built == nil {
		t.built = map[string]string{}
	}
	t.built[key] = binary
	return binary, nil
}

func (t *tree) goBuild(arguments ...string) (*os.ProcessState, error) {
	arguments = append([]string{"build", "-overlay=" + t.overlay}, arguments...)
	cmd := exec.Command("go", arguments...) //nolint:gosec,noctx // our own
	output, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go build %s: %w: %s", arguments[len(arguments)-1], err, output)
	}
	return cmd.ProcessState, nil
}
