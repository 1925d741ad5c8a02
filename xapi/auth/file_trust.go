package auth

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// target follows symbolic links to where the login is, or is to be. Links are followed like this, and not by the system,
// because a rename would replace the link. A link that another user has made may lead to any file of ours, so
// that only our own links and the superuser's are followed.
func (s *FileStore) target() (string, error) {
	const most = 40 // as the system has it
	path := s.path
	for range most {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if owner, known := ownerOf(info); known && owner != s.user && owner != 0 {
			return "", fmt.Errorf("%s is a link that belongs to user %d, not to user %d who runs this: "+
				"name the file that it leads to", path, owner, s.user)
		}
		leads, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(leads) {
			folder, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			leads = filepath.Join(folder, leads)
		}
		path = leads
	}
	return "", fmt.Errorf("%s leads through more than %d links", s.path, most)
}

// vouch fails where the file at path, if there is one, is of another user. The superuser is no exception: a file replaced
// by root would be out of reach of the user whom the login belongs to.
func (s *FileStore) vouch(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.own(path, info)
}

func (s *FileStore) own(path string, info fs.FileInfo) error {
	if owner, known := ownerOf(info); known && owner != s.user {
		return fmt.Errorf("%s belongs to user %d, not to user %d who runs this: run it as that user, or keep a login of your own",
			path, owner, s.user)
	}
	return nil
}

// read reads the login in the file at path, which is no link, and refuses what nobody can vouch for.
func (s *FileStore) read(path string) (*Record, error) {
	info, err := os.Lstat(path) // before it is opened, as that waits for a writer where it is a pipe
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file: keep the stored login elsewhere", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if info, err = file.Stat(); err != nil {
		return nil, err
	}
	if err := s.own(path, info); err != nil {
		return nil, err
	}
	// Windows has no such mode bits; there, the user's configuration folder is private by its access list.
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return nil, fmt.Errorf("%s %w (mode %04o): if nobody did, chmod 600 it; else log in again", path, ErrExposed, mode)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxRecord+1))
	if err != nil {
		return nil, err
	}
	record, err := DecodeRecord(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return record, nil
}
