package authtest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// TestKeyring holds a keyring to what [auth.Keyring] promises. open opens it as a process that has just started does;
// within one test it is the same keyring each time, empty at first.
func TestKeyring(t *testing.T, open func(t *testing.T) auth.Keyring) {
	ring, other := open(t), open(t)
	require.Empty(t, list(t, ring, auth.Key{}))
	keys := []auth.Key{
		{Server: "api.x.com", ClientID: "app", User: "ada"},
		{Server: "api.x.com", ClientID: "app", User: "Ada"},
		{Server: "api.x.com", ClientID: "App", User: "ada"},
		{Server: "127.0.0.1:8080", ClientID: "app", User: "ada"},
		{Server: "[::1]:8080", ClientID: "", User: ""},
		{Server: "api.x.com", ClientID: "app", User: ""},
		{Server: "api.x.com", ClientID: "app", User: "../../ada"},
		{Server: "..", ClientID: ".", User: `a/b\c:d%41 e"f'g;h` + "\n"},
		{Server: "api.x.com", ClientID: "日本", User: "üöä😀%_*?"},
		{Server: "ada", ClientID: "ada", User: "ada"},
	}
	for i, key := range keys {
		_, err := ring.Store(key).Load(t.Context())
		require.ErrorIs(t, err, auth.ErrNoLogin)
		require.NotContains(t, list(t, ring, auth.Key{}), key, "looking leaves no trace")
		store := ring.Store(key)
		locked(t, store, func() { require.NoError(t, store.Save(t.Context(), Record(i), nil)) })
	}
	for i, key := range keys {
		requireStored(t, Record(i), ring.Store(key), other.Store(key))
	}
	for _, ring := range []auth.Keyring{ring, other} {
		require.ElementsMatch(t, keys, list(t, ring, auth.Key{}))
		require.ElementsMatch(t, []auth.Key{keys[0], keys[1], keys[5], keys[6]}, list(t, ring, auth.Key{Server: "api.x.com", ClientID: "app"}))
		require.ElementsMatch(t, []auth.Key{keys[0], keys[2], keys[3], keys[9]}, list(t, ring, auth.Key{User: "ada"}))
		require.Equal(t, []auth.Key{keys[1]}, list(t, ring, keys[1]))
		require.Empty(t, list(t, ring, auth.Key{User: "%"}), "what is looked for is no pattern")
	}
	for _, err := range ring.Keys(t.Context(), auth.Key{}) {
		require.NoError(t, err)
		break // whoever has seen enough may stop
	}
	for _, key := range keys[1:] {
		store := other.Store(key)
		locked(t, store, func() { require.NoError(t, store.Replace(t.Context(), nil)) })
	}
	require.Equal(t, keys[:1], list(t, ring, auth.Key{}))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var failure error
	for _, failure = range ring.Keys(ctx, auth.Key{}) {
	}
	require.ErrorIs(t, failure, context.Canceled)
}

func list(t *testing.T, ring auth.Keyring, like auth.Key) []auth.Key {
	t.Helper()
	var keys []auth.Key
	for key, err := range ring.Keys(t.Context(), like) {
		require.NoError(t, err)
		keys = append(keys, key)
	}
	return keys
}
