package xapitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var postHandlers = map[string]handler{
	"createPosts":    inWorld((*view).createPost),
	"deletePosts":    inWorld((*view).deletePost),
	"getPostsById":   inWorld(func(v *view) answer { return v.one(kindPost, "id", v.c.params["id"]) }),
	"getPostsByIds":  inWorld(func(v *view) answer { return v.many(kindPost, "ids", v.c.list("ids")) }),
	"hidePostsReply": inWorld((*view).hideReply),
}

// Post is a post made in the sandbox.
type Post struct {
	ID string `json:"id"`
	// Author is the id of the user who made it.
	Author string `json:"author_id"`
	Text   string `json:"text"`
	// MediaIDs are the ids of the media it was made with.
	MediaIDs []string  `json:"media_ids,omitempty"`
	Created  time.Time `json:"created_at"`
}

// Posts returns the posts made through the API and not deleted, oldest first, without reposts and what the world began
// with.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := []Post{}
	if s.world == nil {
		return made
	}
	for _, p := range s.world.Posts() {
		if !p.Seeded && p.RepostOf == "" {
			made = append(made, Post{
				ID: p.ID, Author: p.Author.ID, Text: p.Text, Created: p.Created, MediaIDs: texts(p.MediaKeys, world.MediaID),
			})
		}
	}
	return made
}

// exclusive are the fields of a post of which it may have one alone.
var exclusive = []string{"media", "poll", "quote_tweet_id", "card_uri", "direct_message_deep_link"}

// How long a text may be, as Length counts it: for all, and for who pays.
const (
	maxText        = 280
	maxPremiumText = 25_000
)

// newPost is the body of createPosts.
type newPost struct {
	Text  string `json:"text"`
	Media struct {
		IDs []string `json:"media_ids"`
	} `json:"media"`
	Poll *struct {
		Options []string `json:"options"`
		Minutes int      `json:"duration_minutes"`
	} `json:"poll"`
	Reply struct {
		To string `json:"in_reply_to_tweet_id"`
	} `json:"reply"`
	Quote string `json:"quote_tweet_id"`
	Geo   struct {
		Place string `json:"place_id"`
	} `json:"geo"`
	Edit struct {
		Previous string `json:"previous_post_id"`
	} `json:"edit_options"`
	Community     string `json:"community_id"`
	ReplySettings string `json:"reply_settings"`
}

func (v *view) createPost() answer {
	var fields map[string]json.RawMessage
	var body newPost
	if v.c.decode(&fields) != nil || v.c.decode(&body) != nil {
		return v.s.invalid(messageObjectBody, nil)
	}
	given := slices.DeleteFunc(slices.Clone(exclusive), func(name string) bool { return fields[name] == nil })
	switch {
	case len(given) > 1:
		return v.s.invalid("A post takes one of "+strings.Join(given, ", ")+", not several.", nil).because("leave out all but one of " + strings.Join(given, ", "))
	case body.Text == "" && len(given) == 0:
		return v.s.invalid("A post needs a text, or something else to show.", object{"text": []string{}}).because("give a text, media, a poll or a post to quote")
	}
	if refused := v.tooLong(body.Text); refused != nil {
		return *refused
	}
	made := world.Post{
		Author: v.me, Text: body.Text, Created: v.c.now, Lang: world.Language(body.Text), ReplyTo: body.Reply.To, Quotes: body.Quote, Source: world.Source,
		Community: body.Community, ReplySettings: body.ReplySettings, Place: v.w.Place(body.Geo.Place), Flags: flags(fields),
	}
	if refused := v.refersTo(&made); refused != nil {
		return *refused
	}
	if refused := v.attach(&made, body); refused != nil {
		return *refused
	}
	if body.Edit.Previous != "" {
		return v.editPost(body)
	}
	if i := slices.IndexFunc(v.me.Posts(), func(old *world.Post) bool {
		return made.Text != "" && old.Text == made.Text && old.ReplyTo == made.ReplyTo && old.RepostOf == ""
	}); i >= 0 {
		return forbidden(messageDuplicate).because("the post is " + v.me.Posts()[i].ID + ": change the text, or delete that first")
	}
	return v.created(v.w.AddPost(made))
}

func (v *view) created(p *world.Post) answer {
	return v.ok(http.StatusCreated, object{"id": p.ID, "text": p.Text, "edit_history_tweet_ids": p.Edits()})
}

// flags are the fields that the sandbox keeps and has no use for itself.
func flags(fields map[string]json.RawMessage) map[string]any {
	kept := map[string]any{}
	for _, name := range []string{"nullcast", "for_super_followers_only", "made_with_ai", "paid_partnership", "share_with_followers", "card_uri"} {
		var value any
		if json.Unmarshal(fields[name], &value) == nil && value != nil {
			kept[name] = value
		}
	}
	return kept
}

// tooLong refuses a text that the caller may not post.
func (v *view) tooLong(text string) *answer {
	most := maxText
	if v.me.Premium {
		most = maxPremiumText
	}
	length := world.Length(text)
	if length <= most {
		return nil
	}
	refused := forbidden(messageTooLong)
	refused.hint = fmt.Sprintf("the text counts %d and may count %d: a link counts 23, an emoji and most scripts 2 a character", length, most)
	if !v.me.Premium {
		refused.hint += "; users with Premium may post 25000"
	}
	return &refused
}

