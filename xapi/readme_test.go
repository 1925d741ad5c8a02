package xapi_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
)

// TestReadmeCompiles compiles every Go block of the README.
func TestReadmeCompiles(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	blocks := goBlock.FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, blocks)

	here, err := os.Getwd()
	require.NoError(t, err)
	files, packages := map[string]string{}, []string{}
	for i, block := range blocks {
		source := block[1]
		if !strings.HasPrefix(source, "package ") {
			source = fmt.Sprintf(snippetFrame, source)
		}
		written := filepath.Join(t.TempDir(), "block.go")
		require.NoError(t, os.WriteFile(written, []byte(source), 0o600))
		name := fmt.Sprintf("readme%d", i)
		files[filepath.Join(here, name, "block.go")] = written
		packages = append(packages, "./"+name)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": files})
	require.NoError(t, err)
	overlayFile := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(overlayFile, overlay, 0o600))

	arguments := append([]string{"build", "-overlay", overlayFile, "-gcflags=-e", "-o", t.TempDir()}, packages...)
	said, err := exec.CommandContext(t.Context(), "go", arguments...).CombinedOutput()
	for line := range strings.Lines(string(said)) {
		if !strings.HasPrefix(line, "#") && !unused.MatchString(line) {
			t.Error(strings.TrimSpace(line))
		}
	}
	if err != nil {
		require.Contains(t, string(said), "not used", "the compiler failed: %s", said)
	}
}

// TestReadmeNamesTargetsThatExist holds the README's commands against the Makefile.
func TestReadmeNamesTargetsThatExist(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	spec, err := os.ReadFile("../openapi/spec.mk")
	require.NoError(t, err)
	for _, named := range regexp.MustCompile("(?m)(?:^|`)make ([a-z-]+)").FindAllStringSubmatch(string(readme), -1) {
		require.Contains(t, string(makefile)+string(spec), "\n"+named[1]+":", "make %s", named[1])
	}
}
