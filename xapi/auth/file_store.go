package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// FileStore keeps a login in a file that only its owner may read, for all processes of one machine.
//
// A save writes a temporary file beside it, <path>.tmp, flushes it to the disk and renames it over the old one, so that a
// crash leaves the old login or the new one. The lock is an advisory lock on another file, <path>.lock, which the
// operating system gives back when its holder dies; the next holder finishes a save that was written and not renamed.
// Where path is a symbolic link, all of this happens where it leads to, so that every name of a login is the same login.
//
// Network file systems may give no such lock: share a login between machines through a database instead.
type FileStore struct {
	path string
	// user is the one whose files are trusted.
	user int
	// step is called at each step of a save: a test ends the process there.
	step func(name string)
}

// NewFileStore keeps the login at path. Nothing is read or created before the first use; the folder is created, for
// its owner alone, by the first lock or save.
func NewFileStore(path string) *FileStore {
	return &FileStore{path: path, user: os.Geteuid(), step: func(string) {}}
}

// Path returns where the login is kept.
func (s *FileStore) Path() string { return s.path }

// Load reads the file. A file that others may read is refused, since its tokens have to be taken as known to them; so is
// one that belongs to another user, who may have put tokens of a choice into it.
func (s *FileStore) Load(context.Context) (*Record, error) {
	path, err := s.target()
	if err != nil {
		return nil, fmt.Errorf("read the stored login: %w", err)
	}
	record, err := s.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, loginRequired("%w at %s", ErrNoLogin, s.path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the stored login: %w", err)
	}
	return record, nil
}

// Save replaces the file, or removes it where next is nil. The comparison with prior and the writing are two steps, which
// the lock makes one: it cannot run out while its holder lives. The file is on the disk when Save returns.
func (s *FileStore) Save(ctx context.Context, next, prior *Record) error {
	stored, err := s.Load(ctx)
	switch {
	case errors.Is(err, ErrLoginRequired) && !errors.Is(err, ErrNoLogin):
		return fmt.Errorf("store the login: %w: %w", ErrStale, err)
	case err != nil && !errors.Is(err, ErrNoLogin):
		return fmt.Errorf("store the login: %w", err)
	case stored.Fingerprint() != prior.Fingerprint():
		return fmt.Errorf("store the login at %s: %w", s.path, ErrStale)
	}
	return s.Replace(ctx, next)
}

// Replace replaces the file whatever is in it, or removes it where next is nil. It is on the disk when Replace returns.
func (s *FileStore) Replace(_ context.Context, next *Record) error {
	path, err := s.target()
	if err == nil {
		err = s.vouch(path)
	}
	if err == nil {
		err = s.write(path, next)
	}
	if err != nil {
		return fmt.Errorf("store the login: %w", err)
	}
	return nil
}

// Lock takes the advisory lock.
func (s *FileStore) Lock(context.Context) (func() error, error) {
	path, err := s.target()
	if err == nil {
		err = s.vouch(path)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the stored login: %w", err)
	}
	lock := flock.New(path + ".lock")
	locked, err := lock.TryLock()
	if err == nil && !locked {
		err = ErrLocked
	}
	if err == nil {
		err = s.recover(path)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the stored login: %w", errors.Join(err, lock.Close()))
	}
	return lock.Unlock, nil
}
