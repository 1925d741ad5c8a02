package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func TestAnyOperationCanBeCalled(t *testing.T) {
	server := xapitest.New(t)
	got := shell(t, server, "", "call", "getUsersMe", "user.fields=created_at")
	require.Zero(t, got.code, got.err)
	var me struct {
		Data struct {
			ID        string
			CreatedAt string `json:"created_at"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &me))
	require.NotEmpty(t, me.Data.ID)
	require.NotEmpty(t, me.Data.CreatedAt)
	require.Equal(t, 1, strings.Count(got.out, "\n"), "one line")

	got = shell(t, server, `{"text":"from standard input"}`, "call", "createposts", "--body", "-")
	require.Zero(t, got.code, got.err)
	require.Equal(t, "from standard input", server.Posts()[0].Text)
}

func TestACallThatCannotBeMadeSaysWhatWouldDo(t *testing.T) {
	for says, args := range map[string][]string{
		`no operation "searchPostRecent"; the nearest name is searchPostsRecent`:      {"call", "searchPostRecent"},
		`has no parameter "quer"; the nearest name is query`:                          {"call", "searchPostsRecent", "quer=x"},
		"searchPostsRecent needs query: give query=VALUE":                             {"call", "searchPostsRecent"},
		"getPostsById needs id: give id=VALUE":                                        {"call", "getPostsById"},
		`"cats" is no name=value`:                                                     {"call", "searchPostsRecent", "cats"},
		"createPosts takes its data as JSON: give --body '{\"text\": …}'":             {"call", "createPosts", "text=hello"},
		"deletePosts has no parameter \"text\"; the nearest name is id: it takes id;": {"call", "deletePosts", "text=hello"},
		"getOpenApiSpec takes no parameters; --query sends":                           {"call", "getOpenApiSpec", "a=b"},
		"the body is no JSON":                                                         {"call", "createPosts", "--body", "text"},
		"getUsersMe has no pages":                                                     {"call", "getUsersMe", "--all"},
		"--fields some: give everything":                                              {"call", "getUsersMe", "--fields", "some"},
		"call takes an OPERATION":                                                     {"call"},
		`there is no command "snyc"; the nearest name is sync: see xapi rules --help`: {"rules", "snyc"},
		`no operation has "nowhere"`:                                                  {"operations", "nowhere"},
	} {
		server := xapitest.New(t)
		got := shell(t, server, "", append([]string{}, args...)...)
		if args[0] != "call" {
			got = shell(t, nil, "", args...)
		}
		require.Equal(t, 2, got.code, got.err)
		require.Contains(t, got.err, says)
	}
}

func TestAllPagesAreFetchedAndNoMore(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/json")
		meta := fmt.Sprintf(`{"next_token":"token-of-the-page-%d"}`, asked+1)
		if asked == 3 {
			meta = `{}`
		}
		_, _ = fmt.Fprintf(w, `{"data":[{"id":"%d","username":"a","name":"a"},{"id":"%d","username":"b","name":"b"}],"meta":%s}`, 2*asked, 2*asked+1, meta)
	}))
	defer server.Close()
	paging := xapitest.New(t)
	paging.URL = server.URL
	asked = 0
	got := shell(t, paging, "", "call", "getUsersFollowers", "id=1", "--all")
	require.Zero(t, got.code, got.err)
	require.Equal(t, 6, strings.Count(got.out, "\n"))
	require.Equal(t, 3, asked)
	asked = 0
	got = shell(t, paging, "", "call", "getUsersFollowers", "id=1", "--all", "--limit", "3")
	require.Equal(t, 3, strings.Count(got.out, "\n"))
	require.Equal(t, 2, asked)
}

func TestADryRunSendsNothing(t *testing.T) {
	got := shell(t, nil, "", "call", "hidePostsReply", "tweet_id=7", "--body", `{"hidden":true}`, "--dry-run")
	require.Zero(t, got.code, got.err)
	operation, found := xapi.FindOperation("hidePostsReply")
	require.True(t, found)
	path := strings.ReplaceAll(operation.Path, "{tweet_id}", "7")
	require.Equal(t, "PUT https://api.x.com"+path+"\nContent-Type: application/json\n\n{\"hidden\":true}\n", got.out)
}

func TestOperationsAreListed(t *testing.T) {
	got := shell(t, nil, "", "operations", "searchPosts")
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "searchPostsRecent  GET /2/tweets/search/recent\n")
	require.Contains(t, got.out, "query!")
	require.NotContains(t, got.out, "getUsersMe")
	got = shell(t, nil, "", "operations", "--json")
	require.Equal(t, len(slices.Collect(xapi.Operations())), strings.Count(got.out, "\n"))
	got = shell(t, nil, "", "operations", "search", "POSTS", "archive")
	require.NotContains(t, got.out, "searchPostsRecent ", "all words must be there")
	got = shell(t, nil, "", "operations", "likePost")
	for _, says := range []string{
		"OAuth 2.0 with like.write tweet.read users.read, or OAuth 1.0a", "id! --body", "limits: 50 in 15m for each user, 1000 in 24h for each user", "cost: $0.015 (interaction-create)",
	} {
		require.Contains(t, got.out, says)
	}
	got = shell(t, nil, "", "operations", "searchPostsRecent", "--json")
	var op map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.out), &op))
	require.Equal(t, "$0.005 for each post", op["cost"])
	require.Equal(t, []any{"450 in 15m for each app", "300 in 15m for each user"}, op["limits"])
	require.Equal(t, true, op["paged"])
	require.Contains(t, shell(t, nil, "", "operations", "searchPostsRecent").out, "pages of 10 to 100")
}

func TestAnEstimateSendsNothing(t *testing.T) {
	for says, args := range map[string][]string{
		"it costs at the most 500 × post, 500 × user: $7.50, by the prices of ": {"searchPostsRecent", "query=cats", "expansions=author_id", "--limit", "500"},
		"each page costs at the most 100 × post: $0.50, by the prices of ":      {"searchPostsRecent", "query=cats", "--all"},
		"it costs at the most 10 × post: $0.05, by the prices of ":              {"searchPostsRecent", "query=cats"},
		"it costs at the most 1 × post-create-with-url: $0.20, by the prices o": {"createPosts", "--body", `{"text":"see example.com"}`},
		"each document costs at the most 1 × post: $0.005, by the prices of ":   {"streamPosts"},
		"appendMediaUpload has no published price, as of ":                      {"appendMediaUpload", "id=1", "--body", `{"segment_index":0,"media":"aGk="}`},
	} {
		got := shell(t, nil, "", append(append([]string{"call"}, args...), "--estimate")...)
		require.Zero(t, got.code, got.err)
		require.Contains(t, got.out, says)
	}
	got := shell(t, nil, "", "call", "searchPostsRecent", "query=cats", "max_results=5", "--estimate")
	require.Equal(t, 2, got.code, "what would be refused costs nothing: %s", got.out)
	require.Contains(t, got.err, "max_results")
}

func TestABudgetOfACallHolds(t *testing.T) {
	server := xapitest.New(t)
	got := shell(t, server, "", "call", "searchPostsRecent", "query=a OR b", "--limit", "30", "--budget", "0.10")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "not sent: it may cost 30 × post: $0.15")
	require.Empty(t, got.out)
	got = shell(t, server, "", "call", "searchPostsRecent", "query=a OR b", "--limit", "30", "--budget", "$0.20")
	require.Zero(t, got.code, got.err)
	require.Equal(t, 30, strings.Count(got.out, "\n"))
	require.Contains(t, got.err, "spent about 30 × post: $0.15, by the prices of ")
	require.Equal(t, 2, shell(t, server, "", "call", "getUsersMe", "--budget", "much").code)
}

func TestTimesAreGivenAsPeopleSayThem(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	now := time.Date(2026, 8, 5, 15, 4, 5, 0, zone)
	for text, want := range map[string]string{
		"now": "2026-08-05T13:04:05Z", "today": "2026-08-04T22:00:00Z", "Yesterday": "2026-08-03T22:00:00Z", "90m": "2026-08-05T11:34:05Z", "2h": "2026-08-05T11:04:05Z",
		"3d": "2026-08-02T13:04:05Z", "1w": "2026-07-29T13:04:05Z", "30s": "2026-08-05T13:03:35Z", "2026-08-01": "2026-07-31T22:00:00Z", "2026-08-01 09:30": "2026-08-01T07:30:00Z",
		"2026-08-01T09:30:10": "2026-08-01T07:30:10Z", "2026-08-01T09:30:00Z": "2026-08-01T09:30:00Z", "2026-08-01T09:30:00+05:00": "2026-08-01T04:30:00Z",
	} {
		at, ok := moment(text, now)
		require.True(t, ok, text)
		require.Equal(t, want, at.UTC().Format(time.RFC3339), text)
	}
	for _, text := range []string{"", "soon", "2", "h", "-2h", "2026-13-01", "1.5h", "9999999d"} {
		_, ok := moment(text, now)
		require.False(t, ok, text)
	}
	got := shell(t, nil, "", "call", "searchPostsRecent", "query=cats", "start_time=2026-08-01T09:30:00Z", "end_time=2h", "--dry-run")
	require.Zero(t, got.code, got.err)
	require.Regexp(t, `end_time=20\d\d-\d\d-\d\dT\d\d%3A\d\d%3A\d\dZ&`, got.out)
	require.Contains(t, got.out, "start_time=2026-08-01T09%3A30%3A00Z")
	got = shell(t, nil, "", "call", "searchPostsRecent", "query=cats", "start_time=soon", "--dry-run")
	require.Equal(t, 2, got.code)
	require.Contains(t, got.err, "start_time=soon is no time: give a date like 2026-08-01")
}

func TestAListThatStoppedGoesOnFromItsCursor(t *testing.T) {
	server := xapitest.New(t)
	whole := shell(t, server, "", "call", "searchPostsRecent", "query=a OR b", "--limit", "60")
	require.Equal(t, 60, strings.Count(whole.out, "\n"), whole.err)
	first := shell(t, server, "", "call", "searchPostsRecent", "query=a OR b", "--limit", "25")
	_, cursor, found := strings.Cut(strings.TrimSpace(first.err), "go on with --from ")
	require.True(t, found, first.err)
	second := shell(t, server, "", "call", "searchPostsRecent", "query=a OR b", "--limit", "35", "--from", cursor)
	require.Zero(t, second.code, second.err)
	require.Equal(t, whole.out, first.out+second.out)
	other := shell(t, server, "", "call", "getUsersFollowers", "id=1", "--from", cursor)
	require.NotZero(t, other.code)
	require.Contains(t, other.err, "the cursor is one of searchPostsRecent")

	pages := shell(t, server, "", "call", "searchPostsRecent", "query=a OR b", "--pages", "--limit", "20", "--fields", "everything")
	require.Zero(t, pages.code, pages.err)
	var page struct {
		Data     []map[string]any
		Includes map[string][]any
	}
	require.NoError(t, json.Unmarshal([]byte(pages.out), &page))
	require.Len(t, page.Data, 20)
	require.NotEmpty(t, page.Includes["users"])
	require.Contains(t, page.Data[0], "edit_history_post_ids", "in the spelling that speaks of posts")
}

func TestWhatXAddedTodayIsSent(t *testing.T) {
	got := shell(t, nil, "", "call", "getUsersMe", "--query", "brand_new=a b", "user.fields=*", "--dry-run")
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "GET https://api.x.com/2/users/me?brand_new=a+b&user.fields=")
	require.Contains(t, got.out, "created_at")
	require.NotContains(t, got.out, "confirmed_email", "which is for owners")
	require.NotContains(t, got.out, "none", "no credentials, not even those that stand in")
	require.Equal(t, 2, shell(t, nil, "", "call", "getUsersMe", "--query", "=x").code)
}

func TestWhatTheSpecDoesNotKnowIsSentWhereOneInsists(t *testing.T) {
	got := shell(t, nil, "", "call", "createPosts", "--body", `{"text":"a","brand_new":1}`, "--dry-run")
	require.Equal(t, 2, got.code)
	require.Contains(t, got.err, "/brand_new: is not declared")
	require.Contains(t, got.err, "if X has it by now, send it with --unchecked\n")
	got = shell(t, nil, "", "call", "createPosts", "--body", `{"text":"a","brand_new":1}`, "--dry-run", "--unchecked")
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "brand_new")
}

func TestAListenerAnswersChallengesAndPrintsEvents(t *testing.T) {
	var out, errs lockedBuffer
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"webhook", "listen", "--addr", "127.0.0.1:0"}, console{
			in: strings.NewReader(""), out: &out, err: &errs,
			env: func(name string) string { return map[string]string{clientSecretVariable: "shared"}[name] },
		})
	}()
	var address string
	require.Eventually(t, func() bool {
		_, address, _ = strings.Cut(strings.TrimSpace(errs.String()), "listening at ")
		return address != ""
	}, 30*time.Second, time.Millisecond)
	answer, err := http.Get(address + "/?crc_token=YWJj")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	answer, err = http.Post(address, "application/json", strings.NewReader(`{"for_user_id":"1"}`))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.NotEqual(t, http.StatusOK, answer.StatusCode, "nobody signed it")
	body := []byte(`{"data":{"event_uuid":"1","event_type":"profile.update.bio","filter":{"user_id":"1"},"payload":{"before":"a","after":"b"}}}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Twitter-Webhooks-Signature-OAuth2", webhook.Sign(auth.NewSecret("shared"), body))
	answer, err = http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Contains(t, out.String(), "profile.update.bio")
	require.Contains(t, errs.String(), "xapi: answered a challenge\n")
	require.Contains(t, errs.String(), "xapi: refused a request with 401: no signature of a scheme that there is a secret for\n")
	cancel(errInterrupted)
	require.Equal(t, interrupted, <-done)
	require.Contains(t, errs.String(), "xapi: interrupted\n")
	require.Equal(t, 2, shell(t, nil, "", "webhook", "listen").code, "without a secret")
}

// lockedBuffer is written by one goroutine and read by another.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestAListThatIsInterruptedSaysHowToGoOn(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 2 {
			cancel(errInterrupted)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":[{"id":"1","username":"a","name":"a"}],"meta":{"next_token":"token-of-the-page-`+strconv.Itoa(asked)+`"}}`)
	}))
	defer server.Close()
	var out, said bytes.Buffer
	code := run(ctx, []string{"call", "getUsersFollowers", "id=1", "--all", "--base-url", server.URL}, console{
		in: strings.NewReader(""), out: &out, err: &said, env: func(name string) string { return map[string]string{tokenVariable: "t"}[name] },
	})
	require.Equal(t, interrupted, code)
	require.GreaterOrEqual(t, strings.Count(out.String(), "\n"), 1)
	require.Contains(t, said.String(), "go on with --from ")
	require.Contains(t, said.String(), "interrupted")
}
