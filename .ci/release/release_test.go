package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// house is a tree with what a release touches, before its first.
func house(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	put := func(path, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	put(constant, "package xapi\n\nconst (\n\tVersion = \"0.0.0\"\n\tSpecVersion = \"2\"\n)\n")
	put(changelog, "# Changes\n\n## Unreleased\n\n- Everything.\n\n## v0.0.9, 2020-01-01\n\n- Older.\n")
	for _, store := range stores {
		put(store+"/go.mod", "module "+module+"/"+store+"\n\ngo 1.25.0\n\nrequire (\n\t"+module+" v0.0.0\n\texample.com/x v1.0.0\n)\n\nreplace "+module+" => ../../..\n")
	}
	git(t, "init", "-q")
}

func git(t *testing.T, args ...string) {
	t.Helper()
	said, err := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", said)
}

func TestARelease(t *testing.T) {
	house(t)
	err := check("v0.1.0")
	require.ErrorContains(t, err, "xapi/version.go does not have Version 0.1.0")
	require.ErrorContains(t, err, "xapi/store/redis/go.mod does not require")
	require.ErrorContains(t, err, "xapi/store/sql/go.mod does not require")
	require.ErrorContains(t, err, "has nothing under v0.1.0")

	require.NoError(t, cut("v0.1.0", time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)))
	require.NoError(t, check("v0.1.0"))
	changes, err := os.ReadFile(changelog)
	require.NoError(t, err)
	require.Equal(t, "# Changes\n\n## Unreleased\n\n## v0.1.0, 2026-12-01\n\n- Everything.\n\n## v0.0.9, 2020-01-01\n\n- Older.\n", string(changes))
	said, err := notes("v0.1.0")
	require.NoError(t, err)
	require.Equal(t, "- Everything.\n", said)
	required, err := os.ReadFile("xapi/store/sql/go.mod")
	require.NoError(t, err)
	require.Contains(t, string(required), "replace "+module+" => ../../..", "the tree still builds as it lies")

	require.ErrorContains(t, cut("v0.2.0", time.Now()), "nothing unreleased")
}

func TestTagsOfAllModulesStandTogether(t *testing.T) {
	house(t)
	require.NoError(t, cut("v0.1.0", time.Now()))
	git(t, "add", "-A")
	git(t, "commit", "-qm", "Release")
	git(t, "tag", "v0.1.0")
	git(t, "tag", "xapi/store/redis/v0.1.0")
	err := check("v0.1.0")
	require.ErrorContains(t, err, "no tag xapi/store/sql/v0.1.0")
	require.NotContains(t, err.Error(), "redis")
	git(t, "commit", "-qm", "Later", "--allow-empty")
	git(t, "tag", "xapi/store/sql/v0.1.0")
	require.ErrorContains(t, check("v0.1.0"), "no tag xapi/store/sql/v0.1.0 at the commit of v0.1.0")
	git(t, "tag", "-f", "xapi/store/sql/v0.1.0", "v0.1.0")
	require.NoError(t, check("v0.1.0"))
}

func TestVersionsThatMayBreak(t *testing.T) {
	for _, c := range []struct {
		from, to string
		may      bool
	}{
		{"v0.1.0", "v0.1.1", false}, {"v0.1.0", "v0.1.0", false}, {"v0.1.0", "v0.2.0", true}, {"v0.9.0", "v1.0.0", true},
		{"v1.1.0", "v1.2.0", false}, {"v1.9.0", "v2.0.0", true}, {"v1.0.0", "1.0", false},
	} {
		require.Equal(t, c.may, raised(c.from, c.to), "%s to %s", c.from, c.to)
	}
}

func TestWhatAnAPIMayLose(t *testing.T) {
	require.NoError(t, allowed("the exported Go API: minor\nxapi: adds (1)\n", "v0.1.0", "v0.1.0"))
	require.NoError(t, allowed("the exported Go API: major\nxapi: breaks (1)\n", "v0.1.0", "v0.2.0"))
	require.ErrorContains(t, allowed("the exported Go API: major\nxapi: breaks (1)\n", "v0.1.0", "v0.1.0"), "keep it, or raise Version")
	require.ErrorContains(t, allowed("", "v0.1.0", "v0.2.0"), "failed")
}

func TestVersionsAreWholeOnes(t *testing.T) {
	for _, args := range [][]string{nil, {"cut"}, {"cut", "1.2.3"}, {"check", "v1.2"}, {"check", "v1.2.3; true"}, {"publish", "v1.2.3"}} {
		require.Error(t, run(args), "%q", args)
	}
}
