package xapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestOperationsAreFoundByIDAndName(t *testing.T) {
	count := 0
	for op := range xapi.Operations() {
		count++
		for _, name := range []string{op.ID, op.Name} {
			found, ok := xapi.FindOperation(name)
			require.True(t, ok)
			require.Equal(t, op, found)
		}
		require.NotEmpty(t, op.Method+op.Path)
		if !op.Withdrawn && op.ID != xapi.OpGetOpenAPISpec {
			require.NotEmpty(t, op.Authorization, op.ID)
			require.NotEmpty(t, op.Summary, op.ID)
		}
	}
	require.Greater(t, count, 170)
	_, ok := xapi.FindOperation("getNothing")
	require.False(t, ok)

	likes, ok := xapi.FindOperation("likepost")
	require.True(t, ok)
	require.Equal(t, []string{"id"}, likes.Arguments)
	require.Equal(t, "LikePostRequest", likes.Body)
	require.Equal(t, []xapi.PublishedLimit{{Calls: 50, Per: 15 * time.Minute, PerUser: true}, {Calls: 1000, Per: 24 * time.Hour, PerUser: true}}, likes.Limits)
	require.Equal(t, 15_000*xapi.Money(1), likes.Price)
	require.False(t, likes.PerResource)
}

func TestACallByName(t *testing.T) {
	client, sent := recording(t, []roundTripper{
		with(200, `{"data":[{"id":"1","text":"a","referenced_tweets":[]}],"meta":{"result_count":1}}`),
		with(200, `{"data":{"liked":true}}`),
		with(200, "{}\r\n"),
		with(200, `{"data":{}}`),
	}, xapi.WithBearerToken("token-of-the-app"))
	var result struct{ Data []map[string]any }
	err := client.Call(t.Context(), "SearchPostsRecent", map[string]string{
		"query": "cats, dogs", "post.fields": "created_at,note_post", "max_results": "10", "start_time": "",
	}, nil, &result)
	require.NoError(t, err)
	require.Contains(t, result.Data[0], "referenced_posts", "an answer is in Go's spelling")
	query := (*sent)[0].URL.Query()
	require.Equal(t, "cats, dogs", query.Get("query"))
	require.Equal(t, "10", query.Get("max_results"))
	require.Regexp(t, "^created_at,note_(tweet|post)$", query.Get("tweet.fields")+query.Get("post.fields"), "the request is in the contract's")

	err = client.Call(t.Context(), "likePost", map[string]string{"id": "7"}, json.RawMessage(`{"tweet_id":"9"}`), nil)
	require.NoError(t, err)
	require.Equal(t, "/2/users/7/likes", (*sent)[1].URL.Path)
	require.Regexp(t, `^{"(tweet|post)_id":"9"}$`, (*sent)[1].body)

	var stream io.ReadCloser
	require.NoError(t, client.Call(t.Context(), "streamPosts", nil, nil, &stream))
	require.NoError(t, stream.Close())

	require.NoError(t, client.Call(t.Context(), xapi.OpCreateAccountActivitySubscription, map[string]string{"webhook_id": "7"}, nil, nil))
	require.Equal(t, "{}", (*sent)[3].body)

	for name, test := range map[string]struct {
		operation string
		arguments map[string]string
		says      string
	}{
		"an operation that is none": {"getUser", nil, "these are near it: "},
		"none that is near":         {"frobnicate", nil, "Operations lists all"},
		"an argument that is none":  {"likePost", map[string]string{"id": "7", "postid": "9"}, "there is no argument postid; it takes id"},
		"an argument that lacks":    {"likePost", nil, "the argument id is \"\""},
		"a parameter that lacks":    {"searchPostsRecent", nil, "the parameter query is required"},
		"a value of another kind":   {"searchPostsRecent", map[string]string{"query": "x", "max_results": "many"}, "max_results"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, client.Call(t.Context(), test.operation, test.arguments, nil, nil), test.says)
		})
	}
	require.Len(t, *sent, 4)
}

func ExampleFindOperation() {
	op, _ := xapi.FindOperation("searchPostsRecent")
	fmt.Println(op.Method, op.Path)
	for _, limit := range op.Limits {
		fmt.Println(limit.Calls, "in", limit.Per, "per user:", limit.PerUser)
	}
	fmt.Println(op.Price, "for each", op.Unit)
	// Output:
	// GET /2/tweets/search/recent
	// 450 in 15m0s per user: false
	// 300 in 15m0s per user: true
	// $0.005 for each post
}

func TestAListByName(t *testing.T) {
	s := &shelf{n: 130}
	client := s.client(t)
	posts, err := client.CallPages("searchPostsRecent", map[string]string{"query": "cats", "max_results": "50", "tweet.fields": "*"}, xapi.Limit(120), xapi.Distinct())
	require.NoError(t, err)
	count := 0
	for post, err := range posts.Each(t.Context()) {
		require.NoError(t, err)
		history, ok := xapi.Field[[]string](post, "edit_history_post_ids")
		require.True(t, ok, "elements are in Go's spelling")
		require.Len(t, history, 1)
		count++
	}
	require.Equal(t, 120, count)
	require.Len(t, s.asked, 3)
	require.Equal(t, "20", s.asked[2].Get("max_results"))
	require.Contains(t, s.asked[0].Get("tweet.fields")+s.asked[0].Get("post.fields"), "created_at", "in either spelling")

	_, err = client.CallPages("searchPost", nil)
	require.ErrorContains(t, err, "these are near it")
	_, err = client.CallPages("getUsersMe", nil)
	require.ErrorContains(t, err, "answers no page of a list")
	_, err = client.CallPages("searchPostsRecent", map[string]string{"quer": "x"})
	require.ErrorContains(t, err, "there is no argument quer")
	op, _ := xapi.FindOperation("searchPostsRecent")
	require.True(t, op.Paged)
	require.Equal(t, []int{10, 100}, []int{op.FewestPerPage, op.MostPerPage})
}
