package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// api compares the exported API with that of the last release, and fails where the version was not raised for what it lost.
func api() error {
	said, err := exec.Command("git", "describe", "--tags", "--abbrev=0", "--match=v*").Output() //nolint:noctx // our own
	last := strings.TrimSpace(string(said))
	if err != nil {
		fmt.Println("no release yet: nothing to compare with")
		return nil
	}
	tree, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tree) }()
	unpack := exec.Command("sh", "-c", `git archive "$1" | tar -x -C "$2"`, "sh", last, tree) //nolint:gosec,noctx // our own
	if said, err := unpack.CombinedOutput(); err != nil {
		return fmt.Errorf("unpacking %s: %w: %s", last, err, said)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	compare := exec.Command("go", "-C", ".ci/semver", "run", ".", tree, here) //nolint:gosec,noctx // our own
	compare.Stderr = os.Stderr
	told, err := compare.Output()
	fmt.Printf("since %s: %s", last, told)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	text, err := os.ReadFile(constant)
	if err != nil {
		return err
	}
	return allowed(string(told), last, "v"+string(declared.FindSubmatch(text)[1]))
}

// allowed holds what was told of a comparison against the versions that were compared.
func allowed(told, last, now string) error {
	_, verdict, _ := strings.Cut(told, "the exported Go API: ")
	verdict, _, _ = strings.Cut(verdict, "\n")
	switch {
	case verdict == "patch" || verdict == "minor":
		return nil
	case verdict != "major":
		return errors.New("the comparison failed")
	case !raised(last, now):
		return fmt.Errorf("%s may not take that from users of %s: keep it, or raise Version in %s", now, last, constant)
	}
	return nil
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
