package xapitest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Webhooks, the streams linked to them, and subscriptions to what happens in accounts.
var webhookHandlers = map[string]handler{
	"getWebhooks":                         inWorld((*view).webhooks),
	"createWebhooks":                      (*Server).createWebhook,
	"deleteWebhooks":                      inWorld((*view).deleteWebhook),
	"validateWebhooks":                    (*Server).validateWebhook,
	"createWebhookReplayJob":              (*Server).createReplay,
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

// maxWebhooks is how many webhooks an app may have.
const maxWebhooks = 5

// createWebhook takes an address that answers a challenge. The answer has no data around it.
func (s *Server) createWebhook(c *call) answer {
	var body struct {
		URL string `json:"url"`
	}
	_ = c.decode(&body)
	// The sandbox goes on with its other calls while it waits for an answer. Meanwhile the address may be taken.
	refused := s.inView(c, func(v *view) *answer { return v.unregistrable(body.URL) })
	if refused != nil {
		return *refused
	}
	if failed := s.challenge(c.request.Context(), body.URL); failed != nil {
		return s.crcFailed(failed, body.URL)
	}
	return inWorld(func(v *view) answer {
		if refused := v.unregistrable(body.URL); refused != nil {
			return *refused
		}
		d := v.w.AddDoc("webhooks", v.w.NewID(v.c.now), object{
			"url": body.URL, "valid": true, "created_at": stamp(v.c.now), "_accounts": []string{},
		})
		s.employ(d.ID, v.c.now)
		return answer{status: v.status(http.StatusOK), body: webhook(d)}
	})(s, c)
}

// unregistrable refuses an address that cannot become a webhook.
func (v *view) unregistrable(address string) *answer {
	refuse := func(reason string) *answer {
		refused := v.s.invalid(reason, object{"url": []string{address}})
		return &refused
	}
	all := v.w.All("webhooks")
	switch why := badWebhookURL(address); {
	case why != "":
		return refuse("UrlValidationFailed: " + why)
	case slices.ContainsFunc(all, func(d *world.Doc) bool { return d.Text("url") == address }):
		return refuse("DuplicateUrlFailed: there is a webhook with this url")
	case len(all) >= maxWebhooks:
		return refuse("WebhookLimitExceeded: there are as many webhooks as there may be")
	}
	return nil
}

// crcFailed refuses a webhook that did not answer its challenge.
func (s *Server) crcFailed(failed *failure, address string) answer {
	refused := s.invalid("CrcValidationFailed: the challenge was not answered as it must be", object{"url": []string{address}})
	refused.hint = failed.why
	return refused
}

// hook returns the webhook in the path, or refuses the call.
func (v *view) hook() (*world.Doc, *answer) {
	id := v.c.params["webhook_id"]
	if d := v.w.Doc("webhooks", id); d != nil {
		return d, nil
	}
	refused := v.s.noWebhook(id)
	return nil, &refused
}

// noWebhook refuses an id that no webhook has.
func (s *Server) noWebhook(id string) answer {
	return s.invalid("WebhookIdInvalid: there is no webhook with this id", object{"webhook_id": []string{id}}).
		because("POST /2/webhooks makes one, GET /2/webhooks lists them")
}

func (v *view) deleteWebhook() answer {
	d, refused := v.hook()
	if refused != nil {
		return *refused
	}
	v.w.DeleteDoc("webhooks", d.ID)
	v.w.DeleteDoc("links", d.ID)
	v.s.dismiss(d.ID)
	return v.ok(http.StatusOK, object{"deleted": true})
}

// validateWebhook challenges the webhook now.
func (s *Server) validateWebhook(c *call) answer {
	var address string
	var with *courier
	refused := s.inView(c, func(v *view) *answer {
		d, refused := v.hook()
		if refused != nil {
			return refused
		}
		if s.couriers.byHook[d.ID] == nil {
			s.employ(d.ID, c.now)
		}
		address, with = d.Text("url"), s.couriers.byHook[d.ID]
		return nil
	})
	if refused != nil {
		return *refused
	}
	if failed := s.prove(c.request.Context(), with, address); failed != nil {
		return s.crcFailed(failed, address)
	}
	return s.ok(c, http.StatusOK, object{"attempted": true, "valid": true})
}

func (v *view) streamLinks() answer {
	links := []object{}
	for _, d := range v.w.All("links") {
		shown := maps.Clone(d.Fields)
		delete(shown, "_query")
		links = append(links, shown)
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
		"created_at": stamp(v.c.now), "fields": fields, "_query": v.c.query,
	})
	return v.ok(http.StatusOK, object{"provisioned": true})
}

func (v *view) unlinkStream() answer {
	return v.ok(http.StatusOK, object{"deleted": v.w.DeleteDoc("links", v.c.params["webhook_id"])})
}

// webhookStream is the operation that webhooks get the answers of.
var webhookStream = &gen.Operation{ID: "streamPosts"}

// queryOf is what the matches of a link are to have, as it was asked for.
func queryOf(link *world.Doc) url.Values {
	query, _ := link.Fields["_query"].(url.Values)
	return query
}
