package xapitest

import (
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var spaceHandlers = map[string]handler{
	"getSpacesById":         inWorld(func(v *view) answer { return v.one(kindSpace, "id", v.c.params["id"]) }),
	"getSpacesByIds":        inWorld(func(v *view) answer { return v.many(kindSpace, "ids", v.c.list("ids")) }),
	"getSpacesByCreatorIds": inWorld((*view).spacesByCreators),
	"searchSpaces":          inWorld((*view).searchSpaces),
	"getSpacesBuyers":       inWorld((*view).spaceBuyers),
	"getSpacesPosts":        inWorld((*view).spacePosts),
}

// counted answers with all of the list, which does not page.
func (v *view) counted(found []entity) answer {
	return v.list(found, object{"result_count": len(found)})
}

func (v *view) spacesByCreators() answer {
	creators := v.c.list("user_ids")
	return v.counted(v.docs("spaces", func(d *world.Doc) bool { return slices.Contains(creators, d.Text("creator_id")) }))
}

func (v *view) searchSpaces() answer {
	query, state := strings.ToLower(v.c.query.Get("query")), v.c.query.Get("state")
	found := v.docs("spaces", func(d *world.Doc) bool {
		return strings.Contains(strings.ToLower(d.Text("title")), query) && (state == "" || state == "all" || d.Text("state") == state)
	})
	return v.counted(capped(found, v.c.number("max_results", 100)))
}

// spaceBuyers answers with who bought a ticket, which is for the owner alone.
func (v *view) spaceBuyers() answer {
	id := v.c.params["id"]
	d := v.w.Doc("spaces", id)
	if d == nil {
		return v.notThere(kindSpace, "id", id)
	}
	var buyers []*world.User
	if d.Fields["is_ticketed"] == true && v.me != nil && d.Text("creator_id") == v.me.ID {
		buyers = v.w.Users()[:3]
	}
	return v.users(pager{most: 100}, buyers)
}

// spacePosts answers with posts that link to the space.
func (v *view) spacePosts() answer {
	id := v.c.params["id"]
	if v.w.Doc("spaces", id) == nil {
		return v.notThere(kindSpace, "id", id)
	}
	var posts []*world.Post
	for _, p := range newestFirst(v.w.Posts()) {
		if strings.Contains(p.Text, "/i/spaces/"+id) {
			posts = append(posts, p)
		}
	}
	found, meta, refused := page(v, pager{most: 100}, posts, postKey)
	if refused != nil {
		return *refused
	}
	return v.posts(found, meta)
}
