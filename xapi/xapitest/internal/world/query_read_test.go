package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQueriesAskForPlaces(t *testing.T) {
	w := New()
	author := w.AddUser(User{ID: "1", Username: "me", Name: "Ada L", Location: "Paris"})
	p := w.AddPost(Post{Author: author, Text: "bread", Created: day, Place: &Place{ID: "p", Lon: 2.35, Lat: 48.85}})
	for query, want := range map[string]bool{
		"bread point_radius:[2.35 48.85 1km]":       true,
		"point_radius:[2.34 48.84 10mi] bread":      true,
		"bread point_radius:[13.4 52.5 10km]":       false,
		"bread bounding_box:[2 48 3 49]":            true,
		"bread -bounding_box:[2 48 3 49]":           false,
		"bread bounding_box:[-120 30 -100 40]":      false,
		"bread bio_location:paris bio_name:\"ada\"": true,
		"bread url_title:x":                         false,
	} {
		parsed, err := ParseQuery(query)
		require.NoError(t, err, query)
		require.Equal(t, want, parsed.Matches(w, p), query)
	}
	for _, query := range []string{
		"bread point_radius:[2.35 48.85]", "bread point_radius:[2.35 48.85 99km]", "bread point_radius:2.35", "bread bounding_box:[1 2 3]",
		"bread bounding_box:[a b c d]", "bread point_radius:[2 4", "bread point_radius:[NaN 2 1km]",
	} {
		_, err := ParseQuery(query)
		require.Error(t, err, query)
	}
}

func TestGroupsAreNotNestedWithoutEnd(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("(", n) + "a" + strings.Repeat(")", n) }
	_, err := ParseQuery(nested(maxDepth))
	require.NoError(t, err)
	_, err = ParseQuery(nested(100_000))
	require.ErrorContains(t, err, "too many groups")
	_, err = ParseQuery(strings.Repeat("(a) ", 10*maxDepth))
	require.NoError(t, err, "groups after each other do not nest")
}
