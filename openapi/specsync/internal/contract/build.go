package contract

import (
	"errors"
	"time"
)

// Build puts the parts together into openapi.yaml and its lock. now dates the pages that the lock does not know yet.
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
		return contractFiles(root, lock.Parts)
	}
	root, err := merge(parts)
	if err != nil {
		return nil, err
	}
	return contractFiles(root, parts)
}
