package xapi_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestAPostIsJoinedWithWhatItRefersTo(t *testing.T) {
	client := answering(t, 200, `{"data":[{"id":"1","text":"@Ann look","author_id":"10","in_reply_to_user_id":"11",
		"edit_history_tweet_ids":["7","1"],"attachments":{"media_keys":["3_2","3_1","3_9"],"poll_ids":["5"],"media_source_tweet_id":["2"]},"geo":{"place_id":"6"},
		"referenced_tweets":[{"type":"quoted","id":"2"},{"type":"replied_to","id":"404"}],
		"entities":{"mentions":[{"start":0,"end":4,"username":"Ann","id":"11"},{"start":0,"end":4,"username":"Gone","id":"12"}]},
		"note_tweet":{"text":"long","entities":{"mentions":[{"start":0,"end":4,"username":"ann"},{"start":300,"end":304,"username":"BOB"}]}}}],
		"includes":{"users":[{"id":"10","name":"Bob","username":"bob","pinned_tweet_id":"2"},{"id":"11","name":"Ann","username":"ann"}],
		"tweets":[{"id":"2","text":"quoted","edit_history_tweet_ids":["2"]},{"id":"7","text":"before"}],"media":[{"media_key":"3_1","type":"photo"},{"media_key":"3_2","type":"photo"}],
		"polls":[{"id":"5","options":[{"position":1,"label":"a","votes":0},{"position":2,"label":"b","votes":0}]}],"places":[{"id":"6","full_name":"Here"}]},
		"errors":[{"resource_id":"404","resource_type":"tweet","parameter":"referenced_tweets.id","title":"Not Found Error","detail":"gone","type":"https://api.x.com/2/problems/resource-not-found"},
		{"value":"gone","resource_type":"user","parameter":"entities.mentions.username","title":"Forbidden","detail":"User has been suspended: [gone].","type":"https://api.x.com/2/problems/resource-not-found"}],
		"meta":{"result_count":1}}`)
	page, err := client.SearchPostsRecent(t.Context(), &xapi.SearchPostsRecentParams{Query: "q"})
	require.NoError(t, err)
	post, join := &page.Data[0], xapi.NewJoin(page)
	require.Equal(t, "Bob", join.PostAuthor(post).Name)
	require.Equal(t, "Ann", join.PostInReplyToUser(post).Name)
	require.Len(t, join.PostMedia(post), 2)
	require.Equal(t, "3_2", join.PostMedia(post)[0].MediaKey, "in the post's order")
	require.Equal(t, "a", join.PostPolls(post)[0].Options[0].Label)
	require.Equal(t, "Here", join.PostPlace(post).FullName)
	require.Equal(t, "quoted", join.Referenced(post.ReferencedPosts, xapi.ReferenceTypeQuoted).Text)
	require.Len(t, join.PostReferencedPosts(post), 1)
	require.Len(t, join.PostMediaSources(post), 1)
	require.Equal(t, "before", join.PostEditHistory(post)[0].Text)
	require.Nil(t, join.Referenced(post.ReferencedPosts, xapi.ReferenceTypeRepliedTo))
	require.Nil(t, join.Referenced(post.ReferencedPosts, xapi.ReferenceTypeReposted))
	require.Equal(t, "gone", join.Missing(xapi.Reference(post.ReferencedPosts, xapi.ReferenceTypeRepliedTo)).Detail)
	require.Nil(t, join.Missing("2"), "it is there")
	require.Nil(t, join.Missing("3_9"), "X does not say why")
	require.Contains(t, join.Missing(post.Entities.Mentions[1].Username).Detail, "suspended")
	mentioned := join.PostMentions(post)
	require.Len(t, mentioned, 2, "each once, in the text and in the long text")
	require.Equal(t, []string{"ann", "bob"}, []string{mentioned[0].Username, mentioned[1].Username})
	require.Equal(t, "quoted", join.UserPinnedPost(join.PostAuthor(post)).Text)
	require.Same(t, join.PostAuthor(post), join.User("10"), "one object for each id")
	require.Same(t, join.PostAuthor(post), join.UserByUsername("Bob"))
}

