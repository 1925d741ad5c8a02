package xapitest

import (
	"strconv"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// feed makes the documents of a stream out of what happens.
type feed struct {
	// ready refuses a connection that makes no sense yet. Nil takes every one.
	ready func(*view) *answer
	// documents are those of one event, none where the stream has nothing of it.
	documents func(*view, world.Event) []object
}

// streaming is the handler of a stream.
func streaming(endpoint string, f feed) handler {
	return func(s *Server, c *call) answer { return s.connect(c, endpoint, f) }
}

// Streams. A sandbox has few posts: its sample streams have them all, in so many partitions as X's.
var streamHandlers = map[string]handler{
	"streamPosts":            streaming("filtered_stream", feed{ready: (*view).hasRules, documents: (*view).filtered}),
	"streamPostsSample":      streaming("sample_stream", firehose("", 0)),
	"streamPostsSample10":    streaming("sample10_stream", firehose("", 2)),
	"streamPostsFirehose":    streaming("firehose_stream", firehose("", 20)),
	"streamPostsFirehoseEn":  streaming("firehose_stream_lang_en", firehose("en", 8)),
	"streamPostsFirehoseJa":  streaming("firehose_stream_lang_ja", firehose("ja", 2)),
	"streamPostsFirehoseKo":  streaming("firehose_stream_lang_ko", firehose("ko", 2)),
	"streamPostsFirehosePt":  streaming("firehose_stream_lang_pt", firehose("pt", 2)),
	"streamLikesFirehose":    streaming("likes_firehose_stream", likes(20)),
	"streamLikesSample10":    streaming("likes_sample10_stream", likes(2)),
	"streamLikesCompliance":  streaming("likes_compliance_stream", feed{documents: (*view).unliked}),
	"streamPostsCompliance":  streaming("tweets_compliance_stream", feed{documents: (*view).postCompliance}),
	"streamUsersCompliance":  streaming("users_compliance_stream", feed{documents: (*view).userCompliance}),
	"streamLabelsCompliance": streaming("tweet_label_stream", feed{documents: (*view).labels}),
	"activityStream":         streaming(activityStream, feed{documents: (*view).streamedActivities}),
}

// hasRules refuses a filtered stream without rules, as X does.
func (v *view) hasRules() *answer {
	if len(v.w.All("rules")) > 0 {
		return nil
	}
	return &answer{status: 409, hint: "add a rule first: POST /2/tweets/search/stream/rules", body: object{
		"title": "ConnectionException", "detail": "You must define rules before connecting to the stream.",
		"connection_issue": "RuleConfigurationIssue", "type": v.s.problemType("streaming-connection"),
	}}
}

// streamed returns the post of an event that streams of posts send: a new one, or a new version.
func streamed(e world.Event) *world.Post {
	if (e.Kind == "post" || e.Kind == "edit") && e.Post.Public() {
		return e.Post
	}
	return nil
}

func (v *view) filtered(e world.Event) []object {
	p := streamed(e)
	if p == nil {
		return nil
	}
	matched := v.matchingRules(p)
	if matched == nil {
		return nil
	}
	body := v.document(post{p})
	body["matching_rules"] = matched
	return []object{body}
}

// document is an entity as a stream sends it.
func (v *view) document(e entity) object {
	data := v.data(e)
	return v.body(data, nil)
}

func firehose(lang string, partitions int) feed {
	return feed{documents: func(v *view, e world.Event) []object {
		if p := streamed(e); p != nil && inLanguage(p, lang) && v.partition(p.Number, partitions) {
			return []object{v.document(post{p})}
		}
		return nil
	}}
}

var kindLike = &kind{resource: "like", param: "like_with_tweet_author.fields", always: []string{
	"id", "created_at", "liked_tweet_id", "tweet_author_id", "timestamp_ms",
}}

// likeOf shows a like.
type likeOf struct{ world.Event }

func (l likeOf) kind() *kind { return kindLike }

func (l likeOf) field(_ *view, name string) any {
	switch name {
	case "id":
		return l.Actor.ID + "_" + strconv.FormatInt(l.Post.Number&0xffffffff, 16)
	case "created_at":
		return stamp(l.At)
	case "liked_tweet_id":
		return l.Post.ID
	case "tweet_author_id":
		return l.Post.Author.ID
	case "timestamp_ms":
		return l.At.UnixMilli()
	}
	return nil
}

func (l likeOf) refers(_ *view, expansion string) []ref {
	switch expansion {
	case "liked_tweet_id":
		return refs(kindPost, l.Post.ID)
	case "liked_tweet_author_id":
		return refs(kindUser, l.Post.Author.ID)
	case "attachments.media_keys":
		return refs(kindMedia, l.Post.MediaKeys...)
	}
	return nil
}

func likes(partitions int) feed {
	return feed{documents: func(v *view, e world.Event) []object {
		if e.Kind == "like.create" && v.partition(e.Post.Number, partitions) {
			return []object{v.document(likeOf{e})}
		}
		return nil
	}}
}
