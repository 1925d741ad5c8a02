package xapitest

import (
	"unicode/utf8"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// user shows a user.
type user struct{ *world.User }

func (u user) kind() *kind { return kindUser }

func (u user) field(v *view, name string) any {
	switch name {
	case "id":
		return u.ID
	case "name":
		return u.Name
	case "username":
		return u.Username
	case "created_at":
		return stamp(u.Created)
	case "description":
		return given(u.Description)
	case "location":
		return given(u.Location)
	case "url":
		return given(u.URL)
	case "protected":
		return u.Protected
	case "verified":
		return u.Verified != ""
	case "verified_type":
		if u.Verified == "" {
			return "none"
		}
		return u.Verified
	case "is_identity_verified":
		return u.Verified == "government"
	case "parody", "receives_your_dm", "subscribes_to_you":
		return name == "receives_your_dm" && v.me != nil && !v.w.DMBlocks.Has(u.User, v.me)
	case "profile_image_url":
		return "https://pbs.example.com/profile_images/" + u.ID + "/normal.png"
	case "profile_banner_url":
		return "https://pbs.example.com/profile_banners/" + u.ID
	case "pinned_tweet_id":
		return given(u.PinnedPost)
	case "most_recent_tweet_id":
		if p := u.Latest(); p != nil {
			return p.ID
		}
	case "affiliation":
		return u.affiliation(v)
	case "public_metrics":
		return object{
			"followers_count": len(v.w.Follows.To(u.User)), "following_count": len(v.w.Follows.From(u.User)),
			"tweet_count": u.Count(), "listed_count": len(v.w.Members.To(u.User)), "like_count": len(v.w.Likes.From(u.User)),
		}
	case "verified_followers_count":
		n := 0
		for _, e := range v.w.Follows.To(u.User) {
			if e.To.Verified != "" {
				n++
			}
		}
		return n
	case "connection_status":
		return u.connections(v)
	case "withheld":
		if len(u.Withheld) > 0 {
			return object{"country_codes": u.Withheld, "scope": "user"}
		}
	case "subscription_type":
		if u.User == v.me {
			return subscription(u.User)
		}
	case "entities":
		return u.entities(v)
	case "confirmed_email":
		if u.User == v.me {
			return u.Username + "@example.com"
		}
	}
	return nil
}

func subscription(u *world.User) string {
	if u.Premium {
		return "Premium"
	}
	return "None"
}

func (u user) affiliation(v *view) any {
	organisation := v.w.User(u.Affiliate)
	if organisation == nil {
		return nil
	}
	return object{
		"description": organisation.Name, "url": "https://x.com/" + organisation.Username, "user_id": []string{organisation.ID},
		"badge_url": "https://pbs.example.com/badges/" + organisation.ID + ".png",
	}
}

// connections is what there is between the user and the one who calls.
func (u user) connections(v *view) any {
	if v.me == nil || v.me == u.User {
		return nil
	}
	var list []string
	for name, holds := range map[string]bool{
		"following": v.w.Follows.Has(v.me, u.User), "followed_by": v.w.Follows.Has(u.User, v.me),
		"blocking": v.w.Blocks.Has(v.me, u.User), "muting": v.w.Mutes.Has(v.me, u.User),
	} {
		if holds {
			list = append(list, name)
		}
	}
	if list == nil {
		return nil
	}
	return sorted(list)
}

func (u user) entities(v *view) any {
	made := object{}
	if u.URL != "" {
		made["url"] = object{"urls": []object{{
			"start": 0, "end": utf8.RuneCountInString(u.URL), "url": u.URL, "expanded_url": u.URL, "display_url": u.URL[len("https://"):],
		}}}
	}
	found := world.ParseEntities(u.Description)
	if described := entities(v, &found); described != nil {
		made["description"] = described
	}
	if len(made) == 0 {
		return nil
	}
	return made
}

func (u user) refers(_ *view, expansion string) []ref {
	switch expansion {
	case "pinned_tweet_id":
		return refs(kindPost, u.PinnedPost)
	case "most_recent_tweet_id":
		if p := u.Latest(); p != nil {
			return refs(kindPost, p.ID)
		}
	case "affiliation.user_id":
		return refs(kindUser, u.Affiliate)
	}
	return nil
}

// list shows a list.
type list struct{ *world.List }

func (l list) kind() *kind { return kindList }

func (l list) field(v *view, name string) any {
	switch name {
	case "id":
		return l.ID
	case "name":
		return l.Name
	case "description":
		return given(l.Description)
	case "owner_id":
		return l.Owner.ID
	case "private":
		return l.Private
	case "created_at":
		return stamp(l.Created)
	case "member_count":
		return len(v.w.Members.From(l.List))
	case "follower_count":
		return len(v.w.Following.To(l.List))
	}
	return nil
}

func (l list) refers(_ *view, expansion string) []ref {
	if expansion == "owner_id" {
		return refs(kindUser, l.Owner.ID)
	}
	return nil
}

// dm shows an event of a conversation of direct messages.
type dm struct{ *world.DM }

func (d dm) kind() *kind { return kindDM }

func (d dm) field(_ *view, name string) any {
	switch name {
	case "id":
		return d.ID
	case "event_type":
		return d.Kind
	case "text":
		return given(d.Text)
	case "created_at":
		return stamp(d.Created)
	case "dm_conversation_id":
		return d.Conversation
	case "sender_id":
		return d.Sender.ID
	case "participant_ids":
		if len(d.Participants) > 0 {
			return texts(d.Participants, func(u *world.User) string { return u.ID })
		}
	case "attachments":
		if len(d.MediaKeys) > 0 {
			return object{"media_keys": d.MediaKeys}
		}
	case "referenced_tweets":
		if d.Post != "" {
			return []object{{"id": d.Post}}
		}
	}
	return nil
}

func (d dm) refers(_ *view, expansion string) []ref {
	switch expansion {
	case "sender_id":
		return refs(kindUser, d.Sender.ID)
	case "participant_ids":
		return refs(kindUser, texts(d.Participants, func(u *world.User) string { return u.ID })...)
	case "attachments.media_keys":
		return refs(kindMedia, d.MediaKeys...)
	case "referenced_tweets.id":
		return refs(kindPost, d.Post)
	}
	return nil
}
