package xapitest

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// post shows a post.
type post struct{ *world.Post }

func (p post) kind() *kind { return kindPost }

// shownLength is how much of a long text stands in `text`; the whole is in the note.
const shownLength = 280

// stamp writes a time as the API does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (p post) field(v *view, name string) any {
	switch name {
	case "id":
		return p.ID
	case "text":
		return p.shown()
	case "edit_history_tweet_ids":
		return p.Edits()
	case "author_id":
		return p.Author.ID
	case "created_at":
		return stamp(p.Created)
	case "conversation_id":
		return p.Conversation
	case "in_reply_to_user_id":
		return given(p.ReplyToUser)
	case "lang":
		return given(p.Lang)
	case "source":
		return given(p.Source)
	case "reply_settings":
		if p.ReplySettings == "" {
			return "everyone"
		}
		return p.ReplySettings
	case "possibly_sensitive":
		return p.Sensitive
	case "community_id":
		return given(p.Community)
	case "referenced_tweets":
		return p.references()
	case "attachments":
		return p.attachments()
	case "entities":
		return entities(v, p.Entities())
	case "geo":
		if p.Place != nil {
			return object{"place_id": p.Place.ID}
		}
	case "edit_controls":
		return p.editControls(v)
	case "note_tweet":
		if utf8.RuneCountInString(p.Text) > shownLength {
			note := object{"text": p.Text}
			if found := entities(v, p.Entities()); found != nil {
				note["entities"] = found
			}
			return note
		}
	case "display_text_range":
		return []int{p.visibleFrom(), utf8.RuneCountInString(p.shown())}
	case "public_metrics":
		return p.metrics(v)
	case "non_public_metrics", "organic_metrics", "promoted_metrics":
		return p.privateMetrics(v, name)
	case "article":
		if d := v.w.Doc("articles", p.Article); d != nil {
			return object{"title": d.Text("title")}
		}
	case "withheld":
		if len(p.Withheld) > 0 {
			return object{"country_codes": p.Withheld, "copyright": false, "scope": "tweet"}
		}
	case "card_uri", "paid_partnership":
		return p.Flags[name]
	case "scopes":
		if p.Flags["nullcast"] == true {
			return object{"followers": false}
		}
	}
	return nil
}

