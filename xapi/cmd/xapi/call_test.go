package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
		`no operation "searchPostRecent"; the nearest name is searchPostsRecent`: {"call", "searchPostRecent"},
		`has no parameter "quer"; the nearest name is query`:                     {"call", "searchPostsRecent", "quer=x"},
		"searchPostsRecent needs query: give query=VALUE":                        {"call", "searchPostsRecent"},
		"getPostsById needs id: give id=VALUE":                                   {"call", "getPostsById"},
		`"cats" is no name=value`:                                                {"call", "searchPostsRecent", "cats"},
		"the body is no JSON":                                                    {"call", "createPosts", "--body", "text"},
		"getUsersMe has no pages":                                                {"call", "getUsersMe", "--all"},
		"--fields some: give everything":                                         {"call", "getUsersMe", "--fields", "some"},
		"call takes an OPERATION":                                                {"call"},
		`no operation has "nowhere"`:                                             {"operations", "nowhere"},
	} {
		server := xapitest.New(t)
		got := shell(t, server, "", append([]string{}, args...)...)
		if args[0] == "operations" {
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
	require.Equal(t, "PUT /2/tweets/7/hidden\nContent-Type: application/json\n\n{\"hidden\":true}\n", got.out)
}

func TestOperationsAreListed(t *testing.T) {
	got := shell(t, nil, "", "operations", "searchPosts")
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "searchPostsRecent  GET /2/tweets/search/recent\n")
	require.Contains(t, got.out, "query!")
	require.NotContains(t, got.out, "getUsersMe")
	got = shell(t, nil, "", "operations", "--json")
	require.Equal(t, 181, strings.Count(got.out, "\n"))
}

func TestAListenerAnswersChallengesAndPrintsEvents(t *testing.T) {
	var out, errs lockedBuffer
	ctx, cancel := context.WithCancel(t.Context())
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
	}, 5*time.Second, time.Millisecond)
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
	cancel()
	require.NotZero(t, <-done)
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
