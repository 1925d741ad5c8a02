package xapitest

import (
	"math/rand/v2"
	"net/http"
	"slices"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Community Notes.
var noteHandlers = map[string]handler{
	"createCommunityNotes":        inWorld((*view).createNote),
	"deleteCommunityNotes":        inWorld((*view).deleteNote),
	"searchCommunityNotesWritten": inWorld((*view).notesWritten),
	"searchEligiblePosts":         inWorld((*view).eligiblePosts),
	"evaluateCommunityNotes":      inWorld((*view).evaluateNote),
}

// testMode refuses a call outside of the pilot: there is no other yet.
func (v *view) testMode(on bool) *answer {
	if on {
		return nil
	}
	refused := forbidden("User must be an API Note Writer to access this endpoint.")
	refused.hint = "test_mode must be true: there is no other mode for API note writers yet"
	return &refused
}

func (v *view) createNote() answer {
	var body struct {
		Test bool           `json:"test_mode"`
		Post string         `json:"post_id"`
		Info map[string]any `json:"info"`
	}
	_ = v.c.decode(&body)
	if refused := v.testMode(body.Test); refused != nil {
		return *refused
	}
	if kindPost.find(v, body.Post) == nil {
		refused := v.s.invalid("The post to annotate was not found.", object{"post_id": []string{body.Post}})
		refused.hint = "there is no post " + body.Post
		return refused
	}
	if slices.ContainsFunc(v.w.All("notes"), func(d *world.Doc) bool { return d.Text("_author") == v.me.ID && d.Text("post_id") == body.Post }) {
		return v.s.invalid("User already created a note for this post.", object{"post_id": []string{body.Post}})
	}
	d := v.w.AddDoc("notes", v.w.NewID(v.c.now), object{
		"_author": v.me.ID, "post_id": body.Post, "info": body.Info, "status": "needs_more_ratings",
		"test_result": object{"evaluator_score_bucket": "High", "evaluator_type": "UrlValidity"},
	})
	return v.ok(http.StatusOK, object{"id": d.ID})
}

func (v *view) deleteNote() answer {
	d := v.w.Doc("notes", v.c.params["id"])
	own := d != nil && d.Text("_author") == v.me.ID
	if own {
		v.w.DeleteDoc("notes", d.ID)
	}
	return v.ok(http.StatusOK, object{"deleted": own})
}

func (v *view) notesWritten() answer {
	if refused := v.testMode(v.c.query.Get("test_mode") == "true"); refused != nil {
		return *refused
	}
	return v.paged(pager{most: 10, oneWay: true}, v.docs("notes", func(d *world.Doc) bool { return d.Text("_author") == v.me.ID }))
}

func (v *view) eligiblePosts() answer {
	if refused := v.testMode(v.c.query.Get("test_mode") == "true"); refused != nil {
		return *refused
	}
	var posts []*world.Post
	for _, p := range newestFirst(v.w.Posts()) {
		if p.RepostOf == "" && len(p.Entities().URLs) > 0 {
			posts = append(posts, p)
		}
	}
	found, meta, refused := page(v, pager{most: 10, oneWay: true}, posts, postKey)
	if refused != nil {
		return *refused
	}
	return v.posts(found, meta)
}

// evaluateNote makes up a score: the same for the same text.
func (v *view) evaluateNote() answer {
	sum := v.s.settings.seed
	for _, b := range v.c.body {
		sum = sum*31 + uint64(b)
	}
	score := rand.New(rand.NewPCG(sum, 3)).Float64() //nolint:gosec // made-up data
	return v.ok(http.StatusOK, object{"claim_opinion_score": score})
}
