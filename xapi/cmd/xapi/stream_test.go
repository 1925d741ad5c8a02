package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// asApp runs the command as an app on a server.
func asApp(t *testing.T, url, token, in string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	env := map[string]string{tokenFileVariable: filepath.Join(t.TempDir(), "none"), bearerVariable: token}
	code := run(t.Context(), append(args, "--base-url", url), console{
		in: strings.NewReader(in), out: &out, err: &errs, env: func(name string) string { return env[name] },
	})
	return ran{code, out.String(), errs.String()}
}

func TestAStreamIsPrintedUntilTheTimeIsOver(t *testing.T) {
	asked := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.RawQuery
		count := len(asked)
		for n := range 3 {
			_, _ = fmt.Fprintf(w, `{"data": {"id":"%d","text":"a <b> \u001b[31m"}}`+"\r\n", 3*count+n)
		}
		_ = http.NewResponseController(w).Flush()
		if count > 1 {
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	start := time.Now()
	got := asApp(t, server.URL, "app", "", "call", "streampostsfirehose", "partition=2", "post.fields=created_at,lang", "--for", "3s")
	require.Equal(t, done, got.code, got.err)
	require.Less(t, time.Since(start), time.Minute)
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	require.Len(t, lines, 6)
	require.True(t, lines[0] == `{"data":{"id":"3","text":"a <b> \u001b[31m"}}`, lines[0]) //nolint:testifylint // byte by byte
	require.Contains(t, got.err, "xapi: streamPostsFirehose: connected")
	require.Contains(t, got.err, "disconnected")
	require.Equal(t, "partition=2&tweet.fields=created_at,lang", <-asked)
	require.Equal(t, "backfill_minutes=1&partition=2&tweet.fields=created_at,lang", <-asked)
}

func TestAStreamThatIsRefusedFails(t *testing.T) {
	sandbox := xapitest.New(t)
	app := sandbox.Issue(xapitest.Grant{AppOnly: true}).Access
	got := asApp(t, sandbox.URL, app, "", "call", "streamPosts", "--for", "5s")
	require.Equal(t, failed, got.code, got.err)
	require.Equal(t, 1, strings.Count(got.err, "You must define rules before connecting to the stream"), "told once: %s", got.err)
	require.Contains(t, got.err, "add a rule to the stream first, by xapi rules sync")

	for says, args := range map[string][]string{
		"partition: is no number":        {"streamPostsFirehose", "partition=x"},
		"start_time=soon is no time":     {"streamPosts", "start_time=soon"},
		"streamPostsSample10 needs part": {"streamPostsSample10"},
	} {
		got := asApp(t, sandbox.URL, app, "", append([]string{"call"}, args...)...)
		require.Equal(t, misuse, got.code, got.err)
		require.Contains(t, got.err, says)
	}
}

func TestEveryStreamCanBePrinted(t *testing.T) {
	for row := range gen.Operations() {
		if row.Stream && (strings.HasPrefix(row.ID, "stream") || row.ID == "activityStream") {
			require.Contains(t, streams, row.ID)
		}
	}
	require.Len(t, streams, 15)
}

func TestAFileIsCopiedToTheOutput(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = io.WriteString(w, "\x00\x01 bytes\n")
	}))
	defer server.Close()
	sandbox := xapitest.New(t)
	sandbox.URL = server.URL
	row, err := findOperation("chatMediaDownload")
	require.NoError(t, err)
	args := []string{"call", row.ID}
	for _, name := range placeholders(row.Path) {
		value := "1-2" // a conversation, whatever the contract calls it
		if name == "media_hash_key" {
			value = "abc"
		}
		args = append(args, name+"="+value)
	}
	got := shell(t, sandbox, "", args...)
	require.Equal(t, done, got.code, got.err)
	require.Equal(t, "\x00\x01 bytes\n", got.out)
}

