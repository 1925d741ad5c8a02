package xapitest

import (
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var timelineHandlers = map[string]handler{
	"getUsersPosts":    inWorld((*view).userPosts),
	"getUsersMentions": inWorld((*view).userMentions),
	"getUsersTimeline": inWorld((*view).homeTimeline),
	"getPostsQuotedPosts": inWorld(func(v *view) answer {
		return v.below(pager{most: 10, oneWay: true}, (*world.Post).QuotedBy)
	}),
	"getPostsReposts":     inWorld(func(v *view) answer { return v.below(pager{most: 100}, (*world.Post).Reposts) }),
	"getPostsRepostedBy":  inWorld((*view).repostedBy),
	"getUsersRepostsOfMe": inWorld((*view).repostsOfMe),
}

// How far back timelines reach: in posts, and in time.
const (
	userPostsCap       = 3200
	userPostsNoReplies = 800
	mentionsCap        = 800
	homeCap            = 3200
	homeReach          = 7 * 24 * time.Hour
)

func postKey(p *world.Post) int64 { return p.Number }

// timeline answers with a page of posts, newest first, between the ids and times that the call sets.
func (v *view) timeline(p pager, posts []*world.Post, most int) answer {
	span, refused := v.span(time.Time{}, time.Time{})
	if refused != nil {
		return *refused
	}
	posts = capped(slices.DeleteFunc(posts, func(p *world.Post) bool { return !span.has(p) || p.Superseded }), most)
	found, meta, refused := page(v, p, posts, postKey)
	if refused != nil {
		return *refused
	}
	if len(found) > 0 {
		meta["newest_id"], meta["oldest_id"] = found[0].ID, found[len(found)-1].ID
	}
	// What is excluded is taken out of the page, as X does it: a page may then be short, or empty, and yet have a next.
	found = v.without(found)
	meta["result_count"] = len(found)
	return v.posts(found, meta)
}

// posts answers with the posts that the caller may see.
func (v *view) posts(found []*world.Post, meta object) answer {
	shown := make([]entity, 0, len(found))
	for _, p := range found {
		if v.can(p.Author) && !p.Dropped {
			shown = append(shown, post{p})
		}
	}
	if _, counted := meta["result_count"]; counted {
		meta["result_count"] = len(shown)
	}
	return v.list(shown, meta)
}

// without takes out what the call excludes.
func (v *view) without(found []*world.Post) []*world.Post {
	excluded := v.c.list("exclude")
	return slices.DeleteFunc(slices.Clone(found), func(p *world.Post) bool {
		return slices.Contains(excluded, "replies") && p.ReplyTo != "" || slices.Contains(excluded, "retweets") && p.RepostOf != ""
	})
}

func (v *view) userPosts() answer {
	u := v.w.User(v.c.params["id"])
	if u == nil || !v.can(u) {
		return v.notThere(kindUser, "id", v.c.params["id"])
	}
	most := userPostsCap
	if slices.Contains(v.c.list("exclude"), "replies") {
		most = userPostsNoReplies
	}
	return v.timeline(pager{most: 10}, newestFirst(u.Posts()), most)
}

func (v *view) userMentions() answer {
	u := v.w.User(v.c.params["id"])
	if u == nil {
		return v.notThere(kindUser, "id", v.c.params["id"])
	}
	var posts []*world.Post
	for _, e := range v.w.Mentions.To(u) {
		posts = append(posts, e.To)
	}
	slices.SortFunc(posts, func(a, b *world.Post) int { return descending(a.Number, b.Number) })
	return v.timeline(pager{most: 10}, posts, mentionsCap)
}

func (v *view) homeTimeline() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	var posts []*world.Post
	all := v.w.Posts()
	for i := len(all) - 1; i >= 0 && len(posts) < homeCap && v.c.now.Sub(all[i].Created) < homeReach; i-- {
		author := all[i].Author
		if (author == me || v.w.Follows.Has(me, author)) && !v.w.Mutes.Has(me, author) {
			posts = append(posts, all[i])
		}
	}
	return v.timeline(pager{most: 100}, posts, homeCap)
}

// below answers with a page of the posts that refer to the one in the path.
func (v *view) below(p pager, of func(*world.Post) []*world.Post) answer {
	parent, refused := v.parent()
	if refused != nil {
		return *refused
	}
	found, meta, refused := page(v, p, newestFirst(of(parent)), postKey)
	if refused != nil {
		return *refused
	}
	return v.posts(v.without(found), meta)
}

// parent returns the newest version of the post in the path, or refuses the call where there is none.
func (v *view) parent() (*world.Post, *answer) {
	id := v.c.params["id"]
	if kindPost.find(v, id) == nil {
		refused := v.notThere(kindPost, "id", id)
		return nil, &refused
	}
	return v.w.Newest(id), nil
}

func (v *view) repostedBy() answer {
	parent, refused := v.parent()
	if refused != nil {
		return *refused
	}
	found, meta, refused := page(v, pager{most: 100}, newestFirst(parent.Reposts()), postKey)
	if refused != nil {
		return *refused
	}
	shown := make([]entity, 0, len(found))
	for _, p := range found {
		shown = append(shown, user{p.Author})
	}
	return v.list(shown, meta)
}

// repostsOfMe answers with the posts of the caller's that others reposted.
func (v *view) repostsOfMe() answer {
	posts := slices.DeleteFunc(newestFirst(v.me.Posts()), func(p *world.Post) bool { return len(p.Reposts()) == 0 })
	found, meta, refused := page(v, pager{most: 100}, posts, postKey)
	if refused != nil {
		return *refused
	}
	return v.posts(found, meta)
}
