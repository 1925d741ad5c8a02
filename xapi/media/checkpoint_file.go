package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

type checkpointFile struct{ path string }

// CheckpointFile keeps a checkpoint in the file at path, which only its owner may read. The file is replaced at one
// stroke: a process that is killed leaves the one before or the new one whole, and so does a power failure, after which
// it may be the one before. A file that is there and is no checkpoint is never written over.
func CheckpointFile(path string) CheckpointStore { return checkpointFile{path} }

func (f checkpointFile) Load(context.Context) (*Checkpoint, error) {
	file, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("media checkpoint: %w", err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxCheckpoint+1))
	if err != nil {
		return nil, fmt.Errorf("media checkpoint: %w", err)
	}
	checkpoint, err := ParseCheckpoint(data)
	if err != nil {
		return nil, &InputError{Err: fmt.Errorf("%s: %w: name another file, or delete this one", f.path, err)}
	}
	return checkpoint, nil
}

func (f checkpointFile) Save(_ context.Context, checkpoint Checkpoint) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("media checkpoint: %w", err)
		}
	}()
	data, err := json.Marshal(checkpoint)
	if err != nil {
		return err
	}
	// One name for all, so that processes that are killed leave one such file and not many.
	next := f.path + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(next, f.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return nil
}

func (f checkpointFile) Delete(context.Context) error {
	for _, path := range []string{f.path, f.path + ".next"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("media checkpoint: %w", err)
		}
	}
	return nil
}