func TestRulesBecomeThoseOfAFile(t *testing.T) {
	sandbox := xapitest.New(t)
	app := sandbox.Issue(xapitest.Grant{AppOnly: true}).Access
	file := filepath.Join(t.TempDir(), "rules.txt")
	require.NoError(t, os.WriteFile(file, []byte("# pets\ncats has:media\tpets\n\n#golang\n  dogs  \t pets \n"), 0o600))

	dry := asApp(t, sandbox.URL, app, "", "rules", "sync", file, "--dry-run")
	require.Equal(t, done, dry.code, dry.err)
	require.Equal(t, "added\t\tpets\tcats has:media\nadded\t\t\t#golang\nadded\t\tpets\tdogs\n", dry.out)
	require.Contains(t, dry.err, "0 kept, 3 added, 0 deleted (dry run: nothing was changed)")

	got := asApp(t, sandbox.URL, app, "", "rules", "sync", file)
	require.Equal(t, done, got.code, got.err)
	require.Contains(t, got.err, "0 kept, 3 added, 0 deleted\n")

	got = asApp(t, sandbox.URL, app, `{"add":[{"value":"cats has:media","tag":"pets"},"birds",{"value":"has: has:"}]}`, "rules", "sync", "-")
	require.Equal(t, failed, got.code, got.err)
	require.Contains(t, got.err, "1 kept, 1 added, 2 deleted")
	require.Contains(t, got.err, `xapi: invalid: has: has:: `)
	require.Contains(t, got.err, "correct what is wrong and call again")
}

func TestAFileWithoutRulesDeletesNone(t *testing.T) {
	sandbox := xapitest.New(t)
	app := sandbox.Issue(xapitest.Grant{AppOnly: true}).Access
	require.Equal(t, done, asApp(t, sandbox.URL, app, "cats\n", "rules", "sync", "-").code)
	for _, empty := range []string{"", "# cats\n\n"} {
		got := asApp(t, sandbox.URL, app, empty, "rules", "sync", "-")
		require.Equal(t, misuse, got.code)
		require.Contains(t, got.err, "-: there is no rule in it: write [] to delete all rules")
	}
	got := asApp(t, sandbox.URL, app, "[]", "rules", "sync", "-")
	require.Equal(t, done, got.code, got.err)
	require.Contains(t, got.err, "0 kept, 0 added, 1 deleted\n")
}

func TestRulesThatCannotBeReadAreNotCounted(t *testing.T) {
	sandbox := xapitest.New(t)
	got := asApp(t, sandbox.URL, "unknown", "cats\n", "rules", "sync", "-", "--dry-run")
	require.Equal(t, failed, got.code)
	require.NotContains(t, got.err, "kept")
}

func TestRulesAreReadInEveryForm(t *testing.T) {
	want := "a b/t c/ "
	for _, text := range []string{
		"a b\tt\nc\n", "\ufeffa b\tt\r\nc", "# x\n#\n\na b\tt\nc", `[{"value":"a b","tag":"t"},"c"]`, `{"add":[{"value":"a b","tag":"t"},"c"]}`,
		`{"data":[{"id":"1","value":"a b","tag":"t"},{"id":"2","value":"c"}],"meta":{}}`,
	} {
		rules, err := parseRules([]byte(text))
		require.NoError(t, err, text)
		got := ""
		for _, rule := range rules {
			got += rule.Value + "/" + rule.Tag + " "
		}
		require.Equal(t, want, got, text)
	}
	for text, says := range map[string]string{
		`{"rules":[]}`: `call it "add"`, `{"add":{}}`: "no list", `[1]`: "rule 1 is neither", `["a",{"value":[]}]`: "rule 2 is neither",
		"": "write [] to delete all",
	} {
		_, err := parseRules([]byte(text))
		require.ErrorContains(t, err, says)
	}
	rules, err := parseRules([]byte("[]"))
	require.NoError(t, err)
	require.Empty(t, rules)
}
