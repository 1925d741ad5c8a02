// Package habits_test holds what the project does everywhere: in its workflows, and on the pages that strangers read first.
package habits_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const root = "../.."

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(text)
}

type workflow struct {
	Permissions *permissions `yaml:"permissions"`
	Jobs        map[string]struct {
		Permissions *permissions `yaml:"permissions"`
		Timeout     int          `yaml:"timeout-minutes"`
		Uses        string       `yaml:"uses"`
		Steps       []struct {
			Uses string            `yaml:"uses"`
			Run  string            `yaml:"run"`
			With map[string]string `yaml:"with"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
	Concurrency any `yaml:"concurrency"`
}

// Permissions are given one by one; the words read-all and write-all are refused.
type permissions map[string]string

func workflows(t *testing.T) (texts map[string]string, parsed map[string]workflow) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, ".github/workflows/*"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	texts, parsed = map[string]string{}, map[string]workflow{}
	for _, path := range paths {
		name := filepath.Base(path)
		texts[name] = read(t, ".github/workflows/"+name)
		var w workflow
		require.NoError(t, yaml.Unmarshal([]byte(texts[name]), &w), name)
		parsed[name] = w
	}
	return texts, parsed
}

var (
	uses = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	// pinned names an action by a whole commit hash, with its version beside it for readers and for dependabot.
	pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
)

// TestActionsArePinned keeps a tag that somebody moves out of the workflows, and one action at one version.
func TestActionsArePinned(t *testing.T) {
	texts, _ := workflows(t)
	versions, found := map[string]string{}, 0
	for name, text := range texts {
		for _, use := range uses.FindAllStringSubmatch(text, -1) {
			found++
			require.Regexp(t, pinned, use[1], name)
			action, version, _ := strings.Cut(use[1], "@")
			// The parts of one action stand in one repository.
			repository := strings.Join(strings.SplitN(action, "/", 3)[:2], "/")
			if known, ok := versions[repository]; ok {
				require.Equal(t, known, version, "%s has another version of %s", name, repository)
			}
			versions[repository] = version
		}
	}
	require.Positive(t, found)
}

// TestWorkflowsHaveLeastRights lets a workflow read the source at most, and a job more where it says so. Jobs that may
// write run nothing on pull requests of strangers.
func TestWorkflowsHaveLeastRights(t *testing.T) {
	texts, parsed := workflows(t)
	for name, w := range parsed {
		require.NotNil(t, w.Permissions, "%s gives no permissions", name)
		for what, right := range *w.Permissions {
			require.Equal(t, "contents: read", what+": "+right, "%s: a job takes what it needs itself", name)
		}
		require.NotContains(t, texts[name], "pull_request_target", name)
		require.NotNil(t, w.Concurrency, "%s can run beside itself", name)
		for id, job := range w.Jobs {
			require.NotZero(t, job.Timeout, "%s: %s has no timeout", name, id)
			pushes := false
			for _, step := range job.Steps {
				pushes = pushes || strings.Contains(step.Run, "git push")
			}
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, "actions/checkout@") && !pushes {
					require.Equal(t, "false", step.With["persist-credentials"], "%s: %s keeps the token", name, id)
				}
				require.NotContains(t, step.Run, "${{", "%s: %s: give it by env, so that no value becomes a command", name, id)
			}
		}
	}
}

// TestUpdatesReachEveryModule keeps a new module from being forgotten, and a new version from being taken on its first day.
func TestUpdatesReachEveryModule(t *testing.T) {
	var bot struct {
		Updates []struct {
			Ecosystem   string   `yaml:"package-ecosystem"`
			Directories []string `yaml:"directories"`
			Cooldown    struct {
				Days int `yaml:"default-days"`
			} `yaml:"cooldown"`
		} `yaml:"updates"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, ".github/dependabot.yml")), &bot))
	var reached, modules, ecosystems []string
	for _, update := range bot.Updates {
		ecosystems = append(ecosystems, update.Ecosystem)
		reached = append(reached, update.Directories...)
		require.GreaterOrEqual(t, update.Cooldown.Days, 7, update.Ecosystem)
	}
	require.Subset(t, ecosystems, []string{"gomod", "github-actions"})
	require.NoError(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "testdata" {
			return filepath.SkipDir
		}
		if err == nil && entry.Name() == "go.mod" {
			modules = append(modules, filepath.ToSlash(filepath.Join("/", strings.TrimPrefix(filepath.Dir(path), root))))
		}
		return err
	}))
	require.Subset(t, reached, modules)
}
