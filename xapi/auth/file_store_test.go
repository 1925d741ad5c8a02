package auth_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func sampleRecord() *auth.Record {
	return &auth.Record{
		Token: auth.Token{
			Access: auth.NewSecret("canary-access"), Refresh: auth.NewSecret("canary-refresh"),
			Issued: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Expiry: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
			Scopes: []string{"tweet.read", "media.write"},
		},
		ClientID: "app", Confidential: true, TokenURL: "https://api.x.com/2/oauth2/token",
		Attempts: 1, Attempt: auth.AttemptLost, AttemptedAt: time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC),
	}
}

func TestFileStoreKeepsALogin(t *testing.T) {
	store := auth.NewFileStore(filepath.Join(t.TempDir(), "new", "folder", "token.json"))
	_, err := store.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	require.ErrorIs(t, err, auth.ErrNoLogin)
	require.ErrorContains(t, err, store.Path())

	require.NoError(t, store.Save(t.Context(), sampleRecord(), nil))
	record, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, sampleRecord(), record)

	if runtime.GOOS != "windows" {
		info, err := os.Stat(store.Path())
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		info, err = os.Stat(filepath.Dir(store.Path()))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	}
	entries, err := os.ReadDir(filepath.Dir(store.Path()))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file stays")

	require.NoError(t, store.Replace(t.Context(), nil))
	_, err = store.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrLoginRequired)
	require.NoError(t, store.Replace(t.Context(), nil), "removing nothing is no error")
}

func TestFileStoreRefusesWhatItCannotTrust(t *testing.T) {
	good, err := sampleRecord().Encode()
	require.NoError(t, err)
	tests := map[string]struct {
		content string
		mode    os.FileMode
		want    string
		again   bool // the error says to log in again
	}{
		"truncated":             {string(good[:len(good)/2]), 0o600, "it is cut short", true},
		"empty":                 {"", 0o600, "it is empty", true},
		"white space":           {" \n", 0o600, "it is empty", true},
		"not JSON":              {"canary-token: yaml", 0o600, "it is not JSON", true},
		"a list":                {`["canary"]`, 0o600, "wrong type", true},
		"a number for a token":  {`{"version":1,"access_token":7}`, 0o600, "access_token is of the wrong type", true},
		"a malformed time":      {`{"version":1,"access_token":"canary","expiry":"canary"}`, 0o600, "times is malformed", true},
		"two documents":         {string(good) + string(good), 0o600, "it is not JSON", true},
		"no version":            {`{"access_token":"canary"}`, 0o600, "is incomplete", true},
		"no token":              {`{"version":1}`, 0o600, "is incomplete", true},
		"too large":             {strings.Repeat(" ", 65<<10), 0o600, "larger than 64 KiB", true},
		"newer version":         {`{"version":2,"vault":"canary"}`, 0o600, "version 2, this release reads up to 1: update it", false},
		"readable by the world": {string(good), 0o644, "may be read by others (mode 0644): if nobody did, chmod 600 it", false},
		"readable by the group": {string(good), 0o640, "may be read by others (mode 0640)", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.mode != 0o600 {
				t.Skip("windows has no mode bits")
			}
			path := filepath.Join(t.TempDir(), "token.json")
			require.NoError(t, os.WriteFile(path, []byte(test.content), 0o600))
			require.NoError(t, os.Chmod(path, test.mode))
			store := auth.NewFileStore(path)
			_, err := store.Load(t.Context())
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, path)
			require.NotContains(t, err.Error(), "canary")
			if test.again {
				require.ErrorIs(t, err, auth.ErrLoginRequired)
			} else {
				require.NotErrorIs(t, err, auth.ErrLoginRequired)
			}
			require.Equal(t, test.mode != 0o600, errors.Is(err, auth.ErrExposed))

			session := auth.NewSession(auth.OAuth2{ClientID: "app"}, store)
			require.NoError(t, session.Login(t.Context(), sampleRecord()), "logging in again helps in every case")
			_, err = store.Load(t.Context())
			require.NoError(t, err)
		})
	}
	t.Run("a folder", func(t *testing.T) {
		_, err := auth.NewFileStore(t.TempDir()).Load(t.Context())
		require.ErrorContains(t, err, "is no regular file")
	})
}

func TestNewerRecordIsTold(t *testing.T) {
	_, err := auth.DecodeRecord([]byte(`{"version":9}`))
	require.ErrorIs(t, err, auth.ErrNewerRecord)
}

