package contract

import (
	"errors"
	"time"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Build puts the parts together into openapi.yaml and its lock, and adds to the model what it does not know of them. now
// dates the pages that the lock does not know yet.
func (p Project) Build(now time.Time) (Files, error) {
	lock, err := p.ReadLock()
	if err != nil {
		return nil, err
	}
	parts, err := p.loadParts(lock, now.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	if synced, ok := lock.Synced(); ok {
		if len(parts) > 0 {
			return nil, errors.New("the contract was synced from " + synced.Origin + ", so parts have no place: remove openapi/parts, or openapi.lock.json to build from parts again")
		}
		root, err := p.Contract()
		if err != nil {
			return nil, err
		}
		return p.built(root, lock.Parts)
	}
	root, err := merge(parts)
	if err != nil {
		return nil, err
	}
	return p.built(root, parts)
}

// built are the contract, its lock and the model for a canonical document.
func (p Project) built(root document.Object, parts []Part) (Files, error) {
	files, err := contractFiles(root, parts)
	if err != nil {
		return nil, err
	}
	m, _, err := p.grow(root, false)
	if err != nil {
		return nil, err
	}
	files[modelFile], err = m.Bytes()
	return files, err
}
