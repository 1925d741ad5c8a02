package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Lock keeps the checkpoint for one upload, by an advisory lock that the operating system gives back when its holder
// dies. The file that is locked says who holds it.
func (f *checkpointFile) Lock(context.Context) (func() error, error) {
	path := f.path + ".lock"
	for {
		lock := flock.New(path, flock.SetPermissions(0o600))
		locked, err := lock.TryLock()
		switch {
		case err != nil:
			return nil, &InputError{Err: fmt.Errorf("media checkpoint: %w", errors.Join(err, lock.Close()))}
		case !locked:
			return nil, errors.Join(f.taken(path), lock.Close())
		case !same(lock, path):
			// Who held it has deleted it meanwhile, and another may hold the next one.
			if err := lock.Close(); err != nil {
				return nil, fmt.Errorf("media checkpoint: %w", err)
			}
			continue
		}
		// A lock that does not say who holds it is a lock all the same: not every system lets a locked file be written to.
		_ = sign(path)
		return func() error { return errors.Join(os.Remove(path), lock.Close()) }, nil
	}
}

// same reports whether the locked file is still the one at path.
func same(lock *flock.Flock, path string) bool {
	held, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(held, there)
}

// sign writes into the lock who holds it.
func sign(path string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	text := fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, time.Now().Format(time.RFC3339))
	return os.WriteFile(path, []byte(text), 0o600)
}

// taken is the error of a checkpoint that another upload is at.
func (f *checkpointFile) taken(path string) error {
	who := "another upload"
	const long = 300
	if text, err := os.ReadFile(path); err == nil && len(text) > 0 && len(text) < long {
		who = strings.ToValidUTF8(string(text), "?")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		who = fmt.Sprintf("another upload, which cannot be told (%v)", err)
	}
	return inputError("media checkpoint %s: %s is at this upload: wait for it, or name another checkpoint", f.path, who)
}

// differs returns an error where the checkpoint would be written over the source.
func (f *checkpointFile) differs(c *content) error {
	if c.file == nil {
		return nil
	}
	if there, err := os.Stat(f.path); err == nil && os.SameFile(there, c.file) {
		return inputError("media checkpoint %s is the media itself: name another file", f.path)
	}
	return nil
}
