// Package contract keeps openapi.yaml: what it is made of, and the lock that proves it.
package contract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Part is one source of the contract, as the lock records it.
type Part struct {
	// Path is where the part is kept, relative to the project's root; empty for a document taken over by a sync.
	Path string `json:"path,omitempty"`
	// Origin says where the part came from: "documentation page", "transcribed", or the address it was fetched from.
	Origin string `json:"origin"`
	// Scope is how much of a synced document was taken: "vendored" or "all".
	Scope string `json:"scope,omitempty"`
	// Prose says whose descriptions a synced document has: "ours" or "published".
	Prose string `json:"prose,omitempty"`
	// Version is the spec version that the part gives itself.
	Version string `json:"version"`
	// Date is the day on which the part was taken, as in 2026-11-21.
	Date string `json:"date"`
	// Raw is the digest of the part's bytes as published.
	Raw string `json:"raw_sha256"`
	// Canonical is the digest of the part's content in canonical form.
	Canonical string `json:"canonical_sha256"`

	root document.Object
}

// page is the origin of a part that is a documentation page as published.
const page = "documentation page"

// loadParts reads the parts in the folder, in the order of their names. A part's x-part key says where it came from;
// a page has none, and its date is the one in the lock, or today where the lock does not know these bytes.
func (p Project) loadParts(lock Lock, today string) ([]Part, error) {
	entries, err := os.ReadDir(p.path(partsDir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the parts: %w", err)
	}
	var parts []Part
	for _, entry := range entries {
		name := filepath.ToSlash(filepath.Join(partsDir, entry.Name()))
		if !slices.Contains([]string{".md", ".yaml", ".yml", ".json"}, filepath.Ext(name)) {
			return nil, fmt.Errorf("%s is no part: a part is a page (.md) or an OpenAPI document (.yaml, .json)", name)
		}
		data, err := os.ReadFile(p.path(name))
		if err != nil {
			return nil, fmt.Errorf("reading a part: %w", err)
		}
		part, err := newPart(name, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if part.Date == "" {
			part.Date = today
			if known, ok := lock.part(name); ok && known.Raw == part.Raw {
				part.Date = known.Date
			}
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func newPart(name string, data []byte) (Part, error) {
	root, err := document.Parse(data)
	if err != nil {
		return Part{}, err
	}
	origin, date := page, ""
	if filepath.Ext(name) != ".md" {
		marker, _ := root["x-part"].(document.Object)
		origin, _ = marker["origin"].(string)
		date, _ = marker["date"].(string)
		if origin == "" || date == "" {
			return Part{}, errors.New("the part does not say where it came from; add x-part: {origin: transcribed, date: 2026-01-31} at its top")
		}
	}
	delete(root, "x-part")
	document.Canonicalize(root)
	return Part{
		Path: name, Origin: origin, Date: date, Version: document.Version(root),
		Raw: document.Sum(data), Canonical: document.Digest(root), root: root,
	}, nil
}
