package xapitest

import (
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var listHandlers = map[string]handler{
	"createLists":               inWorld((*view).createList),
	"updateLists":               inWorld((*view).updateList),
	"deleteLists":               inWorld((*view).deleteList),
	"getListsById":              inWorld(func(v *view) answer { return v.one(kindList, "id", v.c.params["id"]) }),
	"getListsMembers":           inWorld((*view).listMembers),
	"getListsFollowers":         inWorld((*view).listFollowers),
	"getListsPosts":             inWorld((*view).listPosts),
	"addListsMember":            inWorld((*view).addMember),
	"removeListsMemberByUserId": inWorld((*view).removeMember),
	"getUsersOwnedLists":        inWorld((*view).ownedLists),
	"getUsersListMemberships":   inWorld((*view).memberships),
	"getUsersFollowedLists":     inWorld((*view).followedLists),
	"getUsersPinnedLists":       inWorld((*view).pinnedLists),
	"followList":                inWorld((*view).followList),
	"unfollowList":              inWorld((*view).unfollowList),
	"pinList":                   inWorld((*view).pinList),
	"unpinList":                 inWorld((*view).unpinList),
}

// listBody is the body of what is done to lists.
type listBody struct {
	Name        *string `json:"name"`
	Description *string `json:"description"`
	Private     *bool   `json:"private"`
	User        string  `json:"user_id"`
	List        string  `json:"list_id"`
}

func (v *view) listBody() (body listBody) {
	_ = v.c.decode(&body)
	return body
}

func (v *view) createList() answer {
	made := world.List{Owner: v.me, Created: v.c.now}
	v.listBody().onto(&made)
	l := v.w.AddList(made)
	return v.ok(http.StatusOK, object{"id": l.ID, "name": l.Name})
}

func (b listBody) onto(l *world.List) {
	if b.Name != nil {
		l.Name = *b.Name
	}
	if b.Description != nil {
		l.Description = *b.Description
	}
	if b.Private != nil {
		l.Private = *b.Private
	}
}

// listed returns the list of that id where the caller sees it.
func (v *view) listed(parameter, id string) (*world.List, *answer) {
	if kindList.find(v, id) == nil {
		refused := v.notThere(kindList, parameter, id)
		refused.hint = "there is no list " + id
		return nil, &refused
	}
	return v.w.List(id), nil
}

// ownList returns the list in the path where it is the caller's.
func (v *view) ownList() (*world.List, *answer) {
	l, refused := v.listed("id", v.c.params["id"])
	if refused == nil && l.Owner != v.me {
		forbidden := forbidden("You are not allowed to change this List.")
		forbidden.hint = "the list is @" + l.Owner.Username + "'s"
		return nil, &forbidden
	}
	return l, refused
}

func (v *view) updateList() answer {
	l, refused := v.ownList()
	if refused != nil {
		return *refused
	}
	v.listBody().onto(l)
	return v.ok(http.StatusOK, object{"updated": true})
}

func (v *view) deleteList() answer {
	l, refused := v.ownList()
	if refused != nil {
		return *refused
	}
	v.w.DeleteList(l)
	return v.ok(http.StatusOK, object{"deleted": true})
}

func (v *view) listMembers() answer {
	l, refused := v.listed("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	return edges(v, pager{most: 100}, v.w.Members.From(l), showUser)
}

func (v *view) listFollowers() answer {
	l, refused := v.listed("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	return edges(v, pager{most: 100}, v.w.Following.To(l), showUser)
}

// listPosts answers with what the members posted.
func (v *view) listPosts() answer {
	l, refused := v.listed("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	members := map[*world.User]bool{}
	for _, e := range v.w.Members.From(l) {
		members[e.To] = true
	}
	var posts []*world.Post
	all := v.w.Posts()
	for i := len(all) - 1; i >= 0 && len(posts) < mentionsCap; i-- {
		if members[all[i].Author] && !all[i].Superseded {
			posts = append(posts, all[i])
		}
	}
	found, meta, refused := page(v, pager{most: 100}, posts, postKey)
	if refused != nil {
		return *refused
	}
	return v.posts(found, meta)
}

func (v *view) addMember() answer {
	l, refused := v.ownList()
	if refused != nil {
		return *refused
	}
	u, refused := v.known("user_id", v.listBody().User)
	if refused != nil {
		return *refused
	}
	v.w.AddMember(l, u, v.c.now)
	return v.ok(http.StatusOK, object{"is_member": true})
}

func (v *view) removeMember() answer {
	l, refused := v.ownList()
	if refused != nil {
		return *refused
	}
	if u := v.w.User(v.c.params["user_id"]); u != nil {
		v.w.Members.Remove(l, u)
	}
	return v.ok(http.StatusOK, object{"is_member": false})
}

func (v *view) ownedLists() answer {
	u, refused := v.known("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	var own []*world.List
	for _, l := range newestFirst(v.w.Lists()) {
		if l.Owner == u && (!l.Private || u == v.me) {
			own = append(own, l)
		}
	}
	found, meta, refused := page(v, pager{most: 100}, own, (*world.List).Seq)
	if refused != nil {
		return *refused
	}
	shown := make([]entity, 0, len(found))
	for _, l := range found {
		shown = append(shown, list{l})
	}
	return v.list(shown, meta)
}

// lists answers with a page of the lists that a relation leads to and the caller may see.
func (v *view) lists(found []world.Edge[*world.List]) answer {
	var seen []world.Edge[*world.List]
	for _, e := range found {
		if !e.To.Private || e.To.Owner == v.me {
			seen = append(seen, e)
		}
	}
	return edges(v, pager{most: 100}, seen, func(l *world.List) entity { return list{l} })
}

func (v *view) memberships() answer {
	u, refused := v.known("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	return v.lists(v.w.Members.To(u))
}

func (v *view) followedLists() answer {
	u, refused := v.known("id", v.c.params["id"])
	if refused != nil {
		return *refused
	}
	return v.lists(v.w.Following.From(u))
}

func (v *view) pinnedLists() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	answered := v.lists(v.w.Pinned.From(me))
	if body, ok := answered.body.(object); ok {
		if meta, ok := body["meta"].(object); ok {
			delete(meta, "next_token")
		}
	}
	return answered
}

// ofList has the caller do something with the list of that id.
func (v *view) ofList(id string, do func(*world.User, *world.List), data object) answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	l, refused := v.listed("list_id", id)
	if refused != nil {
		return *refused
	}
	do(me, l)
	return v.ok(http.StatusOK, data)
}

func (v *view) followList() answer {
	return v.ofList(v.listBody().List, func(u *world.User, l *world.List) { v.w.FollowList(u, l, v.c.now) }, object{"following": true})
}

func (v *view) unfollowList() answer {
	return v.ofList(v.c.params["list_id"], func(u *world.User, l *world.List) { v.w.Following.Remove(u, l) }, object{"following": false})
}

func (v *view) pinList() answer {
	return v.ofList(v.listBody().List, func(u *world.User, l *world.List) { v.w.PinList(u, l, v.c.now) }, object{"pinned": true})
}

func (v *view) unpinList() answer {
	return v.ofList(v.c.params["list_id"], func(u *world.User, l *world.List) { v.w.Pinned.Remove(u, l) }, object{"pinned": false})
}
