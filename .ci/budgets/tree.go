package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A tree is the source that is measured: the working folder, with the files of an overlay in place of its own.
type tree struct {
	folder  string // for what is built, removed at the end
	overlay string
	built   map[string]string
	costs   map[string]cost
	answers map[string]answer
}

// build compiles a package into a file of that name and returns its path.
func (t *tree) build(name, pkg string, flags ...string) (string, error) {
	binary := filepath.Join(t.folder, name)
	if t.built[name] != "" {
		return binary, nil
	}
	if _, err := t.goBuild(append(flags, "-o", binary, pkg)...); err != nil {
		return "", err
	}
	if t.built == nil {
		t.built = map[string]string{}
	}
	t.built[name] = binary
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
