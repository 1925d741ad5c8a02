package contract

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Verify makes sure that the contract, its lock and the corrected document are what the parts and the overlay make
// them. It reports everything that is not, each with what to do.
func (p Project) Verify() error {
	lock, err := p.ReadLock()
	if err != nil {
		return err
	}
	if lock.Digest == "" {
		return fmt.Errorf("%s is missing: run make spec-build", lockFile)
	}
	var faults []error
	root, text, err := p.readContract()
	if err != nil {
		return err
	}
	if digest := document.Digest(root); digest != lock.Digest {
		faults = append(faults, fmt.Errorf("%s was edited by hand: its digest is %s, the lock says %s; undo the edit, and correct the spec in %s or in a part",
			contractFile, digest, lock.Digest, overlayFile))
	}
	if _, synced := lock.Synced(); !synced {
		faults = append(faults, p.verifyParts(lock)...)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	built, err := p.Build(time.Now())
	if err != nil {
		return err
	}
	switch {
	case !bytes.Equal(text, built[contractFile]):
		return fmt.Errorf("%s is not as specsync writes it: undo the edit, or run make spec-build", contractFile)
	case !p.holds(lockFile, built[lockFile]):
		return fmt.Errorf("%s is stale: run make spec-build", lockFile)
	}
	if !p.holds(modelFile, built[modelFile]) {
		return fmt.Errorf("%s lacks something of the contract: run make spec-build", modelFile)
	}
	corrected, _, err := p.Correct()
	if err != nil {
		return err
	}
	for _, name := range []string{correctedFile, versionFile} {
		if !p.holds(name, corrected[name]) {
			faults = append(faults, fmt.Errorf("%s is stale: run make generate", name))
		}
	}
	return errors.Join(faults...)
}

// verifyParts compares the parts on disk with those in the lock.
func (p Project) verifyParts(lock Lock) []error {
	parts, err := p.loadParts(lock, "")
	if err != nil {
		return []error{err}
	}
	var faults []error
	present := map[string]bool{}
	for _, part := range parts {
		present[part.Path] = true
		known, ok := lock.part(part.Path)
		switch {
		case !ok:
			faults = append(faults, fmt.Errorf("%s is not in the lock: run make spec-build", part.Path))
		case known.Raw != part.Raw:
			faults = append(faults, fmt.Errorf("%s has changed since the lock was written: run make spec-build", part.Path))
		}
	}
	for _, part := range lock.Parts {
		if !present[part.Path] {
			faults = append(faults, fmt.Errorf("%s is in the lock and no longer there: run make spec-build", part.Path))
		}
	}
	return faults
}

func (p Project) holds(name string, want []byte) bool {
	have, err := os.ReadFile(p.path(name))
	return err == nil && bytes.Equal(have, want)
}
