package habits_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/zip"
)

// snippetFrame is what a block of the README that is no whole program stands in.
const snippetFrame = `package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/stream"
	"github.com/xapi-go/xapi-go/xapi/validate"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func main() {}

func _(ctx context.Context, t *testing.T, client *xapi.Client, token, clientID, path, mediaID string) {
%s}
`

var (
	goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")
	// unused is what a compiler says of a snippet that stops before it uses what it has.
	unused = regexp.MustCompile(`(declared|imported) and not used|no new variables`)
	target = regexp.MustCompile("(?m)(?:^|`)make ([a-z-]+)")
)

// TestReadmeCompiles compiles every Go block of the README in a module of its own, which has this one as a user's has it:
// the files that a release consists of, in a folder that nothing may write to.
func TestReadmeCompiles(t *testing.T) {
	readme := read(t, "README.md")
	blocks := goBlock.FindAllStringSubmatch(readme, -1)
	require.NotEmpty(t, blocks)

	outside := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(outside, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	const ours = "github.com/xapi-go/xapi-go"
	write("go.mod", strings.Replace(read(t, "go.mod"), "module "+ours, "module example.com/outside", 1)+
		"\nrequire "+ours+" v0.0.0\n\nreplace "+ours+" => "+released(t)+"\n")
	write("go.sum", read(t, "go.sum"))
	for i, block := range blocks {
		source := block[1]
		if !strings.HasPrefix(source, "package ") {
			source = fmt.Sprintf(snippetFrame, source)
		}
		write(fmt.Sprintf("block%d/block.go", i), source)
	}

	// The paths of temporary folders are left out of what is compiled, so that the next run finds it in the cache.
	build := exec.CommandContext(t.Context(), "go", "build", "-mod=readonly", "-trimpath", "-gcflags=-e", "-o", t.TempDir(), "./...")
	build.Dir = outside
	build.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	said, err := build.CombinedOutput()
	for line := range strings.Lines(string(said)) {
		if !strings.HasPrefix(line, "#") && !unused.MatchString(line) {
			t.Error(strings.TrimSpace(line))
		}
	}
	if err != nil {
		require.Contains(t, string(said), "not used", "the compiler failed: %s", said)
	}
}

// released copies what a release of this module consists of, for reading only.
func released(t *testing.T) string {
	t.Helper()
	files, err := zip.CheckDir(root)
	require.NoError(t, err)
	require.Empty(t, files.Invalid, "no release can have these files")
	to := t.TempDir()
	copied := map[string]bool{}
	for _, file := range files.Valid {
		path, err := filepath.Rel(root, file)
		require.NoError(t, err)
		if first, _, _ := strings.Cut(path, "/"); first == ".git" || first == "bin" || first == "dist" || first == ".cover" {
			continue // no file of the repository
		}
		place := filepath.Join(to, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(place), 0o700))
		require.NoError(t, os.WriteFile(place, []byte(read(t, path)), 0o400))
		copied[filepath.Dir(place)] = true
	}
	for folder := range copied {
		require.NoError(t, os.Chmod(folder, 0o500))
	}
	t.Cleanup(func() {
		for folder := range copied {
			_ = os.Chmod(folder, 0o700)
		}
	})
	return to
}

// TestPeersAreSourced holds the README's table of peers to be that of the page that has the source of each cell.
func TestPeersAreSourced(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\|.*xurl(?:.*\n\|.*)+`)
	told := rows.FindString(read(t, "README.md"))
	require.NotEmpty(t, told)
	require.Equal(t, rows.FindString(read(t, ".github/PEERS.md")), told)
}

// TestPagesNameTargetsThatExist holds the commands of the README and of .github against the Makefile.
func TestPagesNameTargetsThatExist(t *testing.T) {
	rules := "\n" + read(t, "Makefile") + read(t, "openapi/spec.mk")
	for _, page := range []string{"README.md", "openapi/README.md", ".github/CONTRIBUTING.md", ".github/COMPATIBILITY.md"} {
		for _, named := range target.FindAllStringSubmatch(read(t, page), -1) {
			require.Contains(t, rules, "\n"+named[1]+":", "%s: make %s", page, named[1])
		}
	}
}
