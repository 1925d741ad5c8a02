package webhook_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// samples are bodies of the shapes that X documents, by their names.
func samples(tb testing.TB) map[string][]byte {
	tb.Helper()
	files, err := filepath.Glob("testdata/samples/*.json")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	bodies := map[string][]byte{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(tb, err)
		bodies[strings.TrimSuffix(filepath.Base(file), ".json")] = body
	}
	return bodies
}

// sample parses a body that holds one event.
func sample(t *testing.T, name string) webhook.Event {
	t.Helper()
	events, err := webhook.Parse(samples(t)[name])
	require.NoError(t, err)
	require.Len(t, events, 1)
	return events[0]
}

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func TestEverySampleIsOneEventOfItsOwn(t *testing.T) {
	ids := map[string]string{}
	for name, body := range samples(t) {
		event := sample(t, name)
		require.Equal(t, strings.TrimSpace(string(body)), string(event.Raw()))
		require.NotContains(t, ids, event.ID, "%s and %s", name, ids[event.ID])
		ids[event.ID] = name
		require.Equal(t, name == "activity_unknown", event.Payload == nil, name)
		if source, _, _ := strings.Cut(name, "_"); source == "account" {
			require.Equal(t, webhook.AccountActivity, event.Source)
		}
	}
}

func TestPostsOfAccountActivity(t *testing.T) {
	event := sample(t, "account_post_created")
	require.Equal(t, "2244994945", event.UserID)
	require.Equal(t, "tweet_create_events", event.Type)
	require.Equal(t, "account_activity/tweet_create_events/2244994945/1924465506158878979", event.ID)
	created := event.Payload.(*webhook.PostCreatedV1)
	require.False(t, created.UserHasBlocked)
	post := created.Post
	require.Equal(t, "1924465506158878979", post.ID, "not the number, which is rounded")
	require.Equal(t, at(1747663306657), post.CreatedAt)
	require.Equal(t, at(1747666906657), post.EditControls.EditableUntil)
	require.Equal(t, "2244994945", post.User.ID)
	require.Equal(t, time.Date(2015, 1, 29, 18, 34, 29, 0, time.UTC), post.User.CreatedAt)
	require.Equal(t, int64(494), post.User.PostCount)
	require.Equal(t, []int64{1, 2, 3, 4}, []int64{post.QuoteCount, post.ReplyCount, post.RepostCount, post.LikeCount})
	require.Equal(t, "1661523610111193088", post.Entities.Mentions[0].ID)
	require.Equal(t, int64(832000), post.ExtendedEntities.Media[0].Video.Variants[0].Bitrate)
	require.Equal(t, post.Text, post.FullText())

	long := sample(t, "account_post_long").Payload.(*webhook.PostCreatedV1).Post
	require.True(t, long.Truncated)
	require.True(t, strings.HasSuffix(long.FullText(), "and all the others. @Other"))
	require.Equal(t, "Other", long.Extended.Entities.Mentions[0].Username)

	repost := sample(t, "account_post_repost").Payload.(*webhook.PostCreatedV1)
	require.True(t, repost.BlockedBy)
	require.Equal(t, "the quoted", repost.Post.Reposted.Quoted.Text)
	require.Equal(t, "1924465506158878960", repost.Post.Reposted.QuotedPostID)

	reply := sample(t, "account_post_reply").Payload.(*webhook.PostCreatedV1).Post
	require.Equal(t, []string{"1924465506158878950", "1661523610111193088", "Other"}, []string{reply.InReplyToPostID, reply.InReplyToUserID, reply.InReplyToUsername})

	require.Equal(t, &webhook.PostDeleted{PostID: "1045405559317569537", AuthorID: "930524282358325248", At: at(1432228155593)},
		sample(t, "account_post_deleted").Payload)
}

// TestObjectsOfVersionOneLoseNothing: whatever a sample says of a post or a user is there when it is written again, but
// for what says nothing, or says twice.
func TestObjectsOfVersionOneLoseNothing(t *testing.T) {
	redundant := []string{"id", "timestamp_ms", "quoted_status_id", "in_reply_to_status_id", "in_reply_to_user_id", "profile_image_url",
		"media_url", "profile_background_color", "geo_enabled", "editable"}
	for _, name := range []string{"account_post_created", "account_post_long", "account_post_repost", "account_post_reply"} {
		post := sample(t, name).Payload.(*webhook.PostCreatedV1).Post
		again, err := json.Marshal(post)
		require.NoError(t, err)
		var body struct {
			Posts []map[string]any `json:"tweet_create_events"`
		}
		require.NoError(t, json.Unmarshal(samples(t)[name], &body))
		var kept map[string]any
		require.NoError(t, json.Unmarshal(again, &kept))
		require.Empty(t, missing("", body.Posts[0], kept, redundant), name)
	}
}

