package xapitest

import (
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Who follows, mutes and blocks whom.
var relationHandlers = map[string]handler{
	"getUsersFollowers": inWorld(func(v *view) answer {
		return v.related(func(u *world.User) []world.Edge[*world.User] { return v.w.Follows.To(u) })
	}),
	"getUsersFollowing": inWorld(func(v *view) answer {
		return v.related(func(u *world.User) []world.Edge[*world.User] { return v.w.Follows.From(u) })
	}),
	"getUsersBlocking": inWorld(func(v *view) answer {
		return v.own(func(u *world.User) []world.Edge[*world.User] { return v.w.Blocks.From(u) })
	}),
	"getUsersMuting": inWorld(func(v *view) answer {
		return v.own(func(u *world.User) []world.Edge[*world.User] { return v.w.Mutes.From(u) })
	}),
	"followUser":      inWorld((*view).follow),
	"unfollowUser":    inWorld((*view).unfollow),
	"muteUser":        inWorld((*view).mute),
	"unmuteUser":      inWorld((*view).unmute),
	"blockUsersDms":   inWorld((*view).blockDMs),
	"unblockUsersDms": inWorld((*view).unblockDMs),
}

func edgeKey[T any](e world.Edge[T]) int64 { return e.Seq }

// edges answers with a page of what a relation leads to, the newest first.
func edges[T any](v *view, p pager, list []world.Edge[T], show func(T) entity) answer {
	found, meta, refused := page(v, p, newestFirst(list), edgeKey[T])
	if refused != nil {
		return *refused
	}
	shown := make([]entity, 0, len(found))
	for _, e := range found {
		shown = append(shown, show(e.To))
	}
	return v.list(shown, meta)
}

func showUser(u *world.User) entity { return user{u} }

// related answers with users by their relation to the one in the path.
func (v *view) related(of func(*world.User) []world.Edge[*world.User]) answer {
	u := v.w.User(v.c.params["id"])
	if u == nil || !v.can(u) {
		return v.notThere(kindUser, "id", v.c.params["id"])
	}
	return edges(v, pager{most: 100}, of(u), showUser)
}

// own answers with users by their relation to the caller, who alone may ask.
func (v *view) own(of func(*world.User) []world.Edge[*world.User]) answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	return edges(v, pager{most: 100}, of(me), showUser)
}

// target returns the user that the body's target_user_id names.
func (v *view) target() (*world.User, *answer) {
	var body struct {
		Target string `json:"target_user_id"`
	}
	_ = v.c.decode(&body)
	return v.known("target_user_id", body.Target)
}

// known returns the user of that id, or refuses the call.
func (v *view) known(parameter, id string) (*world.User, *answer) {
	if u := v.w.User(id); u != nil {
		return u, nil
	}
	refused := v.notThere(kindUser, parameter, id)
	refused.hint = "there is no user " + id
	return nil, &refused
}

func (v *view) follow() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	u, refused := v.target()
	switch {
	case refused != nil:
		return *refused
	case u == me:
		return v.s.invalid("You cannot follow yourself.", object{"target_user_id": []string{u.ID}})
	case v.w.Blocks.Has(u, me):
		return forbidden("You have been blocked from following this account at the request of the user.")
	case u.Protected && !v.w.Follows.Has(me, u):
		return v.ok(http.StatusOK, object{"following": false, "pending_follow": true})
	}
	v.w.Follow(me, u, v.c.now)
	return v.ok(http.StatusOK, object{"following": true, "pending_follow": false})
}

func (v *view) unfollow() answer {
	me, refused := v.self("source_user_id")
	if refused != nil {
		return *refused
	}
	u, refused := v.known("target_user_id", v.c.params["target_user_id"])
	if refused != nil {
		return *refused
	}
	v.w.Unfollow(me, u, v.c.now)
	return v.ok(http.StatusOK, object{"following": false})
}

func (v *view) mute() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	u, refused := v.target()
	if refused != nil {
		return *refused
	}
	v.w.Mute(me, u, v.c.now)
	return v.ok(http.StatusOK, object{"muting": true})
}

func (v *view) unmute() answer {
	me, refused := v.self("source_user_id")
	if refused != nil {
		return *refused
	}
	u, refused := v.known("target_user_id", v.c.params["target_user_id"])
	if refused != nil {
		return *refused
	}
	v.w.Unmute(me, u, v.c.now)
	return v.ok(http.StatusOK, object{"muting": false})
}

// blockDMs has the caller take no direct messages from the user in the path.
func (v *view) blockDMs() answer {
	u, refused := v.known("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	v.w.BlockDMs(v.me, u, v.c.now)
	return v.ok(http.StatusOK, object{"blocked": true})
}

func (v *view) unblockDMs() answer {
	u, refused := v.known("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	v.w.DMBlocks.Remove(v.me, u)
	return v.ok(http.StatusOK, object{"blocked": false})
}
