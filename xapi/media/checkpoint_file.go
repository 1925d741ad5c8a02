package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

type checkpointFile struct {
	path string
	// flushed is when a checkpoint was last written through to the disk.
	flushed time.Time
}

// flushing is how often a checkpoint is written through to the disk. A process that is killed loses nothing of what is
// not; to wait for the disk each time would slow an upload down.
const flushing = time.Second

// CheckpointFile keeps a checkpoint in the file at path, which only its owner may read. The file is replaced at one
// stroke: a process that is killed leaves the one before or the new one whole. After a power failure it may be one of a
// second before. A file that is there and is no checkpoint is never written over. While an upload uses the file, another
// file beside it, path with .lock, keeps others from it.
func CheckpointFile(path string) CheckpointStore { return &checkpointFile{path: path} }

func (f *checkpointFile) Load(context.Context) (*Checkpoint, error) {
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

func (f *checkpointFile) Save(_ context.Context, checkpoint Checkpoint) (err error) {
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
	if now := time.Now(); err == nil && now.Sub(f.flushed) >= flushing {
		err, f.flushed = file.Sync(), now
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

func (f *checkpointFile) Delete(context.Context) error {
	for _, path := range []string{f.path, f.path + ".next"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("media checkpoint: %w", err)
		}
	}
	return nil
}
