package xapitest

import (
	"net/http"
	"slices"
	"strings"

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

// maxSubscriptions is how many subscriptions an app may have.
const maxSubscriptions = 1_500

// isPrivate says whether a user alone may subscribe to events of this kind about them.
func isPrivate(kind string) bool {
	family, _, _ := strings.Cut(kind, ".")
	return slices.Contains([]string{"dm", "chat", "mute", "block"}, family)
}

// subscribe makes a subscription: one of each event and user.
func (v *view) subscribe() answer {
	var body object
	_ = v.c.decode(&body)
	filter, _ := body["filter"].(object)
	about, _ := filter["user_id"].(string)
	kind, _ := body["event_type"].(string)
	hook, _ := body["webhook_id"].(string)
	switch {
	case about == "" && filter["keyword"] == nil:
		return v.s.invalid("The filter needs a user_id or a keyword.", object{"filter": []string{}}).
			because(`say whom or what it is about: "filter": {"user_id": "…"}, or a keyword for news`)
	case isPrivate(kind) && (v.me == nil || v.me.ID != about):
		refused := v.s.invalid("OauthAccessTokenRequired: events of this kind are private to the user", object{"event_type": []string{kind}})
		refused.hint = "subscribe to " + kind + " with a token of the user " + about
		return refused
	case hook != "" && v.w.Doc("webhooks", hook) == nil:
		return v.s.noWebhook(hook)
	case len(v.w.All("subscriptions")) >= maxSubscriptions:
		return v.s.invalid("SubscriptionLimitExceeded: there are as many subscriptions as there may be", nil)
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

// without takes an id out of a list.
func without(list []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(other string) bool { return other == id })
}
