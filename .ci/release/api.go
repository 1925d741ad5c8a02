package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// api compares the exported API of every module with the last release's.
func api() error {
	said, err := exec.Command("git", "describe", "--tags", "--abbrev=0", "--match=v*").Output() //nolint:noctx // our own
	last := strings.TrimSpace(string(said))
	if err != nil {
		fmt.Println("no release yet: nothing to compare with")
		return nil
	}
	folder, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	tree := filepath.Join(folder, "last")
	if err := os.Mkdir(tree, 0o700); err != nil {
		return err
	}
	unpack := exec.Command("sh", "-c", `git archive "$1" | tar -x -C "$2"`, "sh", last, tree) //nolint:gosec,noctx // our own
	if said, err := unpack.CombinedOutput(); err != nil {
		return fmt.Errorf("unpacking %s: %w: %s", last, err, said)
	}

	lost := ""
	for _, path := range append([]string{"."}, stores...) {
		name, before := module, filepath.Join(folder, "api")
		if path != "." {
			name += "/" + path
		}
		if _, err := os.Stat(filepath.Join(tree, path, "go.mod")); errors.Is(err, os.ErrNotExist) {
			continue // it is new
		}
		if _, err := apidiff(filepath.Join(tree, path), "-m", "-w", before, name); err != nil {
			return err
		}
		missing, err := apidiff(path, "-m", "-incompatible", before, name)
		if err != nil {
			return err
		}
		lost += missing
	}
	if lost == "" {
		fmt.Println("what compiled with", last, "compiles")
		return nil
	}
	fmt.Printf("since %s the API has lost:\n%s", last, lost)
	text, err := os.ReadFile(constant)
	if err != nil {
		return err
	}
	now := "v" + string(declared.FindSubmatch(text)[1])
	if !raised(last, now) {
		return fmt.Errorf("%s may not take that from users of %s: keep it, or raise Version in %s", now, last, constant)
	}
	return nil
}

// versions are constants that are there to change.
var versions = regexp.MustCompile(`(?m)^- \./(xapi\.(Spec)?Version|xapi\.SpecDigest|gen/spec\.(Version|Digest)): value changed .*\n`)

var ignored = regexp.MustCompile(`(?m)^Ignoring internal package .*\n`)

func apidiff(folder string, args ...string) (string, error) {
	tools, err := filepath.Abs(".ci/tools/go.mod")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", append([]string{"tool", "-modfile=" + tools, "apidiff"}, args...)...) //nolint:gosec,noctx // our own
	cmd.Dir = folder
	var warnings strings.Builder
	cmd.Stderr = &warnings
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("apidiff in %s: %w: %s", folder, err, ignored.ReplaceAllString(warnings.String(), ""))
	}
	return versions.ReplaceAllString(string(said), ""), nil
}

// raised says whether a version may break programs that were written for another: from v1 on with a new major, before it
// with a new minor.
func raised(from, to string) bool {
	before, now := semantic.FindStringSubmatch(from), semantic.FindStringSubmatch(to)
	if before == nil || now == nil {
		return false
	}
	return before[1] != now[1] || before[1] == "0" && before[2] != now[2]
}
