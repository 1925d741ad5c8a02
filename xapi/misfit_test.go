package xapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

func TestAFieldThatDoesNotFitCostsThatFieldAlone(t *testing.T) {
	const body = `{"data":[{"id":"1","text":"first","created_at":"soon","public_metrics":{"like_count":"many","reply_count":3}},` +
		`{"id":"2","text":"second","lang":7,"possibly_sensitive":true}],"meta":{"result_count":99999999999,"next_token":"on"}}`
	var seen drifts
	client, _ := scripted(t, []roundTripper{with(200, body), with(200, body), with(200, body)}, seen.option())
	page, err := client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "q"})
	require.NoError(t, err)
	require.Len(t, page.Data, 2)
	require.True(t, page.Data[0].CreatedAt.IsZero())
	require.EqualValues(t, 3, page.Data[0].PublicMetrics.ReplyCount)
	require.Zero(t, page.Data[0].PublicMetrics.LikeCount)
	require.Equal(t, "second", page.Data[1].Text)
	require.True(t, page.Data[1].PossiblySensitive)
	require.EqualValues(t, 99999999999, page.Meta.ResultCount)
	require.Equal(t, "on", page.Meta.NextToken)
	pointers := map[string]bool{}
	for _, drift := range seen.list {
		pointers[drift.Pointer] = true
	}
	require.Contains(t, pointers, "/data/0/created_at")
	require.Contains(t, pointers, "/data/0/public_metrics/like_count")

	off, err := client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "q"}, xapi.WithValidation(xapi.Off, xapi.Off))
	require.NoError(t, err)
	require.Equal(t, page, off)
	_, err = client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "q"}, xapi.WithValidation(xapi.Off, xapi.Enforce))
	require.Error(t, err)
}

func TestBothSpellingsDecodeToTheSameAndTheOtherIsToldOnce(t *testing.T) {
	const old = `{"data":[{"id":"1","text":"t","edit_history_tweet_ids":["1"],"referenced_tweets":[{"type":"retweeted","id":"2"}],` +
		`"note_tweet":{"text":"long"},"public_metrics":{"retweet_count":5,"reply_count":0,"like_count":0,"quote_count":0,"impression_count":0,"bookmark_count":0}}],` +
		`"includes":{"tweets":[{"id":"2","text":"u","edit_history_tweet_ids":["2"]}],"users":[{"id":"3","name":"n","username":"u","pinned_tweet_id":"9","public_metrics":{"followers_count":1,"following_count":1,"tweet_count":7,"listed_count":1}}]},"meta":{"result_count":1}}`
	const renamed = `{"data":[{"id":"1","text":"t","edit_history_post_ids":["1"],"referenced_posts":[{"type":"retweeted","id":"2"}],` +
		`"note_post":{"text":"long"},"public_metrics":{"repost_count":5,"reply_count":0,"like_count":0,"quote_count":0,"impression_count":0,"bookmark_count":0}}],` +
		`"includes":{"posts":[{"id":"2","text":"u","edit_history_post_ids":["2"]}],"users":[{"id":"3","name":"n","username":"u","pinned_post_id":"9","public_metrics":{"followers_count":1,"following_count":1,"tweet_count":7,"listed_count":1}}]},"meta":{"result_count":1}}`
	var seen drifts
	client, _ := scripted(t, []roundTripper{with(200, old), with(200, renamed), with(200, renamed)}, seen.option())
	pages := make([]*xapi.SearchPostsRecentResult, 3)
	for i := range pages {
		var err error
		pages[i], err = client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "q"})
		require.NoError(t, err)
	}
	require.Equal(t, pages[0], pages[1])
	post := pages[0].Data[0]
	require.Equal(t, xapi.ReferenceTypeReposted, post.ReferencedPosts[0].Type)
	require.EqualValues(t, 5, post.PublicMetrics.RepostCount)
	require.Equal(t, "long", post.NotePost.Text)
	require.Equal(t, "u", pages[0].Includes.Posts[0].Text)
	require.Equal(t, "9", pages[0].Includes.Users[0].PinnedPostID)
	require.EqualValues(t, 7, pages[0].Includes.Users[0].PublicMetrics.PostCount)
	told := 0
	for _, drift := range seen.list {
		require.Equal(t, validate.OtherSpelling, drift.Kind, drift.String())
		told++
	}
	require.Equal(t, 1, told)
}
