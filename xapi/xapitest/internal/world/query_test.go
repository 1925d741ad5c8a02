package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzParseQuery(f *testing.F) {
	for _, query := range []string{
		"a b", `"a b" OR c`, "-(a OR #b) from:me", "has:media", "(", ")", "-", `"`, "$A @b url:x", "followers_count:1..2", "a OR", "sample:101 a",
	} {
		f.Add(query)
	}
	w := New()
	p := w.AddPost(Post{Author: w.AddUser(User{ID: "1", Username: "me"}), Text: "a b #b", Created: day})
	f.Fuzz(func(_ *testing.T, query string) {
		if parsed, err := ParseQuery(query); err == nil {
			parsed.Matches(w, p)
		}
	})
}

func TestLengthIsAsXCountsIt(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "hello": 5, "字": 2, "é": 1, "e\u0301": 1, "see https://example.com/" + strings.Repeat("a", 90): 27,
		"\U0001f469\u200d\U0001f680": 2, "“quoted”": 8,
	} {
		require.Equal(t, want, Length(text), "%q", text)
	}
}

func TestEntitiesStandWhereTheyAre(t *testing.T) {
	found := ParseEntities("héllo @you, #tag1 $ACME https://example.com/#x. mail@here #1")
	require.Equal(t, []Entity{{6, 10, "you"}}, found.Mentions)
	require.Equal(t, []Entity{{12, 17, "tag1"}}, found.Hashtags)
	require.Equal(t, []Entity{{18, 23, "ACME"}}, found.Cashtags)
	require.Equal(t, []Entity{{24, 46, "https://example.com/#x"}}, found.URLs)
}
