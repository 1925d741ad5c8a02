package xapitest

import (
	"net/http"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

var articleHandlers = map[string]handler{
	"articleCreateDraft": inWorld((*view).draft),
	"articlePublish":     inWorld((*view).publish),
}

// unpaid refuses who may not write articles, which users with Premium do.
func (v *view) unpaid() *answer {
	if v.me.Premium {
		return nil
	}
	refused := forbidden("You are not permitted to create Articles.").because("@" + v.me.Username + ` has no Premium: POST /sandbox/api/document with {"users": [{"username": "` +
		v.me.Username + `", "premium": true}]} gives it, as WithFixtures does`)
	return &refused
}

func (v *view) draft() answer {
	if refused := v.unpaid(); refused != nil {
		return *refused
	}
	var body struct {
		Title   string `json:"title"`
		Content any    `json:"content_state"`
	}
	_ = v.c.decode(&body)
	d := v.w.AddDoc("articles", v.w.NewID(v.c.now), object{"title": body.Title, "content_state": body.Content, "_author": v.me.ID})
	return v.ok(http.StatusCreated, object{"id": d.ID, "title": body.Title})
}

// publish makes a post of a draft. A draft is published once.
func (v *view) publish() answer {
	if refused := v.unpaid(); refused != nil {
		return *refused
	}
	id := v.c.params["article_id"]
	d := v.w.Doc("articles", id)
	switch {
	case d == nil || d.Text("_author") != v.me.ID:
		refused := v.s.invalid("The article was not found.", object{"article_id": []string{id}})
		refused.hint = "there is no draft " + id + " of this user: POST /2/articles/draft makes one"
		return refused
	case d.Text("post_id") != "":
		return v.s.invalid("The article is already published.", object{"article_id": []string{id}})
	}
	p := v.w.AddPost(world.Post{
		Author: v.me, Created: v.c.now, Text: "https://x.com/i/article/" + id, Lang: "zxx", Article: id, Source: world.Source,
	})
	d.Fields["post_id"] = p.ID
	return v.ok(http.StatusOK, object{"post_id": p.ID})
}
