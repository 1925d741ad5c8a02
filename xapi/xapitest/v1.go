package xapitest

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// rubyDate is how API v1.1 writes times.
const rubyDate = time.RubyDate

// shortLength is how much of a text API v1.1 shows in text.
const shortLength = 140

func cut(name string) (before, after string) {
	before, after, _ = strings.Cut(name, ".")
	return before, after
}

// likeID is the id of a like.
func likeID(e world.Event) string {
	id, _ := likeOf{e}.field(nil, "id").(string)
	return id
}

// postV1 is a post as API v1.1 describes one.
func (v *view) postV1(p *world.Post) object {
	made := object{
		"created_at": p.Created.UTC().Format(rubyDate), "id": p.Number, "id_str": p.ID, "text": p.Text, "source": p.Source, "truncated": false,
		"user": v.userV1(p.Author), "geo": nil, "coordinates": nil, "place": nil, "contributors": nil, "lang": p.Lang, "filter_level": "low",
		"in_reply_to_status_id": nil, "in_reply_to_status_id_str": nil, "in_reply_to_user_id": nil, "in_reply_to_user_id_str": nil,
		"in_reply_to_screen_name": nil, "is_quote_status": p.Quotes != "", "quote_count": len(p.QuotedBy()), "reply_count": len(p.Replies()),
		"retweet_count": len(p.Reposts()), "favorite_count": len(v.w.Likes.To(p)), "favorited": false, "retweeted": false,
		"possibly_sensitive": p.Sensitive, "timestamp_ms": millis(p.Created), "entities": v.entitiesV1(p, p.Text),
	}
	if runes := []rune(p.Text); len(runes) > shortLength && p.RepostOf == "" {
		short := string(runes[:shortLength-1]) + "…"
		made["text"], made["truncated"], made["entities"] = short, true, v.entitiesV1(p, short)
		made["extended_tweet"] = object{
			"full_text": p.Text, "display_text_range": []int{0, len(runes)}, "entities": v.entitiesV1(p, p.Text),
		}
	}
	if p.ReplyTo != "" {
		made["in_reply_to_status_id"], made["in_reply_to_status_id_str"] = world.Number(p.ReplyTo), p.ReplyTo
	}
	if to := v.w.User(p.ReplyToUser); to != nil {
		made["in_reply_to_user_id"], made["in_reply_to_user_id_str"], made["in_reply_to_screen_name"] = world.Number(to.ID), to.ID, to.Username
	}
	if p.Quotes != "" {
		made["quoted_status_id"], made["quoted_status_id_str"] = world.Number(p.Quotes), p.Quotes
	}
	if quoted := v.w.Newest(p.Quotes); quoted != nil {
		made["quoted_status"] = v.postV1(quoted)
	}
	if original := v.w.Newest(p.RepostOf); original != nil {
		made["retweeted_status"] = v.postV1(original)
	}
	return made
}

// userV1 is a user as API v1.1 describes one in a post.
func (v *view) userV1(u *world.User) object {
	return object{
		"id": world.Number(u.ID), "id_str": u.ID, "name": u.Name, "screen_name": u.Username, "location": given(u.Location),
		"description": given(u.Description), "url": given(u.URL), "protected": u.Protected, "verified": u.Verified != "",
		"followers_count": len(v.w.Follows.To(u)), "friends_count": len(v.w.Follows.From(u)), "listed_count": len(v.w.Members.To(u)),
		"favourites_count": len(v.w.Likes.From(u)), "statuses_count": u.Count(), "created_at": u.Created.UTC().Format(rubyDate),
		"profile_image_url_https": "https://pbs.example.com/profile_images/" + u.ID + "/normal.png", "default_profile": false,
		"default_profile_image": false, "translator_type": "none", "withheld_in_countries": []string{},
	}
}

