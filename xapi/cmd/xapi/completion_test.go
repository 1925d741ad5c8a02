package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

func TestAShellIsToldWhatCouldBeTyped(t *testing.T) {
	for typed, proposals := range map[string][]string{
		"searchposts":                                {"searchPostsAll\tGET /2/tweets/search/all", "searchPostsRecent\tGET /2/tweets/search/recent"},
		"getPostsById ":                              {"id="},
		"searchPostsRecent sort_":                    {"sort_order="},
		"searchPostsRecent sort_order=rel":           {"sort_order=relevancy"},
		"getUsersMe user.fields=created_at,verified": {"user.fields=created_at,verified", "user.fields=created_at,verified_type"},
		"searchPostsRecent nothing=":                 nil,
		"noOperation ":                               nil,
	} {
		got := shell(t, nil, "", append([]string{"__complete", "call"}, strings.Split(typed, " ")...)...)
		require.Zero(t, got.code, got.err)
		lines := strings.Split(strings.TrimSpace(got.out), "\n")
		if len(proposals) == 0 {
			require.Len(t, lines, 1, typed) // how to go on, and nothing before it
		}
		for _, proposal := range proposals {
			require.Contains(t, lines, proposal, typed)
		}
	}
	for _, name := range []string{"bash", "zsh", "fish", "powershell"} {
		got := shell(t, nil, "", "completion", name)
		require.Zero(t, got.code, got.err)
		require.Contains(t, got.out, "xapi")
	}
}

func TestWhatIsGivenIsNotProposedAgain(t *testing.T) {
	got := shell(t, nil, "", "__complete", "call", "searchPostsRecent", "query=cats", "")
	require.Zero(t, got.code, got.err)
	require.NotContains(t, got.out, "query=")
	require.Contains(t, got.out, "max_results=")
	got = shell(t, nil, "", "__complete", "call", "getUsersMe", "user.fields=created_at,")
	require.NotContains(t, got.out, "created_at,created_at")
	require.Contains(t, got.out, "user.fields=created_at,username")
}

func TestWhatAFlagTakesIsProposed(t *testing.T) {
	for flag, proposal := range map[string]string{"upload --category": "tweet_video", "analytics --granularity": "hourly", "call --fields": "everything"} {
		got := shell(t, nil, "", append(append([]string{"__complete"}, strings.Split(flag, " ")...), "")...)
		require.Zero(t, got.code, got.err)
		require.Contains(t, strings.Split(got.out, "\n"), proposal)
		require.Contains(t, got.out, ":4\n", "no files")
	}
	server := newLoginServer(t)
	c := newCommand(t)
	c.inFolder(t)
	require.Empty(t, c.login(t, server, "--as", "ada"))
	require.Equal(t, done, c.run(t, "__complete", "post", "--base-url", server.URL, "--as", ""))
	require.Contains(t, c.out.String(), "ada\n")
	require.Equal(t, done, c.run(t, "__complete", "post", "--as", ""))
	require.NotContains(t, c.out.String(), "ada", "it is of another server")
}

// TestHelpNamesWhatAFlagTakes finds flags that are explained by the type of a variable.
func TestHelpNamesWhatAFlagTakes(t *testing.T) {
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			name, _ := pflag.UnquoteUsage(flag)
			require.Equal(t, strings.ToUpper(name), name, "%s --%s", cmd.CommandPath(), flag.Name)
		})
		for _, below := range cmd.Commands() {
			look(below)
		}
	}
	look(newRoot(console{}))
	help := shell(t, nil, "", "--help")
	for _, name := range []string{tokenVariable, clientIDVariable, clientSecretVariable, tokenFileVariable, bearerVariable, "X_OAUTH1_TOKEN_SECRET", "NO_COLOR", "xapi login", "xapi sandbox"} {
		require.Contains(t, help.out, name)
	}
	require.Equal(t, shell(t, nil, "", "version").out, shell(t, nil, "", "--version").out)
}

func TestEveryCommandHasAPage(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pages")
	for _, args := range [][]string{{"manual", folder}, {"manual", folder, "--markdown"}} {
		got := shell(t, nil, "", args...)
		require.Zero(t, got.code, got.err)
	}
	for _, name := range []string{"xapi.1", "xapi-call.1", "xapi-webhook-listen.1", "xapi.md", "xapi_call.md"} {
		page, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NotEmpty(t, page)
	}
	again := t.TempDir()
	require.Zero(t, shell(t, nil, "", "manual", again).code)
	for _, name := range []string{"xapi.1", "xapi-call.1"} {
		first, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		second, err := os.ReadFile(filepath.Join(again, name))
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	}
	file := filepath.Join(folder, "xapi.1")
	require.Equal(t, misuse, shell(t, nil, "", "manual", file).code)
}