func TestASaveThatACrashLeftUnfinishedIsFinished(t *testing.T) {
	next := sampleRecord()
	next.Token.Refresh = auth.NewSecret("canary-next")
	whole, err := next.Encode()
	require.NoError(t, err)
	for name, test := range map[string]struct {
		left string
		mode os.FileMode
		want *auth.Record
	}{
		"written to its end": {string(whole), 0o600, next},
		"half written":       {string(whole[:len(whole)/2]), 0o600, sampleRecord()},
		"empty":              {"", 0o600, sampleRecord()},
		"of who knows whom":  {string(whole), 0o644, sampleRecord()},
	} {
		t.Run(name, func(t *testing.T) {
			store := auth.NewFileStore(filepath.Join(t.TempDir(), "token.json"))
			require.NoError(t, store.Save(t.Context(), sampleRecord(), nil))
			require.NoError(t, os.WriteFile(store.Path()+".tmp", []byte(test.left), test.mode))
			unlock, err := store.Lock(t.Context())
			require.NoError(t, err)
			record, err := store.Load(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.want.Fingerprint(), record.Fingerprint())
			_, err = os.Stat(store.Path() + ".tmp")
			require.ErrorIs(t, err, os.ErrNotExist)
			require.NoError(t, unlock())
		})
	}
	t.Run("but not after a logout", func(t *testing.T) {
		store := auth.NewFileStore(filepath.Join(t.TempDir(), "token.json"))
		require.NoError(t, os.WriteFile(store.Path()+".tmp", []byte(`{"version":9}`), 0o600))
		require.NoError(t, store.Replace(t.Context(), nil))
		_, err := os.Stat(store.Path() + ".tmp")
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

func TestAllNamesOfALoginAreTheSameLogin(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "kept", "token.json")
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
	link, second := filepath.Join(folder, "link.json"), filepath.Join(folder, "kept", "second.json")
	require.NoError(t, os.Symlink(filepath.Join("kept", "second.json"), link))
	require.NoError(t, os.Symlink("token.json", second))

	byLink, direct := auth.NewFileStore(link), auth.NewFileStore(file)
	_, err := byLink.Load(t.Context())
	require.ErrorIs(t, err, auth.ErrNoLogin)
	unlock, err := byLink.Lock(t.Context())
	require.NoError(t, err)
	_, err = direct.Lock(t.Context())
	require.ErrorIs(t, err, auth.ErrLocked)
	require.NoError(t, byLink.Save(t.Context(), sampleRecord(), nil))
	require.NoError(t, unlock())
	record, err := direct.Load(t.Context())
	require.NoError(t, err, "the file is where the links lead")
	require.Equal(t, sampleRecord(), record)
	for _, name := range []string{link, second} {
		info, err := os.Lstat(name)
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays")
	}

	require.NoError(t, os.Symlink("loop.json", filepath.Join(folder, "loop.json")))
	_, err = auth.NewFileStore(filepath.Join(folder, "loop.json")).Load(t.Context())
	require.ErrorContains(t, err, "more than 40 links")
}

func TestADocumentTooLargeToReadBackIsNotStored(t *testing.T) {
	store := auth.NewFileStore(filepath.Join(t.TempDir(), "token.json"))
	require.NoError(t, store.Save(t.Context(), sampleRecord(), nil))
	large := sampleRecord()
	large.Token.Access = auth.NewSecret(strings.Repeat("canary", 20<<10))
	require.ErrorContains(t, store.Save(t.Context(), large, sampleRecord()), "more than the 65536 that are read back")
	_, err := store.Load(t.Context())
	require.NoError(t, err)
}

// FuzzDecodeRecord holds that any content is read or refused without a panic and without being quoted, and that what is
// read survives a round trip.
func FuzzDecodeRecord(f *testing.F) {
	good, err := sampleRecord().Encode()
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:40])
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"access_token":"a","expiry":"2026-11-21T12:00:00+23:59"}`))
	f.Add([]byte(`{"version":1,"access_token":"a","scopes":["",null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		record, err := auth.DecodeRecord(data)
		if err != nil {
			require.Nil(t, record)
			return
		}
		require.False(t, record.Token.Access.IsZero())
		encoded, err := record.Encode()
		require.NoError(t, err)
		require.True(t, json.Valid(encoded))
		again, err := auth.DecodeRecord(encoded)
		if err != nil {
			require.Greater(t, len(encoded), 64<<10, "only growing past the bound may keep a record from being read back")
			return
		}
		second, err := again.Encode()
		require.NoError(t, err)
		require.Equal(t, string(encoded), string(second))
	})
}
