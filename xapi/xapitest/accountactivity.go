package xapitest

import (
	"slices"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// accountActivity is what happened as the Account Activity API tells a subscribed user of it, nil where it does not: in
// the objects of API v1.1.
func (v *view) accountActivity(u *world.User, e world.Event) object {
	if e.Kind == "user.revoke" {
		return v.revoked(u, e)
	}
	list, event := v.accountEvent(u, e)
	if event == nil {
		return nil
	}
	body := object{"for_user_id": u.ID, list: []object{event}}
	switch e.Kind {
	case "post":
		body["user_has_blocked"] = v.w.Blocks.Has(u, e.Actor)
	case "dm":
		users := object{}
		for _, member := range v.w.Participants(e.DM.Conversation) {
			users[member.ID] = v.briefUserV1(member)
		}
		body["users"], body["apps"] = users, v.appsV1()
	case "user.typing", "user.read":
		body["users"] = object{e.Actor.ID: v.briefUserV1(e.Actor), u.ID: v.briefUserV1(u)}
	}
	return body
}

// revoked is that a user took the app's permission back.
func (v *view) revoked(u *world.User, e world.Event) object {
	if e.Actor != u {
		return nil
	}
	return object{"for_user_id": u.ID, "user_event": object{"revoke": object{
		"date_time": e.At.UTC().Format("2006-01-02T15:04:05Z"), "target": object{"app_id": v.s.accounts.app.ID}, "source": object{"user_id": u.ID},
	}}}
}

// accountEvent is the event with the list that it stands in.
func (v *view) accountEvent(u *world.User, e world.Event) (list string, event object) {
	switch e.Kind {
	case "post":
		if v.concerns(e.Post, u) {
			return "tweet_create_events", v.postV1(e.Post)
		}
	case "delete":
		if e.Actor == u {
			return "tweet_delete_events", object{"status": object{"id": e.Post.ID, "user_id": u.ID}, "timestamp_ms": millis(e.At)}
		}
	case "like.create":
		if e.Actor == u || e.Target == u {
			return "favorite_events", object{
				"id": likeID(e), "created_at": e.At.UTC().Format(rubyDate), "timestamp_ms": e.At.UnixMilli(),
				"favorited_status": v.postV1(e.Post), "user": v.userV1(e.Actor),
			}
		}
	case "follow.follow", "block.block", "block.unblock", "mute.mute", "mute.unmute", "follow.unfollow":
		// That somebody unfollows, blocks or mutes is their own affair.
		if e.Actor == u || e.Kind == "follow.follow" && e.Target == u {
			family, action := cut(e.Kind)
			return family + "_events", object{
				"type": action, "created_timestamp": millis(e.At), "source": v.briefUserV1(e.Actor), "target": v.briefUserV1(e.Target),
			}
		}
	case "dm":
		if e.DM.Kind == "MessageCreate" && slices.Contains(v.w.Participants(e.DM.Conversation), u) {
			return "direct_message_events", v.messageV1(e.DM, u)
		}
	case "user.typing":
		if e.Target == u {
			return "direct_message_indicate_typing_events", v.indicationV1(e)
		}
	case "user.read":
		if e.Target == u {
			return "direct_message_mark_read_events", v.indicationV1(e)
		}
	}
	return "", nil
}

// concerns says whether a post is the user's, or about them: names them, or answers, quotes or reposts what is theirs.
func (v *view) concerns(p *world.Post, u *world.User) bool {
	if p.Author == u {
		return true
	}
	if p.Author.Protected && !v.w.Follows.Has(u, p.Author) {
		return false
	}
	for _, id := range []string{p.ReplyTo, p.Quotes, p.RepostOf} {
		if other := v.w.Newest(id); other != nil && other.Author == u {
			return true
		}
	}
	return slices.ContainsFunc(v.w.Mentions.From(p), func(m world.Edge[*world.User]) bool { return m.To == u })
}
