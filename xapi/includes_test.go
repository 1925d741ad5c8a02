package xapi_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestObjectsAreJoinedWithWhatTheyReferTo(t *testing.T) {
	client := answering(t, 200, `{"data":[{"id":"1","text":"@Ann look","author_id":"10","in_reply_to_user_id":"11",
		"edit_history_tweet_ids":["1"],"attachments":{"media_keys":["3_2","3_1","3_9"],"poll_ids":["5"]},"geo":{"place_id":"6"},
		"referenced_tweets":[{"type":"quoted","id":"2"},{"type":"replied_to","id":"404"}],
		"entities":{"mentions":[{"start":0,"end":4,"username":"Ann","id":"11"},{"start":0,"end":4,"username":"nobody","id":"12"}]}}],
		"includes":{"users":[{"id":"10","name":"Bob","username":"bob","pinned_tweet_id":"2"},{"id":"11","name":"Ann","username":"ann"}],
		"tweets":[{"id":"2","text":"quoted","edit_history_tweet_ids":["2"]}],"media":[{"media_key":"3_1","type":"photo"},{"media_key":"3_2","type":"photo"}],
		"polls":[{"id":"5","options":[{"position":1,"label":"a","votes":0},{"position":2,"label":"b","votes":0}]}],"places":[{"id":"6","full_name":"Here"}]},
		"errors":[{"resource_id":"404","resource_type":"tweet","parameter":"referenced_tweets.id","title":"Not Found Error","detail":"gone","type":"https://api.x.com/2/problems/resource-not-found"}],
		"meta":{"result_count":1}}`)
	page, err := client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "q"})
	require.NoError(t, err)
	post, join := &page.Data[0], xapi.NewJoin(page)
	require.Equal(t, "Bob", join.Author(post).Name)
	require.Equal(t, "Ann", join.RepliedToUser(post).Name)
	require.Len(t, join.MediaOf(post), 2)
	require.Equal(t, "3_2", join.MediaOf(post)[0].MediaKey, "in the post's order")
	require.Equal(t, "a", join.PollOf(post).Options[0].Label)
	require.Equal(t, "Here", join.PlaceOf(post).FullName)
	require.Equal(t, "quoted", join.Referenced(post, xapi.ReferenceTypeQuoted).Text)
	require.Nil(t, join.Referenced(post, xapi.ReferenceTypeRepliedTo))
	require.Nil(t, join.Referenced(post, xapi.ReferenceTypeReposted))
	require.Equal(t, "gone", join.Missing("404").Detail)
	require.Nil(t, join.Missing("2"))
	require.Len(t, join.Mentioned(post), 1)
	require.Equal(t, "quoted", join.Pinned(join.Author(post)).Text)
	require.Nil(t, join.MostRecent(join.Author(post)))
	require.Same(t, join.Author(post), join.User("10"), "one object for each id")

	nothing := xapi.NewJoin(&xapi.Result[xapi.Post]{})
	require.Nil(t, nothing.Author(&xapi.Post{}))
	require.Empty(t, nothing.MediaOf(&xapi.Post{}))
	require.Nil(t, nothing.PollOf(&xapi.Post{}))
	require.Nil(t, nothing.PlaceOf(&xapi.Post{}))
	require.Empty(t, nothing.Mentioned(&xapi.Post{}))
}

func TestFieldsThatNoContractListsAreReportedAndSent(t *testing.T) {
	var seen drifts
	client, sent := scripted(t, []roundTripper{with(200, `{"data":{"id":"1","name":"n","username":"u"}}`)}, seen.option())
	_, err := client.GetUsersMe(t.Context(), &xapi.GetUsersMeParams{UserFields: append(xapi.AllUserFields(), "brand_new")})
	require.NoError(t, err)
	require.Equal(t, 1, *sent)
	require.Len(t, seen.list, 1)
	require.Contains(t, seen.list[0].String(), "brand_new")
}

func TestEverythingIsWhatTheOperationOffers(t *testing.T) {
	var asked url.Values
	client, _ := scripted(t, []roundTripper{func(req *http.Request) (*http.Response, error) {
		asked = req.URL.Query()
		return answer(req, 200, `{"data":[],"meta":{"result_count":0}}`), nil
	}})
	_, err := client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{
		Query: "q", UserFields: xapi.AllUserFields(), Expansions: xapi.AllPostExpansions(),
		PostFields: append(xapi.AllPostFields(), xapi.PostFieldOrganicMetrics),
	})
	require.NoError(t, err)
	fields := asked.Get("tweet.fields") + asked.Get("post.fields")
	require.Contains(t, fields, "public_metrics")
	require.Contains(t, fields, "organic_metrics")
	require.NotContains(t, fields, "non_public_metrics")
	require.Contains(t, asked.Get("expansions"), "author_id")
	require.NotContains(t, asked.Get("user.fields"), "confirmed_email")
	require.NotContains(t, asked.Encode(), "%2A")
}
