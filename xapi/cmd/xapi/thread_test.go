package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// threadFile writes a thread of three posts.
func threadFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "thread.txt")
	require.NoError(t, os.WriteFile(file, []byte("The first\nof three\n---\n\nthe second\n --- \nthe third\n---\n"), 0o600))
	return file
}

func texts(server *xapitest.Server) []string {
	var all []string
	for _, post := range server.Posts() {
		all = append(all, post.Text)
	}
	return all
}

func TestAThreadIsPublished(t *testing.T) {
	server := xapitest.New(t)
	file := threadFile(t)
	got := shell(t, server, "", "thread", file)
	require.Zero(t, got.code, got.err)
	require.Equal(t, []string{"The first\nof three", "the second", "the third"}, texts(server))
	require.Equal(t, 3, strings.Count(got.out, "\n"))
	require.Contains(t, got.out, "post 3    "+server.Posts()[2].ID)
	require.NoFileExists(t, file+".progress")

	got = shell(t, server, `[{"text":"which?","poll":{"options":["a","b"],"duration_minutes":60}},{"text":"that is the question"}]`, "thread", "-", "--json", "--reply-to", server.Posts()[2].ID)
	require.Zero(t, got.code, got.err)
	var printed struct{ IDs []string }
	require.NoError(t, json.Unmarshal([]byte(got.out), &printed))
	require.Len(t, printed.IDs, 2)
	require.Len(t, server.Posts(), 5)
}

func TestAThreadThatStoppedGoesOnAndPostsNothingTwice(t *testing.T) {
	server := xapitest.New(t)
	file := threadFile(t)
	require.NoError(t, server.SetFaults(xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 2}, Do: xapitest.Do{Status: 403, Body: `{"title":"Forbidden","status":403,"type":"about:blank"}`}}))
	got := shell(t, server, "", "thread", file)
	require.Equal(t, 1, got.code, got.err)
	require.Contains(t, got.err, "post 2 of the thread")
	require.Contains(t, got.err, "1 published; call xapi thread "+file+" again to go on")
	require.NotContains(t, got.err, "Publish goes on")
	require.FileExists(t, file+".progress")

	changed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte("Another first\n---\n"+string(changed)), 0o600))
	got = shell(t, server, "", "thread", file)
	require.Equal(t, 2, got.code)
	require.Contains(t, got.err, "has changed: its first 1 posts are published")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(changed), "the third", "the last", 1)), 0o600))

	// The answer to the next post is lost: the post is found among the latest, and not made again.
	require.NoError(t, server.SetFaults(xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 1}, Do: xapitest.Do{Reset: xapitest.ResetAfter}}))
	got = shell(t, server, "", "thread", file)
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "this one may be")
	require.Equal(t, []string{"The first\nof three", "the second"}, texts(server))
	got = shell(t, server, "", "thread", file)
	require.Zero(t, got.code, got.err)
	require.Equal(t, []string{"The first\nof three", "the second", "the last"}, texts(server))
	require.NoFileExists(t, file+".progress")
}

func TestADoubtfulPostIsSettledByHand(t *testing.T) {
	server := xapitest.New(t)
	file := threadFile(t)
	require.NoError(t, server.SetFaults(xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 2}, Do: xapitest.Do{Status: 500, Body: "{}"}}))
	first := shell(t, server, "", "thread", file)
	require.Equal(t, 1, first.code, first.err)
	got := shell(t, server, "", "thread", file)
	require.Equal(t, 1, got.code, got.err)
	require.Contains(t, got.err, "post 2 may be published, and is not among your latest posts: look in a minute, and call again with --settle ID, or --settle none")
	got = shell(t, server, "", "thread", file, "--settle", "none")
	require.Zero(t, got.code, got.err)
	require.Len(t, server.Posts(), 3)
	require.Equal(t, 2, shell(t, server, "", "thread", threadFile(t), "--settle", "1").code, "nothing is in doubt")
}

// TestAPostThatWasSettledTooSoonIsFound has a user say that a post is not published, which is.
func TestAPostThatWasSettledTooSoonIsFound(t *testing.T) {
	server := xapitest.New(t)
	file := threadFile(t)
	require.NoError(t, server.SetFaults(xapitest.Fault{Operation: "createPosts", When: xapitest.When{Nth: 2}, Do: xapitest.Do{Reset: "after"}}))
	require.Equal(t, 1, shell(t, server, "", "thread", file).code)
	got := shell(t, server, "", "thread", file, "--settle", "none")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "duplicate content")
	require.Contains(t, got.err, "1 published, and this one may be; call xapi thread "+file+" again to go on\n")
	got = shell(t, server, "", "thread", file)
	require.Zero(t, got.code, got.err)
	require.Equal(t, []string{"The first\nof three", "the second", "the third"}, texts(server))
}

func TestAThreadIsLookedAtBeforeItIsPublished(t *testing.T) {
	file := threadFile(t)
	got := shell(t, nil, "", "thread", file, "--dry-run")
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "post 1    18 characters, $0.015: The first of three\n")
	require.Contains(t, got.out, "in all    $0.045, by the prices of ")
	for says, text := range map[string]string{
		"has no posts":          " \n---\n",
		"is no JSON list":       `[{"txt":"a"}]`,
		"is no JSON list of po": `[`,
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		got = shell(t, nil, "", "thread", file)
		require.Equal(t, 2, got.code)
		require.Contains(t, got.err, says)
	}
	require.Equal(t, 2, shell(t, nil, "", "thread", file+".none").code)
}
