package xapitest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// activity is what happened to a user, as X Activity tells it.
type activity struct {
	name, direction string
	user            *world.User
	payload         any
}

// matched is an activity that a subscription asks for.
type matched struct {
	subscription *world.Doc
	body         object
}

// activities are what the subscriptions have of an event: of each at most one document.
func (v *view) activities(e world.Event) (documents []matched) {
	subscriptions := v.w.All("subscriptions")
	if len(subscriptions) == 0 {
		return nil
	}
	happened := v.activitiesOf(e)
	for _, d := range subscriptions {
		i := slices.IndexFunc(happened, func(a activity) bool { return a.isFor(d) })
		if i < 0 {
			continue
		}
		data := object{
			"event_type": happened[i].name, "filter": d.Fields["filter"], "payload": happened[i].payload, "event_uuid": strconv.FormatInt(e.Number, 10),
		}
		if d.Text("tag") != "" {
			data["tag"] = d.Text("tag")
		}
		documents = append(documents, matched{d, object{"data": data}})
	}
	return documents
}

// isFor says whether a subscription asks for the activity: by the user it happened to, or by a word where it happened to
// nobody. Nobody is told of protected accounts.
func (a activity) isFor(d *world.Doc) bool {
	filter, _ := d.Fields["filter"].(object)
	switch {
	case d.Text("event_type") != a.name:
		return false
	case a.user == nil:
		word, _ := filter["keyword"].(string)
		return strings.Contains(strings.ToLower(string(answer{body: a.payload}.bytes())), strings.ToLower(word))
	}
	return !a.user.Protected && (filter["user_id"] == nil || filter["user_id"] == a.user.ID) &&
		(filter["direction"] == nil || a.direction == "" || filter["direction"] == a.direction)
}

// thing shows what has no more to it than its fields, without those that are the sandbox's own.
func thing(d *world.Doc) object {
	shown := scheduled(d)
	shown["id"] = d.ID
	return shown
}

// streamedActivities are the documents of the activity stream.
func (v *view) streamedActivities(e world.Event) (documents []object) {
	for _, of := range v.activities(e) {
		documents = append(documents, of.body)
	}
	return documents
}

func (v *view) activitiesOf(e world.Event) []activity {
	switch e.Kind {
	case "post":
		return v.postActivities(e)
	case "delete":
		return []activity{{"post.delete", "", e.Actor, object{"id": e.Post.ID, "author_id": e.Post.Author.ID}}}
	case "like.create":
		payload := v.object(likeOf{e})
		return []activity{{e.Kind, "outbound", e.Actor, payload}, {e.Kind, "inbound", e.Target, payload}}
	case "follow.follow", "follow.unfollow":
		payload := v.between(e)
		return []activity{{e.Kind, "outbound", e.Actor, payload}, {e.Kind, "inbound", e.Target, payload}}
	case "mute.mute", "mute.unmute", "block.block", "block.unblock":
		return []activity{{e.Kind, "outbound", e.Actor, v.between(e)}}
	case "dm":
		return v.dmActivities(e)
	case "chat":
		return v.chatActivities(e)
	case "spaces.start", "spaces.end", "broadcast.start", "broadcast.end", "news.new":
		return []activity{{e.Kind, "", e.Actor, thing(e.Doc)}}
	case "broadcast.chat":
		return []activity{{e.Kind, "", e.Target, thing(e.Doc)}}
	case "user.modify":
		if name := profileActivities[e.Act.Field]; name != "" {
			return []activity{{name, "", e.Actor, object{"before": e.Act.Before, "after": e.Act.Value}}}
		}
	case "user.typing":
		return []activity{{"dm.indicate_typing", "", e.Target, v.indicated("direct_message_indicate_typing_events", e)}}
	case "user.read":
		return []activity{{"dm.read", "", e.Target, v.indicated("direct_message_mark_read_events", e)}}
	}
	return nil
}

// profileActivities are what X Activity calls a change of each field of a profile.
var profileActivities = map[string]string{
	"description": "profile.update.bio", "name": "profile.update.screenname", "location": "profile.update.geo", "url": "profile.update.url",
}

// indicated is a sign of life in a conversation.
func (v *view) indicated(list string, e world.Event) object {
	return object{list: []object{v.indicationV1(e)}, "users": object{e.Actor.ID: v.object(user{e.Actor}), e.Target.ID: v.object(user{e.Target})}}
}

// between shows who does something about whom.
func (v *view) between(e world.Event) object {
	return object{"source": v.object(user{e.Actor}), "target": v.object(user{e.Target})}
}

// postActivities are a post by its author, and by those it is about: whom it names, answers, quotes or reposts.
func (v *view) postActivities(e world.Event) []activity {
	p := e.Post
	payload := object{"id": p.ID, "text": p.Text, "author_id": p.Author.ID, "created_at": stamp(p.Created), "edit_history_tweet_ids": p.Edits()}
	if references := (post{p}).references(); references != nil {
		payload["referenced_tweets"] = references
	}
	found := []activity{{"post.create", "", e.Actor, payload}}
	for _, about := range []struct{ name, id string }{{"post.reply.create", p.ReplyTo}, {"post.quote.create", p.Quotes}, {"post.repost.create", p.RepostOf}} {
		if other := v.w.Newest(about.id); other != nil && other.Author != p.Author {
			found = append(found, activity{about.name, "", other.Author, payload})
		}
	}
	if p.ReplyTo == "" {
		for _, m := range v.w.Mentions.From(p) {
			found = append(found, activity{"post.mention.create", "", m.To, payload})
		}
	}
	return found
}

func (v *view) dmActivities(e world.Event) (found []activity) {
	if e.DM.Kind != "MessageCreate" {
		return nil
	}
	members := v.w.Participants(e.DM.Conversation)
	for _, u := range members {
		name := "dm.received"
		if u == e.Actor {
			name = "dm.sent"
		}
		users := object{}
		for _, member := range members {
			users[member.ID] = v.object(user{member})
		}
		found = append(found, activity{name, "", u, object{
			"direct_message_events": []object{v.messageV1(e.DM, u)}, "users": users, "apps": v.appsV1(),
		}})
	}
	return found
}

// chatActivities are an event of encrypted chat, for each who takes part.
func (v *view) chatActivities(e world.Event) (found []activity) {
	conversation := v.w.Doc("chats", e.Doc.Text("conversation_id"))
	if conversation == nil {
		return nil
	}
	members, _ := conversation.Fields["participant_ids"].([]string)
	for _, id := range members {
		u := v.w.User(id)
		if u == nil {
			continue
		}
		name := "chat.received"
		if u == e.Actor {
			name = "chat.sent"
		}
		found = append(found, activity{name, "", u, e.Doc.Fields})
	}
	return found
}
