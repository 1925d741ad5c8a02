package xapitest

import (
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var userHandlers = map[string]handler{
	"getUsersMe":          inWorld(func(v *view) answer { return v.answer(v.data(user{v.me}), nil) }),
	"getUsersById":        inWorld(func(v *view) answer { return v.one(kindUser, "id", v.c.params["id"]) }),
	"getUsersByIds":       inWorld(func(v *view) answer { return v.many(kindUser, "ids", v.c.list("ids")) }),
	"getUsersByUsername":  inWorld((*view).userNamed),
	"getUsersByUsernames": inWorld((*view).usersNamed),
	"searchUsers":         inWorld((*view).searchUsers),
	"getUsersAffiliates":  inWorld((*view).affiliates),
}

func (v *view) userNamed() answer {
	name := v.c.params["username"]
	u := v.w.UserNamed(name)
	if u == nil || u.Gone() {
		return v.notThere(kindUser, "username", name)
	}
	return v.answer(v.data(user{u}), nil)
}

func (v *view) usersNamed() answer {
	var found []entity
	for _, name := range v.c.list("usernames") {
		if u := v.w.UserNamed(name); u != nil && !u.Gone() {
			found = append(found, user{u})
		} else {
			v.errors = append(v.errors, v.s.notFound("user", "usernames", name))
		}
	}
	return v.list(found, nil)
}

// searchUsers finds users by name, username and what they say of themselves.
func (v *view) searchUsers() answer {
	asked := strings.Fields(strings.ToLower(v.c.query.Get("query")))
	var found []*world.User
	for _, u := range v.w.Users() {
		text := strings.ToLower(u.Username + " " + u.Name + " " + u.Description)
		fits := true
		for _, word := range asked {
			fits = fits && strings.Contains(text, word)
		}
		if fits {
			found = append(found, u)
		}
	}
	return v.users(pager{most: 100, uncounted: true}, found)
}

func (v *view) affiliates() answer {
	id := v.c.params["id"]
	if v.w.User(id) == nil {
		return v.notThere(kindUser, "id", id)
	}
	var found []*world.User
	for _, u := range v.w.Users() {
		if u.Affiliate == id {
			found = append(found, u)
		}
	}
	return v.users(pager{most: 100}, found)
}

// users answers with a page of users in the order of the list, whose place in the world's does not change.
func (v *view) users(p pager, found []*world.User) answer {
	place := map[*world.User]int64{}
	for i, u := range v.w.Users() {
		place[u] = -int64(i)
	}
	shown, meta, refused := page(v, p, found, func(u *world.User) int64 { return place[u] })
	if refused != nil {
		return *refused
	}
	entities := make([]entity, 0, len(shown))
	for _, u := range shown {
		entities = append(entities, user{u})
	}
	return v.list(entities, meta)
}
