package streaming

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAWindowRemembersTheLatestKeys(t *testing.T) {
	const most = 10
	w := newWindow(most)
	random := rand.New(rand.NewPCG(1, 2))
	var latest []uint64
	for range 10_000 {
		key := random.Uint64N(30)
		require.Equal(t, !slices.Contains(latest, key), w.add(key))
		if !slices.Contains(latest, key) {
			latest = append(latest, key)
			latest = latest[max(0, len(latest)-most):]
		}
		require.Equal(t, latest, w.latest(most+5))
		require.Equal(t, latest[max(0, len(latest)-3):], w.latest(3))
	}
	require.Len(t, w.keys, most)
}

func TestKeysOfIDsAreTheSameInEveryProcess(t *testing.T) {
	require.EqualValues(t, 1900000000000000000, keyOf([]byte("1900000000000000000")))
	different := map[uint64]bool{}
	for _, id := range []string{"", "a", "b", "1", "-1", "12345678901234567890", "99999999999999999999", `{"data":1}`} {
		different[keyOf([]byte(id))] = true
	}
	require.Len(t, different, 8)
	require.Equal(t, uint64(0xaf63dc4c8601ec8c)|1<<63, keyOf([]byte("a")), "it is stored")
}
