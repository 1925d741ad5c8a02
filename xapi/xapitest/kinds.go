package xapitest

import (
	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// The kinds of things that answers show. Kinds refer to each other in circles: init ties them.
var (
	kindPost      = &kind{resource: "tweet", param: oldPostFields, section: "tweets", always: []string{"id", "text", "edit_history_tweet_ids"}}
	kindUser      = &kind{resource: "user", param: "user.fields", section: "users", always: []string{"id", "name", "username"}}
	kindMedia     = &kind{resource: "media", param: "media.fields", section: "media", always: []string{"media_key", "type"}}
	kindPoll      = &kind{resource: "poll", param: "poll.fields", section: "polls", always: []string{"id", "options"}}
	kindPlace     = &kind{resource: "place", param: "place.fields", section: "places", always: []string{"id", "full_name"}}
	kindList      = &kind{resource: "list", param: "list.fields", section: "lists", always: []string{"id", "name"}}
	kindDM        = &kind{resource: "dm_event", param: "dm_event.fields", section: "dm_events", always: []string{"id", "event_type", "text"}}
	kindSpace     = &kind{resource: "space", param: "space.fields", section: "spaces", always: []string{"id", "state"}}
	kindTopic     = &kind{resource: "topic", param: "topic.fields", section: "topics", always: []string{"id", "name"}}
	kindCommunity = &kind{resource: "community", param: "community.fields", always: []string{"id", "name"}}
	kindNews      = &kind{resource: "news", param: "news.fields", always: []string{"rest_id", "name"}}
	kindNote      = &kind{resource: "note", param: "note.fields", always: []string{"id", "post_id"}}
	kindBroadcast = &kind{resource: "broadcast", param: "broadcast.fields", always: []string{"id", "state", "title"}}
	kindChat      = &kind{resource: "chat_conversation", param: "chat_conversation.fields", always: []string{"id", "type"}}
	kindChatEvent = &kind{resource: "chat_message_event", param: "chat_message_event.fields", always: []string{"id", "encoded_event"}}
	kindBroadMsg  = &kind{resource: "broadcast_chat_message", param: "broadcast_chat_message.fields", always: []string{"id", "text", "author_id"}}
	kindJob       = &kind{resource: "compliance_job", param: "compliance_job.fields", always: []string{
		"id", "type", "status", "created_at", "upload_url", "upload_expires_at", "download_url", "download_expires_at", "name",
	}}
)

// families are the kinds whose entities have no more to them than their fields, by the name of their family.
var families = map[string]*kind{
	"spaces": kindSpace, "topics": kindTopic, "communities": kindCommunity, "news": kindNews, "notes": kindNote,
	"broadcasts": kindBroadcast, "chats": kindChat, "chat_events": kindChatEvent, "broadcast_messages": kindBroadMsg, "jobs": kindJob,
}

func init() {
	kindPost.find = func(v *view, key string) entity {
		if p := v.w.Post(key); p != nil && v.can(p.Author) && !p.Dropped {
			return post{p}
		}
		return nil
	}
	kindUser.find = func(v *view, key string) entity {
		if u := v.w.User(key); u != nil && !u.Gone() {
			return user{u}
		}
		return nil
	}
	kindMedia.find = (*view).media
	kindPoll.find = func(v *view, key string) entity {
		if p := v.w.Poll(key); p != nil {
			return poll{p}
		}
		return nil
	}
	kindPlace.find = func(v *view, key string) entity {
		if p := v.w.Place(key); p != nil {
			return place{p}
		}
		return nil
	}
	kindList.find = func(v *view, key string) entity {
		if l := v.w.List(key); l != nil && (!l.Private || l.Owner == v.me) {
			return list{l}
		}
		return nil
	}
	kindDM.find = func(v *view, key string) entity {
		if d := v.w.DM(v.me, key); v.me != nil && d != nil {
			return dm{d}
		}
		return nil
	}
	for family, k := range families {
		k.find = func(v *view, key string) entity {
			if d := v.w.Doc(family, key); d != nil {
				return doc{k, d}
			}
			return nil
		}
	}
}

// doc is an entity that has no more to it than its fields.
type doc struct {
	of *kind
	d  *world.Doc
}

func (d doc) kind() *kind { return d.of }

func (d doc) field(v *view, name string) any {
	if d.of != kindTopic && !v.s.declares(v.c, name) {
		return nil // the contract lets fields be asked for that its answers then do not have
	}
	if name == "id" || name == "rest_id" {
		return d.d.ID
	}
	return d.d.Fields[name]
}

// refers leads to users by the fields whose names end in _id or _ids, and to topics.
func (d doc) refers(_ *view, expansion string) []ref {
	to := kindUser
	if expansion == "topic_ids" {
		to = kindTopic
	}
	switch value := d.d.Fields[expansion].(type) {
	case string:
		return refs(to, value)
	case []any:
		return refs(to, texts(value, func(key any) string { text, _ := key.(string); return text })...)
	case []string:
		return refs(to, value...)
	}
	return nil
}

// docs returns the entities of a family that the filter lets through, newest first.
func (v *view) docs(family string, filter func(*world.Doc) bool) (found []entity) {
	for _, d := range newestFirst(v.w.All(family)) {
		if filter == nil || filter(d) {
			found = append(found, doc{families[family], d})
		}
	}
	return found
}

// docKey orders entities of a family.
func docKey(e entity) int64 {
	d, _ := e.(doc)
	return d.d.Seq()
}
