package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Lock proves what openapi.yaml is made of.
type Lock struct {
	// Version is the spec version of the contract.
	Version string `json:"version"`
	// Digest is the digest of the whole contract in canonical form.
	Digest string `json:"digest"`
	// Parts are its sources.
	Parts []Part `json:"parts"`
}

// Synced returns the part that a sync took over, where the contract came from one.
func (l Lock) Synced() (Part, bool) {
	if len(l.Parts) == 1 && l.Parts[0].Path == "" {
		return l.Parts[0], true
	}
	return Part{}, false
}

func (l Lock) part(path string) (Part, bool) {
	for _, part := range l.Parts {
		if part.Path == path {
			return part, true
		}
	}
	return Part{}, false
}

func (l Lock) bytes() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(l); err != nil {
		return nil, fmt.Errorf("writing the lock: %w", err)
	}
	return out.Bytes(), nil
}

// ReadLock reads the project's lock. Where there is none yet, the lock is empty.
func (p Project) ReadLock() (Lock, error) {
	data, err := os.ReadFile(p.path(lockFile))
	if errors.Is(err, os.ErrNotExist) {
		return Lock{}, nil
	}
	if err != nil {
		return Lock{}, fmt.Errorf("reading the lock: %w", err)
	}
	var lock Lock
	if err := json.Unmarshal(data, &lock); err != nil {
		return Lock{}, fmt.Errorf("%s is no lock: %w; restore it, or delete it and build anew", lockFile, err)
	}
	return lock, nil
}
