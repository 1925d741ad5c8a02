package world

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var day = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func BenchmarkSeed(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Seed(1, day, User{ID: "2244994945", Name: "Sandbox User", Username: "sandbox_user"})
	}
}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	me := User{ID: "2244994945", Name: "Sandbox User", Username: "sandbox_user"}
	a, b, c := Seed(1, day, me), Seed(1, day, me), Seed(2, day, me)
	require.Greater(t, len(a.Posts()), 9_000)
	require.Len(t, a.Users(), seededUsers)
	text := func(w *World) (all []string) {
		for _, p := range w.Posts() {
			all = append(all, p.ID, p.Text, p.Author.Username)
		}
		return all
	}
	require.Equal(t, text(a), text(b))
	require.NotEqual(t, text(a), text(c))
	require.NoError(t, a.Check())
}
