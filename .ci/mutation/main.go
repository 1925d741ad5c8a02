// Command mutation lets gremlins change packages a place at a time, and holds against floors.yaml how many changes their
// tests notice. A floor only rises: where a package stands above its own, the file is written anew.
//
//	mutation [PACKAGE]    run on one package, or on all
//	mutation -since REF   fail where a floor is lower than it was at that commit, or gone
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const file = ".ci/mutation/floors.yaml"

func main() {
	since := flag.String("since", "", "compare the floors with those of a commit")
	workers := flag.Int("workers", 1, "packages that are tested at once")
	flag.Parse()
	var err error
	if *since != "" {
		err = rising(*since)
	} else {
		err = measure(flag.Arg(0), *workers)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

// rising compares the floors with those of an older commit.
func rising(since string) error {
	now, err := read()
	if err != nil {
		return err
	}
	listed, err := exec.Command("git", "ls-tree", "--name-only", since, file).Output() //nolint:gosec,noctx // the caller's commit
	if err != nil {
		return fmt.Errorf("looking for %s in %s: %w", file, since, err)
	}
	if len(listed) == 0 {
		fmt.Println(since, "has no floors")
		return nil
	}
	before, err := exec.Command("git", "show", since+":"+file).Output() //nolint:gosec,noctx // the caller's commit
	if err != nil {
		return fmt.Errorf("reading %s of %s: %w", file, since, err)
	}
	older, err := parse(before)
	if err != nil {
		return fmt.Errorf("%s of %s: %w", file, since, err)
	}
	return now.sunk(older)
}

// measure runs every package, or one, and raises its floor.
func measure(pkg string, workers int) error {
	list, err := read()
	if err != nil {
		return err
	}
	var failed []error
	found := false
	for i := range list {
		if pkg != "" && list[i].Package != pkg {
			continue
		}
		found = true
		measured, err := gremlins(list[i].Package, workers)
		if err != nil {
			return err
		}
		fmt.Printf("%s: of the changes in code that its tests reach they notice %.1f%% (floor %d); they reach %.1f%% (floor %d)\n",
			list[i].Package, measured.Efficacy, list[i].Noticed, measured.Coverage, list[i].Reached)
		failed = append(failed, list[i].hold(measured))
	}
	if !found {
		return fmt.Errorf("%s has no package %s", file, pkg)
	}
	return errors.Join(append(failed, write(list))...)
}

// A report is what gremlins writes of a package.
type report struct {
	Efficacy float64 `json:"test_efficacy"`
	Coverage float64 `json:"mutations_coverage"`
	Mutants  int     `json:"mutants_total"`
}

// gremlins runs without arithmetic mutants: most are of strings that are put together, do not compile, and would count as
// noticed.
func gremlins(pkg string, workers int) (r report, err error) {
	folder, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return r, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	to := filepath.Join(folder, "report.json")
	cmd := exec.Command("go", "tool", "-modfile=.ci/tools/go.mod", "gremlins", "unleash", "./"+pkg, "--output", to, //nolint:gosec,noctx // our own
		"--workers", strconv.Itoa(workers), "--timeout-coefficient", "10", "--arithmetic-base=false", "--invert-logical")
	// A run of the tests that comes from the cache takes no time, and every change would then take too long. Those of logins
	// kill fewer processes when they are to be short.
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -count=1 -short"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return r, fmt.Errorf("gremlins on %s: %w", pkg, err)
	}
	text, err := os.ReadFile(to)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	if r.Mutants == 0 {
		return r, fmt.Errorf("gremlins changed nothing in %s", pkg)
	}
	return r, nil
}