// given is a text, or nothing where it is empty: the API leaves out what is empty.
func given(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (p post) shown() string {
	if utf8.RuneCountInString(p.Text) <= shownLength {
		return p.Text
	}
	return string([]rune(p.Text)[:shownLength-1]) + "…"
}

// visibleFrom is where the text begins behind the names that a reply starts with.
func (p post) visibleFrom() int {
	from := 0
	if p.ReplyTo != "" {
		for _, m := range p.Entities().Mentions {
			if m.Start != from {
				break
			}
			from = m.End + 1
		}
	}
	return min(from, utf8.RuneCountInString(p.shown()))
}

func (p post) references() any {
	var list []object
	for _, r := range []struct{ kind, id string }{{"retweeted", p.RepostOf}, {"replied_to", p.ReplyTo}, {"quoted", p.Quotes}} {
		if r.id != "" {
			list = append(list, object{"type": r.kind, "id": r.id})
		}
	}
	if list == nil {
		return nil
	}
	return list
}

func (p post) attachments() any {
	made := object{}
	if len(p.MediaKeys) > 0 {
		made["media_keys"] = p.MediaKeys
	}
	if p.Poll != nil {
		made["poll_ids"] = []string{p.Poll.ID}
	}
	if len(made) == 0 {
		return nil
	}
	return made
}

// Posts can be edited within an hour, five times.
const (
	editable = time.Hour
	maxEdits = 5
)

func (p post) editControls(v *view) any {
	first := v.w.Post(p.Edits()[0])
	if first == nil {
		first = p.Post
	}
	return object{
		"edits_remaining": max(0, maxEdits+1-len(p.Edits())), "is_edit_eligible": p.ReplyTo == "" && p.Poll == nil && p.RepostOf == "" && p.Community == "",
		"editable_until": stamp(first.Created.Add(editable)),
	}
}

// metrics are those that everybody sees. A repost has none of its own but how often the original was reposted.
func (p post) metrics(v *view) object {
	if p.RepostOf != "" {
		reposts := 0
		if original := v.w.Newest(p.RepostOf); original != nil {
			reposts = len(original.Reposts())
		}
		return object{
			"retweet_count": reposts, "reply_count": 0, "like_count": 0, "quote_count": 0, "bookmark_count": 0, "impression_count": 0,
		}
	}
	newest := v.w.Newest(p.ID)
	if newest == nil {
		newest = p.Post
	}
	return object{
		"retweet_count": len(newest.Reposts()), "reply_count": len(newest.Replies()), "like_count": len(v.w.Likes.To(newest)),
		"quote_count": len(newest.QuotedBy()), "bookmark_count": len(v.w.Bookmarks.To(newest)), "impression_count": v.w.Impressions(newest),
	}
}

// privateMetrics are for the author alone; others are told that they may not see them.
func (p post) privateMetrics(v *view, name string) any {
	if v.me != p.Author {
		v.errors = append(v.errors, v.s.fieldForbidden(name, p.ID))
		return nil
	}
	public := p.metrics(v)
	if name == "non_public_metrics" {
		return object{"impression_count": public["impression_count"]}
	}
	if name == "promoted_metrics" {
		return nil
	}
	return object{
		"impression_count": public["impression_count"], "like_count": public["like_count"], "reply_count": public["reply_count"],
		"retweet_count": public["retweet_count"],
	}
}

func (p post) refers(v *view, expansion string) []ref {
	switch expansion {
	case "author_id":
		return refs(kindUser, p.Author.ID)
	case "in_reply_to_user_id":
		return refs(kindUser, p.ReplyToUser)
	case "attachments.media_keys":
		return refs(kindMedia, p.MediaKeys...)
	case "attachments.poll_ids":
		if p.Poll != nil {
			return refs(kindPoll, p.Poll.ID)
		}
	case "geo.place_id":
		if p.Place != nil {
			return refs(kindPlace, p.Place.ID)
		}
	case "edit_history_tweet_ids":
		return refs(kindPost, p.Edits()...)
	case "entities.mentions.username", "entities.note.mentions.username":
		var found []ref
		for _, m := range p.Entities().Mentions {
			if u := v.w.UserNamed(m.Text); u != nil {
				found = append(found, ref{kindUser, u.ID})
			}
		}
		return found
	}
	if below, ok := strings.CutPrefix(expansion, "referenced_tweets.id"); ok {
		return p.referred(v, strings.TrimPrefix(below, "."))
	}
	return nil
}

// referred leads to the posts that this one refers to, or to what an expansion leads to from those.
func (p post) referred(v *view, expansion string) (found []ref) {
	for _, id := range []string{p.RepostOf, p.ReplyTo, p.Quotes} {
		switch to := kindPost.find(v, id); {
		case id == "":
		case expansion == "":
			found = append(found, ref{kindPost, id})
		case to != nil:
			found = append(found, to.refers(v, expansion)...)
		}
	}
	return found
}

// poll shows a poll.
type poll struct{ *world.Poll }

func (p poll) kind() *kind                { return kindPoll }
func (p poll) refers(*view, string) []ref { return nil }

func (p poll) field(v *view, name string) any {
	switch name {
	case "id":
		return p.ID
	case "options":
		list := make([]object, 0, len(p.Options))
		for i, option := range p.Options {
			list = append(list, object{"position": i + 1, "label": option.Label, "votes": option.Votes})
		}
		return list
	case "duration_minutes":
		return p.Minutes
	case "end_datetime":
		return stamp(p.Ends)
	case "voting_status":
		if v.c.now.Before(p.Ends) {
			return "open"
		}
		return "closed"
	}
	return nil
}

// place shows a place.
type place struct{ *world.Place }

func (p place) kind() *kind                { return kindPlace }
func (p place) refers(*view, string) []ref { return nil }

func (p place) field(_ *view, name string) any {
	switch name {
	case "id":
		return p.ID
	case "name":
		return p.Name
	case "full_name":
		return p.FullName
	case "country":
		return p.Country
	case "country_code":
		return p.CountryCode
	case "place_type":
		return p.Kind
	case "geo":
		return object{
			"type": "Feature", "properties": object{}, "bbox": []float64{p.Lon - .2, p.Lat - .1, p.Lon + .2, p.Lat + .1},
		}
	}
	return nil
}
