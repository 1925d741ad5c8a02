package contract

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// Scopes of a sync.
const (
	// ScopeVendored keeps to the operations that the contract has.
	ScopeVendored = "vendored"
	// ScopeAll takes every published operation.
	ScopeAll = "all"
)

// Publication is a document as it was published.
type Publication struct {
	// From is the address or file that it was read from.
	From string
	Raw  []byte
	Root document.Object // canonical
}

// origin is the address, or a file's name without the folders, which are nobody else's.
func (p Publication) origin() string {
	if strings.Contains(p.From, "://") {
		return p.From
	}
	return filepath.Base(p.From)
}

// Sync is a publication made ready to take the contract's place.
type Sync struct {
	// Files are the contract, its lock and the corrected document; the parts that they supersede are nil.
	Files Files
	// Diff is what changes from the contract as it was.
	Diff diff.Report
	// Corrections is what the overlay did to the new contract.
	Corrections corrected.Report
	// Model is what the publication added to the model.
	Model model.Report
	// Gone are the operationIds of the contract that are not published any more.
	Gone []string
}

// Sync makes a publication ready to take over. Nothing is written: hand the Files to TakeOver.
func (p Project) Sync(published Publication, scope string, now time.Time) (Sync, error) {
	was, err := p.Contract()
	if err != nil {
		return Sync{}, err
	}
	lock, err := p.ReadLock()
	if err != nil {
		return Sync{}, err
	}
	root := published.Root
	var gone []string
	if scope == ScopeVendored {
		root, gone = Vendored(was, published.Root)
		if len(document.Operations(root)) == 0 {
			return Sync{}, fmt.Errorf("%s has none of the vendored operations", published.From)
		}
	} else {
		_, gone = Vendored(was, published.Root)
	}
	source := Part{
		Origin: published.origin(), Scope: scope, Version: document.Version(root), Date: now.Format(time.DateOnly),
		Raw: document.Sum(published.Raw), Canonical: document.Digest(published.Root),
	}
	if known, ok := lock.Synced(); ok && known.Raw == source.Raw && known.Scope == scope {
		source.Origin, source.Date = known.Origin, known.Date
	}
	files, err := contractFiles(root, []Part{source})
	if err != nil {
		return Sync{}, err
	}
	m, grown, err := p.grow(root, scope == ScopeAll)
	if err == nil {
		files[modelFile], err = m.Bytes()
	}
	var derived Files
	var corrections corrected.Report
	if err == nil {
		derived, corrections, err = p.correct(root, m)
	}
	if err != nil {
		if len(gone) > 0 {
			err = fmt.Errorf("%w\nno longer published, so that actions for them can only be retired: %s; specsync diff tells the rest",
				err, strings.Join(gone, ", "))
		}
		return Sync{}, err
	}
	for name, content := range derived {
		files[name] = content
	}
	for _, part := range lock.Parts {
		if part.Path != "" {
			files[part.Path] = nil
		}
	}
	return Sync{Files: files, Diff: diff.Compare(was, root), Corrections: corrections, Model: grown, Gone: gone}, nil
}

// TakeOver writes the files and then generates. If either fails, or ctx ends first, everything is as it was.
func (p Project) TakeOver(ctx context.Context, files Files, generate func(context.Context) error) error {
	generated, err := p.generated()
	if err != nil {
		return err
	}
	undo, err := p.write(files)
	if err == nil && generate != nil {
		err = generate(ctx)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		return nil
	}
	err = errors.Join(err, undo())
	now, lost := p.generated()
	for name := range now {
		if _, before := generated[name]; !before {
			generated[name] = nil
		}
	}
	return fmt.Errorf("nothing was taken over: %w", errors.Join(err, lost, p.Write(generated)))
}

// generated are the generated files, as they stand.
func (p Project) generated() (Files, error) {
	files := Files{}
	tree := os.DirFS(p.Root)
	for _, folder := range []string{"gen", "gen/spec", "xapi"} {
		entries, err := fs.ReadDir(tree, folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reading the generated code: %w", err)
		}
		for _, entry := range entries {
			name := folder + "/" + entry.Name()
			if !isGenerated(name) {
				continue
			}
			if files[name], err = fs.ReadFile(tree, name); err != nil {
				return nil, fmt.Errorf("reading the generated code: %w", err)
			}
		}
	}
	return files, nil
}
