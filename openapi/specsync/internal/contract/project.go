package contract

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Where the contract's files are, from the project's root.
const (
	partsDir      = "openapi/parts"
	contractFile  = "openapi/openapi.yaml"
	lockFile      = "openapi/openapi.lock.json"
	overlayFile   = "openapi/overlay.yaml"
	modelFile     = "openapi/model.yaml"
	wordsFile     = "openapi/words.yaml"
	limitsFile    = "openapi/limits.yaml"
	pricesFile    = "openapi/prices.yaml"
	correctedFile = "gen/spec/openapi.json"
	versionFile   = "gen/spec/version.gen.go"
	typesFile     = "gen/types.json"
	goTypesFile   = "gen/models.gen.go"
	tableFile     = "gen/operations.gen.go"
	clientFile    = "xapi/operations.gen.go"
	namesFile     = "xapi/names.gen.go"
	joinsFile     = "xapi/joins.gen.go"
)

// heading stands at the top of openapi.yaml.
const heading = "# Written by openapi/specsync. Do not edit: change a part or the overlay, or sync; README.md says how.\n"

// Project is a checkout of the project, given by its root folder.
type Project struct{ Root string }

// FindProject returns the project around the folder: the nearest one, going up, that has openapi/ beside a go.mod.
func FindProject(folder string) (Project, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Project{}, fmt.Errorf("finding the project: %w", err)
	}
	for at := folder; ; at = filepath.Dir(at) {
		_, module := os.Stat(filepath.Join(at, "go.mod"))
		_, openapi := os.Stat(filepath.Join(at, "openapi"))
		if module == nil && openapi == nil {
			return Project{Root: at}, nil
		}
		if at == filepath.Dir(at) {
			return Project{}, fmt.Errorf("no project around %s: run specsync inside a checkout", folder)
		}
	}
}

func (p Project) path(name string) string { return filepath.Join(p.Root, filepath.FromSlash(name)) }

// Files are contents by path, relative to the project's root.
type Files map[string][]byte

// Contract reads openapi.yaml.
func (p Project) Contract() (document.Object, error) {
	root, _, err := p.readContract()
	return root, err
}

func (p Project) readContract() (document.Object, []byte, error) {
	data, err := os.ReadFile(p.path(contractFile))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the contract: %w", err)
	}
	root, err := document.Parse(data)
	if err == nil {
		document.Canonicalize(root)
		err = document.Check(root)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", contractFile, err)
	}
	return root, data, nil
}

// contractFiles are openapi.yaml and its lock for a canonical document.
func contractFiles(root document.Object, parts []Part) (Files, error) {
	lock := Lock{Version: document.Version(root), Digest: document.Digest(root), Parts: parts}
	locked, err := lock.bytes()
	if err != nil {
		return nil, err
	}
	text, err := document.YAML(root, heading)
	if err != nil {
		return nil, err
	}
	return Files{contractFile: text, lockFile: locked}, nil
}
