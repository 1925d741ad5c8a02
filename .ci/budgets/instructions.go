package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Calls that are made under the counter of instructions: a few, and many more. Their difference is calls alone.
const few, more = 50, 250

// instructions counts those of one call among many, in thousands.
func (t *tree) instructions(validation string) measurement {
	return func() (float64, error) {
		less, err := t.count("calls", validation, strconv.Itoa(few))
		if err != nil {
			return 0, err
		}
		all, err := t.count("calls", validation, strconv.Itoa(more))
		return (all - less) / (more - few) / 1e3, err
	}
}

// firstInstructions counts those of a program's first call, in millions.
func (t *tree) firstInstructions(validation string) measurement {
	return func() (float64, error) {
		without, err := t.count("none", validation)
		if err != nil {
			return 0, err
		}
		with, err := t.count("first", validation)
		return (with - without) / 1e6, err
	}
}

// count returns how many instructions a run of the program with one call executes in user mode. The processor counts them
// where perf may ask it to; otherwise valgrind simulates the run and counts.
func (t *tree) count(arguments ...string) (float64, error) {
	binary, err := t.build(oneCall)
	if err != nil {
		return 0, err
	}
	arguments = append([]string{binary}, arguments...)
	if count, err := perf(t.folder, arguments); err == nil {
		return count, nil
	}
	return valgrind(arguments)
}

func perf(folder string, arguments []string) (float64, error) {
	report := filepath.Join(folder, "perf")
	cmd := exec.Command("perf", append([]string{"stat", "-x,", "-e", "instructions:u", "-o", report, "--"}, arguments...)...) //nolint:gosec,noctx // our own
	if err := counted(cmd).Run(); err != nil {
		return 0, err
	}
	said, err := os.ReadFile(report)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(said)) {
		if count, rest, found := strings.Cut(line, ","); found && strings.Contains(rest, "instructions") {
			return strconv.ParseFloat(count, 64)
		}
	}
	return 0, fmt.Errorf("perf said nothing of instructions: %s", said)
}

var references = regexp.MustCompile(`I +refs: +([0-9,]+)`)

func valgrind(arguments []string) (float64, error) {
	if _, err := exec.LookPath("valgrind"); err != nil {
		return 0, errNotCounted
	}
	cmd := exec.Command("valgrind", append([]string{"--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"}, arguments...)...) //nolint:gosec,noctx // our own
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := counted(cmd).Run(); err != nil {
		return 0, fmt.Errorf("running it under valgrind: %w: %s", err, said.String())
	}
	found := references.FindSubmatch(said.Bytes())
	if found == nil {
		return 0, fmt.Errorf("valgrind told no instructions: %s", said.String())
	}
	return strconv.ParseFloat(strings.ReplaceAll(string(found[1]), ",", ""), 64)
}

// counted lets a program run on one processor and without a collector, whose work differs from run to run.
func counted(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off")
	return cmd
}
