//go:build unix

package auth_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func TestFilesOfOthersAreNotTrusted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	store := auth.NewFileStore(path)
	require.NoError(t, store.Save(t.Context(), sampleRecord(), nil))
	link := path + ".link"
	require.NoError(t, os.Symlink(path, link))

	other := auth.NewFileStore(path)
	other.OfUser(os.Geteuid() + 1)
	_, err := other.Load(t.Context())
	require.ErrorContains(t, err, "belongs to user")
	require.ErrorContains(t, err, "run it as that user")
	require.NotErrorIs(t, err, auth.ErrLoginRequired)
	require.ErrorContains(t, other.Save(t.Context(), nil, sampleRecord()), "belongs to user")
	require.ErrorContains(t, other.Replace(t.Context(), sampleRecord()), "belongs to user")
	_, err = other.Lock(t.Context())
	require.ErrorContains(t, err, "belongs to user", "a lock file of another user would lock out the one whose login it is")
	_, err = store.Load(t.Context())
	require.NoError(t, err, "nothing happened to it")

	if os.Geteuid() == 0 {
		require.NoError(t, os.Lchown(link, 1, 1))
		byLink := auth.NewFileStore(link)
		_, err = byLink.Load(t.Context())
		require.ErrorContains(t, err, "is a link that belongs to user 1")
		require.ErrorContains(t, byLink.Replace(t.Context(), sampleRecord()), "is a link that belongs to user 1")
	}
}

func TestAPipeInPlaceOfALoginKeepsNobodyWaiting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	_, err := auth.NewFileStore(path).Load(t.Context())
	require.ErrorContains(t, err, "is no regular file")
}
