package contract

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Model merges the publications, corrected, into the model, or the contract where none is given.
func (p Project) Model(publications []Publication, widen bool) (Files, model.Report, error) {
	m, err := p.ReadModel()
	if err != nil {
		return nil, model.Report{}, err
	}
	if len(publications) == 0 {
		root, err := p.Contract()
		if err != nil {
			return nil, model.Report{}, err
		}
		publications = []Publication{{Root: root}}
	}
	var whole model.Report
	for _, publication := range publications {
		root, _, err := p.correctedRoot(publication.Root, m)
		if err != nil {
			return nil, whole, fmt.Errorf("%s: %w", publication.From, err)
		}
		report := m.Merge(root, publication.From != "", widen)
		whole.Added = append(whole.Added, report.Added...)
		whole.Contradictions = append(whole.Contradictions, report.Contradictions...)
	}
	text, err := m.Bytes()
	if err != nil {
		return nil, whole, err
	}
	return Files{modelFile: text}, whole, nil
}

// grow returns the model with what it did not know of the document. The document is a whole publication where whole is
// set.
func (p Project) grow(root document.Object, whole bool) (*model.Model, model.Report, error) {
	m, err := p.ReadModel()
	if err != nil {
		return nil, model.Report{}, err
	}
	made, _, err := p.correctedRoot(root, m)
	if err != nil {
		return nil, model.Report{}, err
	}
	return m, m.Merge(made, whole, false), nil
}

// ReadModel reads the model. Where there is none yet, it is empty.
func (p Project) ReadModel() (*model.Model, error) {
	data, err := os.ReadFile(p.path(modelFile))
	if errors.Is(err, os.ErrNotExist) {
		return model.New(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the model: %w", err)
	}
	m, err := model.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", modelFile, err)
	}
	return m, nil
}

// correctedRoot is a document with the overlay applied, which knows operations by their ids in the model.
func (p Project) correctedRoot(root document.Object, m *model.Model) (document.Object, corrected.Report, error) {
	overlay, err := os.ReadFile(p.path(overlayFile))
	if err != nil {
		return nil, corrected.Report{}, fmt.Errorf("reading the overlay: %w", err)
	}
	made, report, err := corrected.Make(identified(root, m), overlay)
	if err != nil {
		return nil, report, fmt.Errorf("correcting the contract: %w", err)
	}
	return made, report, nil
}

// identified is the document with the operationIds that the model's operations had when they were first met, so that
// whatever names them goes on when X renames them. An operation that the model does not know and that bears the id of
// another is left one of its own.
func identified(root document.Object, m *model.Model) document.Object {
	known := m.IDs()
	paths, _ := root["paths"].(document.Object)
	renamed := make(document.Object, len(paths))
	for path, item := range paths {
		item, _ := item.(document.Object)
		renamed[path] = maps.Clone(item)
	}
	for _, found := range document.Operations(root) {
		operation := maps.Clone(found.Object)
		if _, is := m.Operation(found); is != nil {
			operation["operationId"] = is.ID
		} else if owner := known[found.ID]; owner != nil && hasRoute(root, owner, m) {
			delete(operation, "operationId")
		}
		item, _ := renamed[found.Path].(document.Object)
		item[strings.ToLower(found.Method)] = operation
	}
	root = maps.Clone(root)
	root["paths"] = renamed
	document.Identify(root)
	return root
}

// hasRoute reports whether the document has the operation at one of its routes.
func hasRoute(root document.Object, operation *model.Operation, m *model.Model) bool {
	return slices.ContainsFunc(document.Operations(root), func(found document.Operation) bool {
		_, is := m.Operation(found)
		return is == operation
	})
}
