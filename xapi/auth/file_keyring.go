package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// FileKeyring keeps many logins in one folder, each in a [FileStore] of its own at SERVER/CLIENT/USER.json. What a file
// system might not tell apart or not take, upper-case letters among it, is written as in a URL: %41 for A.
type FileKeyring struct{ folder string }

// NewFileKeyring keeps logins in folder. Nothing is read or created before the first use.
func NewFileKeyring(folder string) *FileKeyring { return &FileKeyring{folder: folder} }

// DefaultFolder is where the command keeps its logins: xapi-go/logins in the user's configuration folder.
func DefaultFolder() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the stored logins: %w", err)
	}
	return filepath.Join(dir, "xapi-go", "logins"), nil
}

// Folder returns where the logins are kept.
func (k *FileKeyring) Folder() string { return k.folder }

// Store returns the [FileStore] of one login.
func (k *FileKeyring) Store(key Key) Store { return k.File(key) }

// File is Store, with its type.
func (k *FileKeyring) File(key Key) *FileStore {
	return NewFileStore(filepath.Join(k.folder, fileName(key.Server), fileName(key.ClientID), fileName(key.User)+loginSuffix))
}

const loginSuffix = ".json"

// Keys reads the names of the files, not what is in them.
func (k *FileKeyring) Keys(ctx context.Context, like Key) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		err := fs.WalkDir(os.DirFS(k.folder), ".", func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // nothing was ever stored, or it was removed meanwhile
			}
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			names := strings.Split(path, "/")
			if entry.IsDir() || len(names) != 3 {
				if len(names) > 2 {
					return fs.SkipDir
				}
				return nil
			}
			key, ours := keyOf(names[0], names[1], names[2])
			if ours && key.Matches(like) && !yield(key, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Key{}, fmt.Errorf("list the stored logins: %w", err))
		}
	}
}

// keyOf reads the names that File makes, and no others.
func keyOf(server, client, user string) (Key, bool) {
	user, ours := strings.CutSuffix(user, loginSuffix)
	var texts [3]string
	for i, name := range []string{server, client, user} {
		text, err := url.PathUnescape(strings.TrimSuffix(name, emptyName))
		ours = ours && err == nil && fileName(text) == name
		texts[i] = text
	}
	return Key{Server: texts[0], ClientID: texts[1], User: texts[2]}, ours
}

// emptyName stands for empty text: no other text is written so.
const emptyName = "%"

// fileName writes text as the name of a file, different for different texts wherever it is kept.
func fileName(text string) string {
	if text == "" {
		return emptyName
	}
	var name strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.' && i > 0 && i < len(text)-1:
			name.WriteByte(c)
		default:
			fmt.Fprintf(&name, "%%%02X", c)
		}
	}
	return name.String()
}
