package world

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestEverythingAboutAPostIsWrittenDown fails where a post or a user has something that a document does not keep.
func TestEverythingAboutAPostIsWrittenDown(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	me := User{
		ID: "5", Name: "Me", Username: "me", Description: "d", Location: "l", URL: "u", Created: at, Protected: true, Verified: "blue", Premium: true,
		PinnedPost: "10", Affiliate: "6", Suspended: true, Deactivated: true, Withheld: []string{"DE"},
	}
	filled(t, me)
	w := Empty(me)
	u := w.User("5")
	*u = me
	place := w.places[0]
	p := &Post{
		ID: "10", Number: 10, Author: u, Text: "t", Created: at, Lang: "en", ReplyTo: "1", Quotes: "2", RepostOf: "3", ReplyToUser: "7", Conversation: "1",
		MediaKeys: []string{"3_1"}, Poll: &Poll{ID: "9", Options: []PollOption{{"a", 1}}, Minutes: 5, Ends: at}, Place: place, Community: "c",
		ReplySettings: "following", Source: "s", Article: "a", Sensitive: true, ScrubbedGeo: true, Dropped: true, Withheld: []string{"DE"}, Hidden: true,
		Superseded: true, Views: 3, Seeded: true, Flags: map[string]any{"nullcast": true},
	}
	filled(t, *p)
	w.insert(p)
	w.withdrawn["5"] = at

	read := Empty(User{ID: "5", Name: "Me", Username: "me"})
	read.Add(w.Document(), at)
	got := read.Post("10")
	got.Superseded = true // follows from the versions, of which there is one
	require.Equal(t, me.Withheld, got.Author.Withheld)
	require.Equal(t, w.withdrawn, read.withdrawn)
	same(t, *p, *got, "Author")
	same(t, me, *got.Author, "")
}

// same says that two values have the same fields, save one.
func same(t *testing.T, want, got any, save string) {
	t.Helper()
	for i := range reflect.TypeOf(want).NumField() {
		if field := reflect.TypeOf(want).Field(i); field.IsExported() && field.Name != save {
			require.Equal(t, reflect.ValueOf(want).Field(i).Interface(), reflect.ValueOf(got).Field(i).Interface(), field.Name)
		}
	}
}

// filled fails where something of the value is zero: what was added since is to be written down too.
func filled(t *testing.T, value any) {
	t.Helper()
	for i := range reflect.TypeOf(value).NumField() {
		if field := reflect.TypeOf(value).Field(i); field.IsExported() {
			require.False(t, reflect.ValueOf(value).Field(i).IsZero(), "set %s here, and have documents keep it", field.Name)
		}
	}
}