func TestWhatIsNoPostIsJoinedAlike(t *testing.T) {
	includes := xapi.Includes{
		Users:  []xapi.User{{ID: "1", Username: "one"}, {ID: "2", Username: "two"}, {ID: "3", Username: "three"}},
		Posts:  []xapi.Post{{ID: "10"}, {ID: "11"}},
		Media:  []xapi.Media{{MediaKey: "3_1"}},
		Topics: []xapi.Topic{{ID: "7"}},
	}
	join := xapi.NewJoin(&xapi.Result[[]xapi.User]{Includes: includes})
	names := func(users []*xapi.User) string {
		var all []string
		for _, user := range users {
			all = append(all, user.Username)
		}
		return strings.Join(all, " ")
	}
	user := &xapi.User{PinnedPostID: "10", MostRecentPostID: "11", Affiliation: &xapi.UserAffiliation{UserID: []string{"3"}}}
	require.Equal(t, "10", join.UserPinnedPost(user).ID)
	require.Equal(t, "11", join.UserMostRecentPost(user).ID)
	require.Equal(t, "three", names(join.UserAffiliation(user)))
	require.Equal(t, "two", join.ListOwner(&xapi.List{OwnerID: "2"}).Username)
	space := &xapi.Space{CreatorID: "1", HostIDs: []string{"2", "1"}, SpeakerIDs: []string{"9", "3"}, InvitedUserIDs: []string{"3"}, TopicIDs: []string{"7"}}
	require.Equal(t, "one", join.SpaceCreator(space).Username)
	require.Equal(t, "two one", names(join.SpaceHosts(space)))
	require.Equal(t, "three", names(join.SpaceSpeakers(space)))
	require.Equal(t, "three", names(join.SpaceInvitedUsers(space)))
	require.Equal(t, "7", join.SpaceTopics(space)[0].ID)
	message := &xapi.DMEvent{
		SenderID: "1", ParticipantIDs: []string{"2"}, Attachments: &xapi.DMAttachments{MediaKeys: []string{"3_1"}},
		ReferencedPosts: []xapi.PostReference{{ID: "10", Type: xapi.ReferenceTypeQuoted}},
	}
	require.Equal(t, "one", join.DMEventSender(message).Username)
	require.Equal(t, "two", names(join.DMEventParticipants(message)))
	require.Equal(t, "3_1", join.DMEventMedia(message)[0].MediaKey)
	require.Equal(t, "10", join.DMEventReferencedPosts(message)[0].ID)
	chat := &xapi.ChatConversation{AdminIDs: []string{"1"}, MemberIDs: []string{"2", "3"}, ParticipantIDs: []string{"3"}}
	require.Equal(t, "one", names(join.ChatConversationAdmins(chat)))
	require.Equal(t, "two three", names(join.ChatConversationMembers(chat)))
	require.Equal(t, "three", names(join.ChatConversationParticipants(chat)))
	require.Equal(t, "two", join.BroadcastChatMessageAuthor(&xapi.BroadcastChatMessage{AuthorID: "2"}).Username)
	like := &xapi.Like{LikedPostID: "10", PostAuthorID: "3"}
	require.Equal(t, "10", join.LikePost(like).ID)
	require.Equal(t, "three", join.LikePostAuthor(like).Username)
}

// TestNothingToJoinIsNoTrouble calls every method of a Join of nothing with an object of nothing.
func TestNothingToJoinIsNoTrouble(t *testing.T) {
	join := reflect.ValueOf(xapi.NewJoin(&xapi.Result[xapi.Post]{}))
	for i := range join.NumMethod() {
		method := join.Method(i)
		if method.Type().NumIn() != 1 {
			continue
		}
		argument := reflect.Zero(method.Type().In(0))
		if argument.Kind() == reflect.Pointer {
			argument = reflect.New(argument.Type().Elem())
		}
		found := method.Call([]reflect.Value{argument})[0]
		require.True(t, found.IsNil(), join.Type().Method(i).Name)
	}
	require.Greater(t, join.NumMethod(), 30)
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