// refersTo refuses a reply to, or a quote of, what the caller does not see.
func (v *view) refersTo(p *world.Post) *answer {
	if p.ReplyTo != "" && kindPost.find(v, p.ReplyTo) == nil {
		refused := forbidden(messageReplyGone)
		refused.hint = "there is no post " + p.ReplyTo + ": it was deleted, its author is protected, or the id is of something else"
		return &refused
	}
	if p.Quotes != "" && kindPost.find(v, p.Quotes) == nil {
		refused := v.s.invalid(messageQuoteGone, object{"quote_tweet_id": []string{p.Quotes}})
		refused.hint = "there is no post " + p.Quotes + " to quote"
		return &refused
	}
	return nil
}

// attach puts media and a poll to the post.
func (v *view) attach(p *world.Post, body newPost) *answer {
	for _, id := range body.Media.IDs {
		u := v.s.findUpload(id, v.c)
		if u == nil || !u.ready(v.c.now) || !u.goesWith(len(body.Media.IDs)) {
			refused := v.s.invalid(messageMediaIDs, object{"media.media_ids": body.Media.IDs})
			refused.hint = u.whyNot(id, v.c.now, len(body.Media.IDs))
			return &refused
		}
		p.MediaKeys = append(p.MediaKeys, u.key)
	}
	if body.Poll != nil {
		p.Poll = &world.Poll{
			ID: v.w.NewID(v.c.now), Minutes: body.Poll.Minutes, Ends: v.c.now.Add(time.Duration(body.Poll.Minutes) * time.Minute),
		}
		for _, label := range body.Poll.Options {
			p.Poll.Options = append(p.Poll.Options, world.PollOption{Label: label})
		}
	}
	return nil
}

// editPost makes a new version of a post.
func (v *view) editPost(body newPost) answer {
	old := v.w.Newest(body.Edit.Previous)
	refuse := func(hint string) answer {
		refused := forbidden("You are not permitted to perform this action.")
		refused.hint = hint
		return refused
	}
	switch {
	case old == nil || old.Author != v.me:
		return refuse("there is no post " + body.Edit.Previous + " of the user whose token it is")
	case !v.me.Premium:
		return refuse("only users with Premium edit posts")
	case old.ReplyTo != "" || old.Poll != nil || old.Community != "":
		return refuse("replies, polls and posts in communities cannot be edited")
	case len(old.Edits()) > maxEdits || v.c.now.Sub(v.w.Post(old.Edits()[0]).Created) > editable:
		return refuse("a post can be edited five times within an hour")
	}
	return v.created(v.w.Edit(old, body.Text, v.c.now))
}

// ready says whether a post may use the upload.
func (u *upload) ready(now time.Time) bool {
	step := u.processing.at(now)
	return u.finalized && step.State == succeeded && step.Error == nil
}

// goesWith says whether the upload may be one of n in a post: up to four pictures, or one GIF or video alone.
func (u *upload) goesWith(n int) bool {
	switch u.category {
	case "tweet_image":
		return true
	case "tweet_gif", "tweet_video", "amplify_video":
		return n == 1
	default:
		return false
	}
}

// whyNot says why a post cannot have the upload.
func (u *upload) whyNot(id string, now time.Time, n int) string {
	switch {
	case u == nil:
		return "there is no upload " + id + " of this user: it was never made, has expired, or is another user's"
	case !u.finalized:
		return "the upload " + id + " was not finalized"
	case !u.ready(now):
		return "the upload " + id + " is in the state " + u.processing.at(now).State + ": ask GET /2/media/upload until it is succeeded"
	case !u.goesWith(1):
		return "the upload " + id + " has the media_category " + u.category + ", which is for other things than posts"
	default:
		return fmt.Sprintf("a post takes 4 pictures, 1 GIF or 1 video, and was given %d media with a %s among them", n, u.category)
	}
}

func (v *view) deletePost() answer {
	p := v.w.Post(v.c.params["id"])
	switch {
	case p == nil:
		return v.ok(http.StatusOK, object{"deleted": false})
	case p.Author != v.me:
		refused := forbidden("You are not allowed to delete this Tweet.")
		refused.hint = "the post is @" + p.Author.Username + "'s"
		return refused
	}
	v.w.Delete(p, v.c.now)
	v.s.unshown(p.MediaKeys)
	return v.ok(http.StatusOK, object{"deleted": true})
}

// hideReply hides a reply in a conversation of the caller's, or shows it again.
func (v *view) hideReply() answer {
	var body struct {
		Hidden bool `json:"hidden"`
	}
	_ = v.c.decode(&body)
	p := v.w.Post(v.c.params["tweet_id"])
	if p == nil || p.ReplyTo == "" || v.w.Post(p.Conversation) == nil || v.w.Post(p.Conversation).Author != v.me {
		refused := forbidden("You are not allowed to hide this Tweet.")
		refused.hint = "only replies in a conversation that the caller began can be hidden"
		return refused
	}
	p.Hidden = body.Hidden
	return v.ok(http.StatusOK, object{"hidden": p.Hidden})
}