// missing returns the places of what is in sent and not in kept, apart from what has no content.
func missing(place string, sent, kept any, redundant []string) []string {
	var lost []string
	switch sent := sent.(type) {
	case map[string]any:
		object, _ := kept.(map[string]any)
		for key, value := range sent {
			empty := value == nil || value == false
			if list, isList := value.([]any); isList && len(list) == 0 {
				empty = true
			}
			if empty || slices.Contains(redundant, key) && place != "/place" {
				continue
			}
			if _, there := object[key]; !there {
				lost = append(lost, place+"/"+key)
				continue
			}
			lost = append(lost, missing(place+"/"+key, value, object[key], redundant)...)
		}
	case []any:
		list, _ := kept.([]any)
		if len(list) != len(sent) {
			return []string{place}
		}
		for i := range sent {
			lost = append(lost, missing(place, sent[i], list[i], redundant)...)
		}
	case string:
		if kept != sent && !strings.HasSuffix(place, "created_at") && !strings.HasSuffix(place, "editable_until_ms") {
			lost = append(lost, place)
		}
	default:
		if kept != sent {
			lost = append(lost, place)
		}
	}
	return lost
}

func TestLikesOfAccountActivity(t *testing.T) {
	like := sample(t, "account_liked").Payload.(*webhook.LikedV1)
	require.Equal(t, "a7ba59eab0bfcba386f7acedac279542", like.LikeID)
	require.Equal(t, at(1522082006140), like.At)
	require.Equal(t, "jorio", like.User.Username)
	require.Equal(t, "liked", like.Post.Text)
}

func TestRelations(t *testing.T) {
	for _, action := range []webhook.Action{webhook.Follow, webhook.Unfollow, webhook.Block, webhook.Unblock, webhook.Mute, webhook.Unmute} {
		old := sample(t, "account_"+string(action)).Payload.(*webhook.RelationV1)
		require.Equal(t, action, old.Action)
		require.Equal(t, at(1517588749178), old.At)
		require.Equal(t, []string{"2244994945", "3001969357"}, []string{old.Source.ID, old.Target.ID})
		require.Equal(t, at(1422556069340), old.Target.CreatedAt)

		family := strings.TrimPrefix(string(action), "un")
		event := sample(t, "activity_"+family+"_"+string(action))
		relation := event.Payload.(*webhook.Relation)
		require.Equal(t, action, relation.Action)
		require.Equal(t, "anaponte", relation.Source.Username)
		require.Equal(t, "2222222222222222222", relation.Target.ID)
		require.Contains(t, string(relation.Target.Raw), `"followers_count_str": "5502"`)
		require.Equal(t, "activity/"+family+"."+string(action)+"/1111111111111111111/-7953119945885597316", event.ID)
	}
}

func TestMessages(t *testing.T) {
	old := sample(t, "account_message").Payload.(*webhook.MessageV1)
	require.Equal(t, "954491830116155396", old.ID)
	require.Equal(t, at(1516403560557), old.At)
	require.Equal(t, []string{"3001969357", "4337869213", "13090192"}, []string{old.SenderID, old.RecipientID, old.SourceAppID})
	require.Equal(t, "Olá!", old.Text)
	require.Equal(t, "video", old.Media.Type)
	require.Equal(t, "external_id_1", old.QuickReply)
	require.Equal(t, "jorio", old.Users[old.SenderID].Username)
	require.Equal(t, "TestApp", old.Apps[old.SourceAppID].Name)

	typing := sample(t, "account_typing").Payload.(*webhook.TypingV1)
	require.Equal(t, webhook.Indication{SenderID: "3284025577", RecipientID: "3001969357", At: at(1518127183443)}, typing.Indication)
	read := sample(t, "account_read").Payload.(*webhook.ReadV1)
	require.Equal(t, "963085315333238788", read.LastReadID)
	require.Len(t, read.Users, 2)

	for _, name := range []string{"activity_dm_sent", "activity_dm_received"} {
		event := sample(t, name)
		messages := event.Payload.(*webhook.DirectMessages)
		require.Equal(t, "1111111111111111111", event.UserID)
		require.Equal(t, "Obrigado", messages.Messages[0].Text)
		require.Equal(t, "jorio", messages.Users[messages.Messages[0].RecipientID].Username)
	}
	require.Equal(t, "2080763914820927863", sample(t, "activity_dm_read").Payload.(*webhook.DirectMessages).Read[0].LastReadID)
	require.Len(t, sample(t, "activity_dm_indicate_typing").Payload.(*webhook.DirectMessages).Typing, 1)
}

func TestRevocations(t *testing.T) {
	require.Equal(t, &webhook.Revoked{UserID: "63046977", AppID: "13090192", At: time.Date(2018, 5, 24, 9, 48, 12, 0, time.UTC)},
		sample(t, "account_revoked").Payload)
	event := sample(t, "activity_oauth_revoke")
	require.Empty(t, event.Tag)
	require.Equal(t, &webhook.Revoked{UserID: "1111111111111111111", AppID: "29820954", At: time.Date(2026, 7, 23, 21, 44, 5, 0, time.UTC)}, event.Payload)
}

