package xapitest

import (
	"maps"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

func (v *view) unliked(e world.Event) []object {
	if e.Kind != "unlike" {
		return nil
	}
	return []object{{"data": object{"delete": object{"event_at": stamp(e.At), "favorite": object{"id": e.Post.ID, "user_id": e.Actor.ID}}}}}
}

// noticed is a document of a compliance stream: one kind of event, with what it is about.
func noticed(e world.Event, kind string, about object) []object {
	event := object{"event_at": stamp(e.At)}
	maps.Copy(event, about)
	return []object{{"data": object{kind: event}}}
}

func (v *view) postCompliance(e world.Event) []object {
	if e.Post == nil || !v.partition(e.Post.Number, 4) {
		return nil
	}
	about := object{"tweet": object{"id": e.Post.ID, "author_id": e.Post.Author.ID}}
	if e.Post.Quotes != "" {
		about["quote_tweet_id"] = e.Post.Quotes
	}
	switch e.Kind {
	case "delete":
		return noticed(e, "delete", about)
	case "edit":
		return noticed(e, "tweet_edit", object{
			"tweet": object{"id": e.Post.ID}, "initial_tweet_id": e.Post.Edits()[0], "edit_tweet_ids": e.Post.Edits(),
		})
	case "post.drop":
		return noticed(e, "drop", about)
	case "post.undrop":
		return noticed(e, "undrop", about)
	case "post.withhold":
		about["withheld_in_countries"] = e.Act.Countries
		return noticed(e, "withheld", about)
	}
	return nil
}

// userEvents are what the compliance stream of users calls what happens to them.
var userEvents = map[string]string{
	"user.protect": "user_protect", "user.unprotect": "user_unprotect", "user.suspend": "user_suspend", "user.unsuspend": "user_unsuspend",
	"user.deactivate": "user_delete", "user.reactivate": "user_undelete", "user.withhold": "user_withheld", "user.scrub_geo": "scrub_geo",
	"user.modify": "user_profile_modification",
}

func (v *view) userCompliance(e world.Event) []object {
	kind := userEvents[e.Kind]
	if kind == "" || !v.partition(world.Number(e.Actor.ID), 4) {
		return nil
	}
	about := object{"user": object{"id": e.Actor.ID}}
	switch e.Kind {
	case "user.withhold":
		about["withheld_in_countries"] = e.Act.Countries
	case "user.scrub_geo":
		about["up_to_tweet_id"] = "0"
		if p := e.Actor.Latest(); p != nil {
			about["up_to_tweet_id"] = p.ID
		}
	case "user.modify":
		about["profile_field"], about["new_value"] = e.Act.Field, e.Act.Value
	}
	return noticed(e, kind, about)
}

func (v *view) labels(e world.Event) []object {
	if e.Kind != "post.label" && e.Kind != "post.unviewable" {
		return nil
	}
	about := object{"tweet": object{"id": e.Post.ID, "author_id": e.Post.Author.ID}, "application": "apply"}
	if e.Kind == "post.unviewable" {
		return noticed(e, "public_tweet_unviewable", about)
	}
	about["event_type"], about["label_title"] = "misleading", e.Act.Value
	return noticed(e, "public_tweet_notice", about)
}
