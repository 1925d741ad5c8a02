package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const unreleased = "## Unreleased\n"

var declared = regexp.MustCompile(`Version = "([^"]*)"`)

// cut writes a version to where it stands: the constant of package xapi, the requirements of the stores, and over what the
// changelog has as unreleased. The stores' replace lines stay: they are for this tree, and users' builds ignore them.
func cut(version string, today time.Time) error {
	text, err := os.ReadFile(constant)
	if err != nil {
		return err
	}
	at := declared.FindSubmatchIndex(text)
	if at == nil {
		return fmt.Errorf("%s declares no Version", constant)
	}
	text = append(append(append([]byte(nil), text[:at[2]]...), version[1:]...), text[at[3]:]...)
	if err := os.WriteFile(constant, text, 0o600); err != nil {
		return err
	}
	for _, store := range stores {
		edit := exec.Command("go", "-C", store, "mod", "edit", "-require="+module+"@"+version) //nolint:gosec,noctx // our own
		if said, err := edit.CombinedOutput(); err != nil {
			return fmt.Errorf("%s/go.mod: %w: %s", store, err, said)
		}
	}
	changes, err := os.ReadFile(changelog)
	if err != nil {
		return err
	}
	before, after, found := strings.Cut(string(changes), unreleased)
	if !found || strings.TrimSpace(after) == "" || strings.HasPrefix(strings.TrimSpace(after), "## ") {
		return fmt.Errorf("%s has nothing unreleased", changelog)
	}
	dated := fmt.Sprintf("%s%s\n## %s, %s\n%s", before, unreleased, version, today.Format(time.DateOnly), after)
	return os.WriteFile(changelog, []byte(dated), 0o600)
}

// check tells everything that keeps a version from going out.
func check(version string) error {
	var wrong []error
	text, err := os.ReadFile(constant)
	if err != nil {
		return err
	}
	if found := declared.FindSubmatch(text); found == nil || "v"+string(found[1]) != version {
		wrong = append(wrong, fmt.Errorf("%s does not have Version %s", constant, version[1:]))
	}
	for _, store := range stores {
		text, err := os.ReadFile(filepath.Join(store, "go.mod"))
		if err != nil {
			return err
		}
		if !regexp.MustCompile(`(?m)^\t` + regexp.QuoteMeta(module+" "+version) + `$`).Match(text) {
			wrong = append(wrong, fmt.Errorf("%s/go.mod does not require %s %s: users of the store would get another root, or none", store, module, version))
		}
	}
	if _, err := notes(version); err != nil {
		wrong = append(wrong, err)
	}
	wrong = append(wrong, tags(version))
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("%s is not ready, run make release VERSION=%s:\n%w", version, version, err)
	}
	return nil
}

// tags says whether the stores' tags stand beside the root's. Before that one is there nothing is wrong.
func tags(version string) error {
	root, err := commit(version)
	if err != nil {
		return nil //nolint:nilerr // it is tagged later
	}
	var wrong []error
	for _, store := range stores {
		tag := store + "/" + version
		if at, err := commit(tag); err != nil || at != root {
			wrong = append(wrong, fmt.Errorf("there is no tag %s at the commit of %s", tag, version))
		}
	}
	return errors.Join(wrong...)
}

func commit(tag string) (string, error) {
	said, err := exec.Command("git", "rev-parse", "--verify", "--quiet", "refs/tags/"+tag+"^{commit}").Output() //nolint:gosec,noctx // our own
	return string(said), err
}

// notes returns what the changelog has under a version.
func notes(version string) (string, error) {
	changes, err := os.ReadFile(changelog)
	if err != nil {
		return "", err
	}
	_, after, found := strings.Cut(string(changes), "\n## "+version+", ")
	_, after, _ = strings.Cut(after, "\n") // the date
	under, _, _ := strings.Cut(after, "\n## ")
	if !found || strings.TrimSpace(under) == "" {
		return "", fmt.Errorf("%s has nothing under %s", changelog, version)
	}
	return strings.TrimSpace(under) + "\n", nil
}
