package auth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// temporary is where a save is written before it takes its place. The name is fixed, as only the holder of the lock
// saves: what is there is of the last save that was begun.
func temporary(path string) string { return path + ".tmp" }

// write has path hold record, or nothing where that is nil.
func (s *FileStore) write(path string, record *Record) error {
	if err := remove(temporary(path)); err != nil {
		return err
	}
	if record == nil {
		if err := remove(path); err != nil {
			return err
		}
		return syncFolder(path)
	}
	data, err := record.Encode()
	if err != nil {
		return err
	}
	if len(data) > maxRecord {
		return fmt.Errorf("the login takes %d bytes, more than the %d that are read back", len(data), maxRecord)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(temporary(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
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
		return errors.Join(err, remove(temporary(path)))
	}
	if err := s.publish(path); err != nil {
		return errors.Join(err, remove(temporary(path)))
	}
	return nil
}

// publish has what was written take its place.
func (s *FileStore) publish(path string) error {
	if err := os.Rename(temporary(path), path); err != nil {
		return err
	}
	s.step("renamed")
	return syncFolder(path)
}

// recover finishes the save of a holder of the lock that died between writing and renaming. It may hold the only copy of
// a pair: the one before it is spent. What was not written to its end is removed.
func (s *FileStore) recover(path string) error {
	_, err := s.read(temporary(path))
	switch {
	case err == nil:
		return s.publish(path)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrNewerRecord): // the latter is for that release to judge
		return nil
	default:
		return remove(temporary(path))
	}
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder flushes a rename: without it, a power failure may bring the old file back.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" { // which cannot flush a folder, and journals a rename by itself
		return nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
