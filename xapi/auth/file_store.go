package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gofrs/flock"
)

// FileStore keeps a login in a file that only its owner may read, for all processes of one machine.
//
// A save writes a temporary file beside it, flushes it to the disk and renames it over the old one, so that a crash
// leaves the old login or the new one. The lock is an advisory lock on a second file, <path>.lock, which the operating
// system gives back when its holder dies. Network file systems may give no such lock: share a login between machines
// through a database instead.
type FileStore struct {
	path string
	// step is told of each step of a save, by tests that die there.
	step func(name string)
}

// NewFileStore keeps the login at path. Nothing is read or created before the first use; the folder is created, for
// its owner alone, by the first save or lock.
func NewFileStore(path string) *FileStore {
	return &FileStore{path: path, step: func(string) {}}
}

// Path returns where the login is kept.
func (s *FileStore) Path() string { return s.path }

// Load reads the file. A file that others may read is refused, since its tokens have to be taken as known to them.
func (s *FileStore) Load(context.Context) (*Record, error) {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, loginRequired("%w at %s", ErrNoLogin, s.path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the stored login: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the stored login: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file: keep the stored login elsewhere", s.path)
	}
	// Windows has no such mode bits; there, the user's configuration folder is private by its access list.
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others (mode %04o): if nobody did, chmod 600 it; else log in again",
			s.path, mode)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxRecord+1))
	if err != nil {
		return nil, fmt.Errorf("read the stored login: %w", err)
	}
	record, err := DecodeRecord(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
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
	err := s.save(next)
	if err != nil {
		return fmt.Errorf("store the login: %w", err)
	}
	return nil
}

func (s *FileStore) save(record *Record) error {
	if record == nil {
		if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return s.syncDir()
	}
	data, err := record.Encode()
	if err != nil {
		return err
	}
	if err := s.makeDir(); err != nil {
		return err
	}
	// The name is fixed, as only the holder of the lock saves: what a crash leaves here, the next save takes away.
	temporary := s.path + ".tmp"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	s.step("created")
	_, err = file.Write(data)
	s.step("written")
	if err == nil {
		err = file.Sync()
	}
	s.step("flushed")
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	if err := os.Rename(temporary, s.path); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	s.step("renamed")
	return s.syncDir()
}

// Lock takes the advisory lock.
func (s *FileStore) Lock(context.Context) (func() error, error) {
	if err := s.makeDir(); err != nil {
		return nil, fmt.Errorf("lock the stored login: %w", err)
	}
	lock := flock.New(s.path + ".lock")
	locked, err := lock.TryLock()
	if err == nil && !locked {
		err = ErrLocked
	}
	if err != nil {
		return nil, fmt.Errorf("lock the stored login: %w", errors.Join(err, lock.Close()))
	}
	return lock.Unlock, nil
}

func (s *FileStore) makeDir() error { return os.MkdirAll(filepath.Dir(s.path), 0o700) }

// syncDir flushes the rename: without it, a power failure may bring the old file back.
func (s *FileStore) syncDir() error {
	if runtime.GOOS == "windows" { // which cannot flush a folder, and journals a rename by itself
		return nil
	}
	dir, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