func TestPostsOfActivity(t *testing.T) {
	for _, kind := range []string{"post.create", "post.mention.create", "post.reply.create", "post.quote.create", "post.repost.create"} {
		event := sample(t, "activity_"+strings.ReplaceAll(kind, ".", "_"))
		require.Equal(t, kind, event.Type)
		require.Equal(t, "my tag", event.Tag)
		require.Equal(t, webhook.Filter{UserID: "1111111111111111111"}, event.Filter)
		post := event.Payload.(*webhook.PostCreated).Post
		require.Equal(t, []string{"2080761390344937796", "1111111111111111111", "Hello from a test"}, []string{post.ID, post.AuthorID, post.Text})
		require.Contains(t, string(post.Raw), "edit_history_tweet_ids")
		require.Equal(t, post.ID, event.Includes.Posts[0].ID)
		require.Equal(t, "anaponte", event.Includes.Users[0].Username)
	}
	deleted := sample(t, "activity_post_delete")
	require.Equal(t, &webhook.PostDeleted{PostID: "2080761269309813134", AuthorID: "1111111111111111111"}, deleted.Payload)
	require.Equal(t, "anaponte", deleted.Includes.Users[0].Username, "out of its data")
}

func TestOtherEventsOfActivity(t *testing.T) {
	like := sample(t, "activity_like_create")
	require.Equal(t, "outbound", like.Filter.Direction)
	require.Equal(t, &webhook.Liked{LikeID: "87719f50ee17bdfa06a3089098a2b9ed", PostID: "2079814480427442556", PostAuthorID: "3333333333333333333",
		PostedAt: time.Date(2026, 7, 24, 21, 12, 45, 0, time.UTC), At: at(1784927565236)}, like.Payload)
	for _, what := range []string{"bio", "profile_picture", "banner_picture", "screenname", "handle", "geo", "url", "verified_badge", "affiliate_badge"} {
		require.Equal(t, &webhook.ProfileUpdated{Before: "before " + what, After: "after " + what}, sample(t, "activity_profile_"+what).Payload)
	}
	for _, name := range []string{"received", "sent", "conversation_join", "conversation_join_alias"} {
		chat := sample(t, "activity_chat_"+name).Payload.(*webhook.Chat)
		require.Equal(t, webhook.Chat{ID: "e4f4d3fc-8bbf-4928-92eb-e5058d6bb6f6", ConversationID: "2222222222222222222:1111111111111111111",
			ConversationToken: "eyJ0b2tlbg", SenderID: "2222222222222222222", At: at(1784841183370), KeyVersion: "1768236281331",
			Encoded: "CwABAAAAEzI", KeyChange: "CwABAAAAEzIw", Signature: webhook.ChatSignature{PublicKeyVersion: "1765382634817",
				Signature: "6IK9SZIMXBe5", Version: "7", SigningKey: "MFkwEwYHKoZ"}}, *chat)
	}
	news := sample(t, "activity_news_new")
	require.Equal(t, "activity/news.new//2080756868147019827/keyword/boats+%2F+paint", news.ID)
	story := news.Payload.(*webhook.News)
	require.Equal(t, time.Date(2026, 7, 24, 20, 53, 37, 0, time.UTC), story.UpdatedAt)
	require.Equal(t, []string{"2080756403493560652", "2080747505474736162"}, story.PostIDs)
	require.Equal(t, []string{"Lisboa"}, story.Contexts.Entities.Places)
	require.Equal(t, []string{"BOAT"}, story.Contexts.Finance.Tickers)
	for _, kind := range []string{"spaces_start", "spaces_end"} {
		space := sample(t, "activity_"+kind).Payload.(*webhook.Space)
		require.Equal(t, "1qxvvvyLLdnxB", space.BroadcastID)
		require.Equal(t, "anaponte", space.Host.Username)
	}
}

func TestMatchesOfTheFilteredStream(t *testing.T) {
	event := sample(t, "stream_match")
	require.Equal(t, webhook.FilteredStream, event.Source)
	require.Equal(t, "filtered_stream///1346889436626259968/120897978112909811/120897978112909812", event.ID)
	match := event.Payload.(*webhook.PostMatched)
	require.Equal(t, "A post that a rule matches", match.Post.Text)
	require.Equal(t, []webhook.MatchingRule{{ID: "120897978112909812", Tag: "api-posts"}, {ID: "120897978112909811"}}, match.Rules)
	require.Equal(t, "anaponte", event.Includes.Users[0].Username)
}

func TestEndsOfReplays(t *testing.T) {
	for name, complete := range map[string]bool{"replay_complete": true, "replay_incomplete": false} {
		event := sample(t, name)
		require.Equal(t, webhook.Replay, event.Source)
		ended := event.Payload.(*webhook.ReplayEnded)
		require.Equal(t, complete, ended.Complete())
		require.Equal(t, []string{"1095098195724558337", "1952390923729424384"}, []string{ended.JobID, ended.WebhookID})
	}
}
