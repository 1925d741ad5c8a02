package xapitest

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Subscriptions to activities.
var activityHandlers = map[string]handler{
	"getActivitySubscriptions":         inWorld((*view).subscriptions),
	"createActivitySubscription":       inWorld((*view).subscribe),
	"updateActivitySubscription":       inWorld((*view).updateSubscription),
	"deleteActivitySubscription":       inWorld(func(v *view) answer { return v.unsubscribe(v.c.params["subscription_id"]) }),
	"deleteActivitySubscriptionsByIds": inWorld(func(v *view) answer { return v.unsubscribe(v.c.list("ids")...) }),
}

func (v *view) subscriptions() answer {
	found, meta, refused := page(v, pager{most: 1000, oneWay: true}, newestFirst(v.w.All("subscriptions")), (*world.Doc).Seq)
	if refused != nil {
		return *refused
	}
	data := make([]object, 0, len(found))
	for _, d := range found {
		data = append(data, d.Fields)
	}
	return v.answer(data, meta)
}

// subscribe makes a subscription: one of each event and user.
func (v *view) subscribe() answer {
	var body object
	_ = v.c.decode(&body)
	filter, _ := body["filter"].(object)
	about, _ := filter["user_id"].(string)
	if about == "" && filter["keyword"] == nil {
		return v.s.invalid("The filter needs a user_id or a keyword.", object{"filter": []string{}})
	}
	for _, d := range v.w.All("subscriptions") {
		other, _ := d.Fields["filter"].(object)
		if d.Text("event_type") == body["event_type"] && about != "" && other["user_id"] == about {
			refused := v.s.invalid("A subscription for this event and user already exists.", object{"event_type": []string{d.Text("event_type")}})
			refused.hint = "it is the subscription " + d.ID
			return refused
		}
	}
	id := v.w.NewID(v.c.now)
	fields := object{"subscription_id": id, "event_type": body["event_type"], "filter": filter, "created_at": stamp(v.c.now), "updated_at": stamp(v.c.now)}
	for _, name := range []string{"tag", "webhook_id"} {
		if body[name] != nil {
			fields[name] = body[name]
		}
	}
	v.w.AddDoc("subscriptions", id, fields)
	n := len(v.w.All("subscriptions"))
	return answer{status: v.status(http.StatusOK), body: object{
		"data": object{"subscription": fields, "total_subscriptions_for_instance_id": n}, "meta": object{"total_subscriptions": n},
	}}
}

func (v *view) updateSubscription() answer {
	d := v.w.Doc("subscriptions", v.c.params["subscription_id"])
	if d == nil {
		return v.notThere(&kind{resource: "subscription"}, "subscription_id", v.c.params["subscription_id"])
	}
	var body object
	_ = v.c.decode(&body)
	for _, name := range []string{"tag", "webhook_id"} {
		if body[name] != nil {
			d.Fields[name] = body[name]
		}
	}
	d.Fields["updated_at"] = stamp(v.c.now)
	return v.ok(http.StatusOK, object{"subscription": d.Fields, "total_subscriptions": len(v.w.All("subscriptions"))})
}

func (v *view) unsubscribe(ids ...string) answer {
	deleted := false
	for _, id := range ids {
		deleted = v.w.DeleteDoc("subscriptions", id) || deleted
	}
	return answer{status: v.status(http.StatusOK), body: object{
		"data": object{"deleted": deleted}, "meta": object{"total_subscriptions": len(v.w.All("subscriptions"))},
	}}
}

// activities are what the subscriptions have of an event.
func (v *view) activities(e world.Event) (documents []object) {
	for _, happened := range v.activitiesOf(e) {
		for _, d := range v.w.All("subscriptions") {
			filter, _ := d.Fields["filter"].(object)
			if d.Text("event_type") != happened.name || filter["user_id"] != nil && filter["user_id"] != happened.user.ID ||
				filter["direction"] != nil && happened.direction != "" && filter["direction"] != happened.direction {
				continue
			}
			data := object{
				"event_type": happened.name, "filter": filter, "payload": happened.payload,
				"event_uuid": strconv.FormatInt(v.w.NewNumber(e.At), 10),
			}
			if d.Text("tag") != "" {
				data["tag"] = d.Text("tag")
			}
			documents = append(documents, object{"data": data})
		}
	}
	return documents
}

// activity is what happened to a user.
type activity struct {
	name, direction string
	user            *world.User
	payload         any
}

func (v *view) activitiesOf(e world.Event) []activity {
	whole := func(p *world.Post) object {
		return object{"id": p.ID, "text": p.Text, "author_id": p.Author.ID, "created_at": stamp(p.Created), "edit_history_tweet_ids": p.Edits()}
	}
	switch e.Kind {
	case "post":
		found := []activity{{"post.create", "", e.Actor, whole(e.Post)}}
		for _, m := range v.w.Mentions.From(e.Post) {
			if e.Post.ReplyTo == "" {
				found = append(found, activity{"post.mention.create", "", m.To, whole(e.Post)})
			}
		}
		return found
	case "delete":
		return []activity{{"post.delete", "", e.Actor, object{"id": e.Post.ID, "author_id": e.Post.Author.ID}}}
	case "like.create":
		payload := v.object(likeOf{e})
		return []activity{{e.Kind, "outbound", e.Actor, payload}, {e.Kind, "inbound", e.Target, payload}}
	case "follow.follow", "follow.unfollow":
		payload := object{"source": v.object(user{e.Actor}), "target": v.object(user{e.Target})}
		return []activity{{e.Kind, "outbound", e.Actor, payload}, {e.Kind, "inbound", e.Target, payload}}
	}
	return nil
}

// without takes an id out of a list.
func without(list []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(other string) bool { return other == id })
}
