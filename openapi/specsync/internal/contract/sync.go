package contract

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/words"
)

// Scopes of a sync.
const (
	// ScopeVendored keeps to the operations that the contract has.
	ScopeVendored = "vendored"
	// ScopeAll takes every published operation.
	ScopeAll = "all"
)

// Whose prose a sync takes.
const (
	// ProseOurs keeps our words wherever what they describe still stands, and no published ones.
	ProseOurs = "ours"
	// ProsePublished takes the published words.
	ProsePublished = "published"
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
	// Wordless are the places that are new and for which there are no words of ours, where the contract takes those.
	Wordless []string
}

// Sync makes a publication ready to take over. Nothing is written: hand the Files to TakeOver.
func (p Project) Sync(published Publication, scope, prose string, now time.Time) (Sync, error) {
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
		Origin: published.origin(), Scope: scope, Prose: prose, Version: document.Version(root), Date: now.Format(time.DateOnly),
		Raw: document.Sum(published.Raw), Canonical: document.Digest(published.Root),
	}
	if known, ok := lock.Synced(); ok && known.Raw == source.Raw && known.Scope == scope {
		source.Origin, source.Date = known.Origin, known.Date
	}
	taken, err := p.take(was, root, source, lock)
	if err != nil {
		if len(gone) > 0 {
			err = fmt.Errorf("%w\nno longer published, so that actions for them can only be retired: %s; specsync diff tells the rest",
				err, strings.Join(gone, ", "))
		}
		return Sync{}, err
	}
	contract, err := contractFiles(root, []Part{source})
	if err != nil {
		return Sync{}, err
	}
	maps.Copy(taken.Files, contract)
	taken.Diff, taken.Gone = diff.Compare(was, root), gone
	for _, part := range lock.Parts {
		if part.Path != "" {
			taken.Files[part.Path] = nil
		}
	}
	return taken, nil
}

// take grows the model by the document, gives the document its words, and makes what is derived from it.
func (p Project) take(was, root document.Object, source Part, lock Lock) (Sync, error) {
	m, err := p.ReadModel()
	if err != nil {
		return Sync{}, err
	}
	ours, err := p.ourWords(was, m, lock)
	if err != nil {
		return Sync{}, err
	}
	taken := Sync{Files: Files{}}
	made, _, err := p.correctedRoot(root, m)
	if err != nil {
		return Sync{}, err
	}
	taken.Model = m.Merge(made, source.Scope == ScopeAll, false)
	if source.Prose == ProseOurs {
		words.Strip(root, was)
		known := m.Describe(was, nil) // all places that there were
		taken.Wordless = slices.DeleteFunc(m.Describe(root, ours), func(place string) bool { return slices.Contains(known, place) })
		document.Canonicalize(root)
	}
	if made, taken.Corrections, err = p.correctedRoot(root, m); err != nil {
		return Sync{}, err
	}
	left := words.Left(ours, m.Words(made))
	taken.Files[wordsFile] = nil
	if len(left) > 0 {
		if taken.Files[wordsFile], err = words.Bytes(left); err != nil {
			return Sync{}, err
		}
	}
	if taken.Files[modelFile], err = m.Bytes(); err != nil {
		return Sync{}, err
	}
	derived, err := derive(root, made, m, words.Over(left, m.Words(made)))
	maps.Copy(taken.Files, derived)
	return taken, err
}

// ourWords are those that wait in the file and, after them, those of the contract, unless it took the published ones.
func (p Project) ourWords(contract document.Object, m *model.Model, lock Lock) (model.Words, error) {
	waiting, err := p.readWords()
	if err != nil {
		return nil, err
	}
	if part, synced := lock.Synced(); synced && part.Prose == ProsePublished {
		return waiting, nil
	}
	made, _, err := p.correctedRoot(contract, m)
	if err != nil {
		return nil, err
	}
	return words.Over(waiting, m.Words(made)), nil
}

// readWords reads the words that wait for something to describe. Where there is no file, there are none.
func (p Project) readWords() (model.Words, error) {
	data, err := os.ReadFile(p.path(wordsFile))
	if errors.Is(err, os.ErrNotExist) {
		return model.Words{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading our words: %w", err)
	}
	read, err := words.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", wordsFile, err)
	}
	return read, nil
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
