package xapitest

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// maxAccounts is how many users' activity may go to one webhook.
const maxAccounts = 5_000

// accountsOf returns the ids of the users whose activity goes to the webhook.
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
		"account_name": v.s.accounts.me.Username, "provisioned_count": strconv.Itoa(maxAccounts), "subscriptions_count_all": strconv.Itoa(n),
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
	switch subscribed := accountsOf(d); {
	case slices.Contains(subscribed, v.me.ID):
		return v.s.invalid("DuplicateSubscriptionFailed: the user is subscribed to this webhook", object{"webhook_id": []string{d.ID}})
	case len(subscribed) >= maxAccounts:
		return v.s.invalid("SubscriptionLimitExceeded: there are as many subscriptions as there may be", object{"webhook_id": []string{d.ID}})
	default:
		d.Fields["_accounts"] = append(slices.Clone(subscribed), v.me.ID)
	}
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
	id := v.c.params["user_id"]
	if !slices.Contains(accountsOf(d), id) {
		return v.s.invalid("SubscriptionNotFound: the user is not subscribed to this webhook", object{"user_id": []string{id}})
	}
	d.Fields["_accounts"] = without(accountsOf(d), id)
	return v.ok(http.StatusOK, object{"subscribed": false})
}
