package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// size returns how large a program is, in megabytes.
func (t *tree) size(pkg string, flags ...string) (float64, error) {
	binary, err := t.build(pkg, flags...)
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / 1e6, nil
}

// larger measures by how much a program is larger than one that does as much with net/http alone. Neither has in it where
// its source lies, so that the length of that path does not count.
func (t *tree) larger(pkg string) measurement {
	return func() (float64, error) {
		ours, err := t.size(pkg, "-trimpath")
		if err != nil {
			return 0, err
		}
		without, err := t.size(bare, "-trimpath")
		return ours - without, err
	}
}

// commandSize is that of the command as `make dist` builds it, for this machine.
func (t *tree) commandSize() (float64, error) {
	return t.size(command, "-trimpath", "-ldflags=-s -w")
}

// reflectMethods counts the places where a program asks for a method by a name that the linker does not know: one is
// enough for it to keep every exported method of every type.
func (t *tree) reflectMethods() (float64, error) {
	output, err := exec.Command("go", "build", "-overlay="+t.overlay, "-ldflags=-dumpdep", //nolint:gosec,noctx // our own
		"-o", filepath.Join(t.folder, "dump"), oneCall).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("linking %s: %w", oneCall, err)
	}
	if !bytes.Contains(output, []byte("main.main")) {
		return 0, fmt.Errorf("the linker did not tell what depends on what in %s", oneCall)
	}
	return float64(bytes.Count(output, []byte("<ReflectMethod>"))), nil
}

var initialised = regexp.MustCompile(`(?m)^init \S+ @.* (\d+) allocs$`)

// starts returns the allocations of each package of a program before main. The runtime's own are left out.
func (t *tree) starts(pkg string, arguments ...string) (counts []float64, err error) {
	binary, err := t.build(pkg)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, arguments...) //nolint:gosec,noctx // our own
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	output, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("running %s: %w: %s", pkg, err, output)
	}
	for _, found := range initialised.FindAllSubmatch(output, -1) {
		count, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			return nil, err
		}
		counts = append(counts, count)
	}
	if len(counts) == 0 {
		return nil, fmt.Errorf("%s told nothing of its start: %s", pkg, output)
	}
	return counts, nil
}

func (t *tree) slowestStart() (most float64, err error) {
	counts, err := t.starts(oneCall, "none", "plain")
	for _, count := range counts {
		most = max(most, count)
	}
	return most, err
}

func (t *tree) commandStart() (sum float64, err error) {
	counts, err := t.starts(command, "version")
	for _, count := range counts {
		sum += count
	}
	return sum, err
}