// briefUserV1 is a user as API v1.1 describes one beside a message or a follow.
func (v *view) briefUserV1(u *world.User) object {
	return object{
		"id": u.ID, "created_timestamp": millis(u.Created), "name": u.Name, "screen_name": u.Username, "location": given(u.Location),
		"description": given(u.Description), "url": given(u.URL), "protected": u.Protected, "verified": u.Verified != "",
		"followers_count": len(v.w.Follows.To(u)), "friends_count": len(v.w.Follows.From(u)), "statuses_count": u.Count(),
		"profile_image_url_https": "https://pbs.example.com/profile_images/" + u.ID + "/normal.png",
	}
}

// entitiesV1 are what stands in the text of a post, as far as that reaches.
func (v *view) entitiesV1(p *world.Post, text string) object {
	reach := utf8.RuneCountInString(text)
	found := p.Entities()
	at := func(e world.Entity, more object) object {
		more["indices"] = []int{e.Start, e.End}
		return more
	}
	hashtags, symbols, urls, mentions := []object{}, []object{}, []object{}, []object{}
	for list, into := range map[*[]world.Entity]*[]object{&found.Hashtags: &hashtags, &found.Cashtags: &symbols} {
		for _, e := range *list {
			if e.End <= reach {
				*into = append(*into, at(e, object{"text": e.Text}))
			}
		}
	}
	for _, e := range found.URLs {
		if e.End <= reach {
			urls = append(urls, at(e, object{"url": e.Text, "expanded_url": e.Text, "display_url": e.Text}))
		}
	}
	for _, e := range found.Mentions {
		if u := v.w.UserNamed(e.Text); u != nil && e.End <= reach {
			mentions = append(mentions, at(e, object{"screen_name": u.Username, "name": u.Name, "id": world.Number(u.ID), "id_str": u.ID}))
		}
	}
	made := object{"hashtags": hashtags, "symbols": symbols, "urls": urls, "user_mentions": mentions}
	if media := v.mediaV1(p.MediaKeys); media != nil {
		made["media"] = media
	}
	return made
}

func (v *view) mediaV1(keys []string) (list []object) {
	for _, key := range keys {
		if shown := kindMedia.find(v, key); shown != nil {
			list = append(list, object{
				"id": world.Number(world.MediaID(key)), "id_str": world.MediaID(key), "media_key": key, "type": shown.field(v, "type"),
				"media_url_https": shown.field(v, "url"), "indices": []int{0, 0},
			})
		}
	}
	return list
}

// messageV1 is a direct message as one who takes part in the conversation sees it.
func (v *view) messageV1(d *world.DM, reader *world.User) object {
	recipient := reader.ID
	for _, member := range v.w.Participants(d.Conversation) {
		if reader == d.Sender && member != reader {
			recipient = member.ID
			break
		}
	}
	data := object{"text": d.Text, "entities": v.entitiesV1(&world.Post{Text: d.Text}, d.Text)}
	if media := v.mediaV1(d.MediaKeys); media != nil {
		data["attachment"] = object{"type": "media", "media": media[0]}
	}
	return object{
		"type": "message_create", "id": d.ID, "created_timestamp": millis(d.Created), "message_create": object{
			"target": object{"recipient_id": recipient}, "sender_id": d.Sender.ID, "source_app_id": v.s.accounts.app.ID, "message_data": data,
		},
	}
}

// appsV1 are the apps that messages were sent with: the one there is.
func (v *view) appsV1() object {
	id := v.s.accounts.app.ID
	return object{id: object{"id": id, "name": world.Source, "url": "https://example.com"}}
}

// indicationV1 is that somebody is typing a message, or has read those up to the last.
func (v *view) indicationV1(e world.Event) object {
	made := object{
		"created_timestamp": millis(e.At), "sender_id": e.Actor.ID, "target": object{"recipient_id": e.Target.ID},
	}
	if e.Kind == "user.read" {
		made["last_read_event_id"] = "0"
		if said := v.w.DMs(e.Actor, world.ConversationOf(e.Actor, e.Target)); len(said) > 0 {
			made["last_read_event_id"] = said[len(said)-1].ID
		}
	}
	return made
}
