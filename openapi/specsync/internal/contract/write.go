package contract

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Write puts all files in place, or none: each is written beside its target first, and what was replaced is put back
// if one of them fails. A nil content removes the file. Files that are up to date are left alone.
func (p Project) Write(files Files) error {
	undo, err := p.write(files)
	if err != nil {
		return errors.Join(err, undo())
	}
	return nil
}

// write is Write, with a function that puts everything back as it was.
func (p Project) write(files Files) (undo func() error, err error) {
	before := Files{}
	undo = func() error {
		var faults []error
		for name, content := range before {
			faults = append(faults, p.replace(name, content))
		}
		return errors.Join(faults...)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		old, err := os.ReadFile(p.path(name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			old = nil
		case err != nil:
			return undo, fmt.Errorf("writing %s: %w", name, err)
		case files[name] != nil && bytes.Equal(old, files[name]):
			continue
		}
		before[name] = old
		if err := p.replace(name, files[name]); err != nil {
			return undo, err
		}
	}
	return undo, nil
}

func (p Project) replace(name string, content []byte) error {
	target := p.path(name)
	if content == nil {
		if err := os.Remove(target); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing %s: %w", name, err)
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	staged := target + ".tmp"
	err := os.WriteFile(staged, content, 0o644)
	if err == nil {
		err = os.Rename(staged, target)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(staged))
	}
	return nil
}
