package auth_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

func TestDefaultFolder(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	folder, err := auth.DefaultFolder()
	require.NoError(t, err)
	require.Contains(t, folder, home)
	require.True(t, strings.HasSuffix(folder, filepath.Join("xapi-go", "logins")), folder)
}

func TestAKeyringSeesItsOwnFilesOnly(t *testing.T) {
	folder := t.TempDir()
	ring := auth.NewFileKeyring(folder)
	key := auth.OAuth2{ClientID: "app"}.Key("ada")
	require.Equal(t, auth.Key{Server: "api.x.com", ClientID: "app", User: "ada"}, key)
	require.Equal(t, filepath.Join(folder, "api.x.com", "app", "ada.json"), ring.File(key).Path())
	store := ring.Store(key)
	unlock, err := store.Lock(t.Context())
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), sampleRecord(), nil))
	require.NoError(t, unlock())
	for _, name := range []string{"notes.txt", "Ada.json", "%61da.json", "%zz.json", "ada.json.tmp", ".json", "deeper/ada.json"} {
		path := filepath.Join(folder, "api.x.com", "app", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "ada.json"), nil, 0o600))
	var keys []auth.Key
	for key, err := range ring.Keys(t.Context(), auth.Key{}) {
		require.NoError(t, err)
		keys = append(keys, key)
	}
	require.Equal(t, []auth.Key{key}, keys)
}

func TestTheKeyOfAServer(t *testing.T) {
	for address, want := range map[string]string{
		"https://api.x.com/2/oauth2/token": "api.x.com", "https://API.X.com/2/oauth2/token": "api.x.com",
		"http://127.0.0.1:8080/2/oauth2/token": "127.0.0.1:8080", "http://127.0.0.1:8080/one/2/oauth2/token": "127.0.0.1:8080/one",
		"https://login.example.com/token": "login.example.com/token",
	} {
		require.Equal(t, want, auth.OAuth2{Endpoint: auth.Endpoint{TokenURL: address}}.Key("").Server)
	}
}

// FuzzFileKeyring holds that no key leads out of the folder, and that different keys lead to different files, also where
// the file system does not tell upper-case letters from small ones.
func FuzzFileKeyring(f *testing.F) {
	f.Add("api.x.com", "app", "ada", "api.x.com", "app", "Ada")
	f.Add("..", ".", "../x", "", "%", "%25")
	f.Fuzz(func(t *testing.T, server, client, user, server2, client2, user2 string) {
		ring := auth.NewFileKeyring("folder")
		path := ring.File(auth.Key{Server: server, ClientID: client, User: user}).Path()
		names := strings.Split(filepath.ToSlash(path), "/")
		require.Len(t, names, 4)
		for _, name := range names {
			require.NotContains(t, []string{"", ".", ".."}, name)
		}
		same := server == server2 && client == client2 && user == user2
		other := ring.File(auth.Key{Server: server2, ClientID: client2, User: user2}).Path()
		require.Equal(t, same, strings.EqualFold(path, other))
	})
}

func TestAKeyMatchesWhateverIsNotAskedFor(t *testing.T) {
	key := auth.Key{Server: "api.x.com", ClientID: "app", User: "me"}
	for _, like := range []auth.Key{{}, {Server: "api.x.com"}, {ClientID: "app"}, {User: "me"}, {ClientID: "app", User: "me"}, key} {
		require.True(t, key.Matches(like), "%+v", like)
	}
	for _, like := range []auth.Key{{Server: "other"}, {ClientID: "other"}, {User: "other"}, {Server: "api.x.com", User: "other"}, {ClientID: "app", Server: "other"}} {
		require.False(t, key.Matches(like), "%+v", like)
	}
	require.False(t, auth.Key{}.Matches(key))
}
