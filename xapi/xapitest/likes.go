package xapitest

import (
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Likes and reposts.
var likeHandlers = map[string]handler{
	"likePost":            inWorld((*view).like),
	"unlikePost":          inWorld((*view).unlike),
	"getPostsLikingUsers": inWorld((*view).likingUsers),
	"getUsersLikedPosts":  inWorld((*view).likedPosts),
	"repostPost":          inWorld((*view).repost),
	"unrepostPost":        inWorld((*view).unrepost),
}

// tweet returns the newest version of the post that the body's tweet_id names, the original where it names a repost.
func (v *view) tweet() (*world.Post, *answer) {
	var body struct {
		ID string `json:"tweet_id"`
	}
	_ = v.c.decode(&body)
	return v.visible("tweet_id", body.ID)
}

func (v *view) visible(parameter, id string) (*world.Post, *answer) {
	if kindPost.find(v, id) != nil {
		if p := v.w.Original(v.w.Newest(id)); p != nil {
			return p, nil
		}
	}
	refused := v.notThere(kindPost, parameter, id)
	refused.hint = "there is no post " + id
	return nil, &refused
}

func (v *view) like() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	p, refused := v.tweet()
	if refused != nil {
		return *refused
	}
	v.w.Like(me, p, v.c.now)
	return v.ok(http.StatusOK, object{"liked": true})
}

func (v *view) unlike() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	if p := v.w.Newest(v.c.params["tweet_id"]); p != nil {
		v.w.Unlike(me, p, v.c.now)
	}
	return v.ok(http.StatusOK, object{"liked": false})
}

func (v *view) likingUsers() answer {
	p, refused := v.parent()
	if refused != nil {
		return *refused
	}
	return edges(v, pager{most: 100}, v.w.Likes.To(p), showUser)
}

func (v *view) likedPosts() answer {
	u := v.w.User(v.c.params["id"])
	if u == nil || !v.can(u) {
		return v.notThere(kindUser, "id", v.c.params["id"])
	}
	return v.shownPosts(pager{most: 100}, v.w.Likes.From(u))
}

// shownPosts answers with a page of the posts that a relation leads to and the caller may see.
func (v *view) shownPosts(p pager, list []world.Edge[*world.Post]) answer {
	found, meta, refused := page(v, p, newestFirst(list), edgeKey[*world.Post])
	if refused != nil {
		return *refused
	}
	posts := make([]*world.Post, 0, len(found))
	for _, e := range found {
		posts = append(posts, e.To)
	}
	return v.posts(posts, meta)
}

func (v *view) repost() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	p, refused := v.tweet()
	if refused != nil {
		return *refused
	}
	if p.Author.Protected {
		return forbidden("You cannot retweet a Tweet of a protected account.")
	}
	made, fresh := v.w.Repost(me, p, v.c.now, false)
	if !fresh {
		return v.s.invalid("You cannot retweet a Tweet that you have already retweeted.", object{"tweet_id": []string{p.ID}})
	}
	return v.ok(http.StatusOK, object{"id": made.ID, "rest_id": made.ID, "retweeted": true})
}

func (v *view) unrepost() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	if original := v.w.Newest(v.c.params["source_tweet_id"]); original != nil {
		if p := v.w.RepostBy(me, original); p != nil {
			v.w.Delete(p, v.c.now)
		}
	}
	return v.ok(http.StatusOK, object{"retweeted": false})
}
