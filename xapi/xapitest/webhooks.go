package xapitest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Webhooks, the streams linked to them, and subscriptions to what happens in accounts.
var webhookHandlers = map[string]handler{
	"getWebhooks":                         inWorld((*view).webhooks),
	"createWebhooks":                      inWorld((*view).createWebhook),
	"deleteWebhooks":                      inWorld((*view).deleteWebhook),
	"validateWebhooks":                    inWorld((*view).validateWebhook),
	"createWebhookReplayJob":              inWorld((*view).replay),
	"getWebhooksStreamLinks":              inWorld((*view).streamLinks),
	"createWebhooksStreamLink":            inWorld((*view).linkStream),
	"deleteWebhooksStreamLink":            inWorld((*view).unlinkStream),
	"getAccountActivitySubscriptionCount": inWorld((*view).accountCount),
	"validateAccountActivitySubscription": inWorld((*view).accountSubscribed),
	"createAccountActivitySubscription":   inWorld((*view).subscribeAccount),
	"getAccountActivitySubscriptions":     inWorld((*view).accountSubscriptions),
	"deleteAccountActivitySubscription":   inWorld((*view).unsubscribeAccount),
}

// maxWebhookURL is how long the address of a webhook may be.
const maxWebhookURL = 200

func webhook(d *world.Doc) object {
	return object{"id": d.ID, "url": d.Text("url"), "valid": d.Fields["valid"], "created_at": d.Text("created_at")}
}

func (v *view) webhooks() answer {
	var data []object
	for _, d := range v.w.All("webhooks") {
		data = append(data, webhook(d))
	}
	meta := object{"result_count": len(data)}
	if data == nil {
		return v.answer(nil, meta)
	}
	return v.answer(data, meta)
}

// createWebhook takes an address that the API can call: over https, at the scheme's own port. The answer has no data
// around it.
func (v *view) createWebhook() answer {
	var body struct {
		URL string `json:"url"`
	}
	_ = v.c.decode(&body)
	refuse := func(reason string) answer {
		return v.s.invalid(reason, object{"url": []string{body.URL}})
	}
	parsed, err := url.Parse(body.URL)
	switch {
	case err != nil || parsed.Scheme != "https" || parsed.Host == "" || len(body.URL) > maxWebhookURL:
		return refuse("UrlValidationFailed: the url must be an https address of at most 200 characters")
	case parsed.Port() != "":
		return refuse("UrlValidationFailed: the url must not have a port")
	case slices.ContainsFunc(v.w.All("webhooks"), func(d *world.Doc) bool { return d.Text("url") == body.URL }):
		return refuse("DuplicateUrlFailed: there is a webhook with this url")
	}
	d := v.w.AddDoc("webhooks", v.w.NewID(v.c.now), object{"url": body.URL, "valid": true, "created_at": stamp(v.c.now), "_accounts": []string{}})
	return answer{status: v.status(http.StatusOK), body: webhook(d)}
}

// hook returns the webhook in the path, or refuses the call.
func (v *view) hook() (*world.Doc, *answer) {
	id := v.c.params["webhook_id"]
	if d := v.w.Doc("webhooks", id); d != nil {
		return d, nil
	}
	refused := v.s.invalid("WebhookIdInvalid: there is no webhook with this id", object{"webhook_id": []string{id}})
	refused.hint = "POST /2/webhooks makes one, GET /2/webhooks lists them"
	return nil, &refused
}

func (v *view) deleteWebhook() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	v.w.DeleteDoc("webhooks", d.ID)
	v.w.DeleteDoc("links", d.ID)
	return v.ok(http.StatusOK, object{"deleted": true})
}

func (v *view) validateWebhook() answer {
	if _, refused := v.hook(); refused != nil {
		return *refused
	}
	return v.ok(http.StatusOK, object{"attempted": true})
}

// How a replay's times are written, and how far back it reaches.
const (
	replayLayout = "200601021504"
	replayReach  = 24 * time.Hour
)

func (v *view) replay() answer {
	var body struct {
		Webhook string `json:"webhook_id"`
		From    string `json:"from_date"`
		To      string `json:"to_date"`
	}
	_ = v.c.decode(&body)
	from, failed := time.Parse(replayLayout, body.From)
	to, alsoFailed := time.Parse(replayLayout, body.To)
	switch {
	case v.w.Doc("webhooks", body.Webhook) == nil:
		return v.s.invalid("WebhookIdInvalid: there is no webhook with this id", object{"webhook_id": []string{body.Webhook}})
	case failed != nil || alsoFailed != nil || !from.Before(to) || v.c.now.Sub(from) > replayReach || v.c.now.Sub(to) < 10*time.Minute:
		refused := v.s.invalid("The from_date and to_date are not valid.", object{"from_date": []string{body.From}, "to_date": []string{body.To}})
		refused.hint = "times are yyyymmddhhmm of UTC: from within 24 hours, to at least 10 minutes ago; now is " + v.c.now.UTC().Format(replayLayout)
		return refused
	}
	return answer{status: v.status(http.StatusOK), body: object{"job_id": v.w.NewID(v.c.now), "created_at": stamp(v.c.now)}}
}

func (v *view) streamLinks() answer {
	links := []object{}
	for _, d := range v.w.All("links") {
		links = append(links, d.Fields)
	}
	return v.ok(http.StatusOK, object{"links": links})
}

func (v *view) linkStream() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	fields := []string{}
	for _, name := range []string{oldPostFields, "user.fields", "media.fields", "poll.fields", "place.fields"} {
		fields = append(fields, v.c.list(name)...)
	}
	v.w.AddDoc("links", d.ID, object{
		"webhook_id": d.ID, "application_id": v.s.accounts.app.ID, "business_user_id": v.s.accounts.me.ID, "instance_id": d.ID,
		"created_at": stamp(v.c.now), "fields": fields,
	})
	return v.ok(http.StatusOK, object{"provisioned": true})
}

func (v *view) unlinkStream() answer {
	return v.ok(http.StatusOK, object{"deleted": v.w.DeleteDoc("links", v.c.params["webhook_id"])})
}

// accounts returns the ids of the users whose activity goes to the webhook.
func accountsOf(d *world.Doc) []string {
	ids, _ := d.Fields["_accounts"].([]string)
	return ids
}

func (v *view) accountCount() answer {
	n := 0
	for _, d := range v.w.All("webhooks") {
		n += len(accountsOf(d))
	}
	return v.ok(http.StatusOK, object{
		"account_name": v.s.accounts.me.Username, "provisioned_count": "5", "subscriptions_count_all": strconv.Itoa(n),
		"subscriptions_count_direct_messages": "0",
	})
}

func (v *view) accountSubscribed() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	return v.ok(http.StatusOK, object{"subscribed": slices.Contains(accountsOf(d), v.me.ID)})
}

func (v *view) subscribeAccount() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	d.Fields["_accounts"] = append(without(accountsOf(d), v.me.ID), v.me.ID)
	return v.ok(http.StatusOK, object{"subscribed": true})
}

func (v *view) accountSubscriptions() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	list := []object{}
	for _, id := range accountsOf(d) {
		list = append(list, object{"user_id": id})
	}
	return v.ok(http.StatusOK, object{
		"application_id": v.s.accounts.app.ID, "webhook_id": d.ID, "webhook_url": d.Text("url"), "subscriptions": list,
	})
}

func (v *view) unsubscribeAccount() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	d.Fields["_accounts"] = without(accountsOf(d), v.c.params["user_id"])
	return v.ok(http.StatusOK, object{"subscribed": false})
}
