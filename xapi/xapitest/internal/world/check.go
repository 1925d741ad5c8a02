package world

import (
	"errors"
	"fmt"
	"slices"
)

// Check says what does not fit together: an error for each post, edge or count that contradicts another.
func (w *World) Check() error {
	var wrong []error
	fault := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if !slices.IsSortedFunc(w.posts, func(a, b *Post) int { return compare(a.Number, b.Number) }) {
		fault("the posts are out of order")
	}
	if len(w.posts) != len(w.byID) {
		fault("%d posts in order, %d by id", len(w.posts), len(w.byID))
	}
	for _, p := range w.posts {
		if w.byID[p.ID] != p {
			fault("post %s is not found by its id", p.ID)
		}
		if !slices.Contains(p.Author.posts, p) {
			fault("post %s is not among its author's", p.ID)
		}
		for kind, refers := range map[string]struct {
			to   string
			back func(*Post) []*Post
		}{"reply": {p.ReplyTo, (*Post).Replies}, "quote": {p.Quotes, (*Post).QuotedBy}, "repost": {p.RepostOf, (*Post).Reposts}} {
			parent := w.Newest(refers.to)
			switch {
			case parent == nil && kind == "repost" && refers.to != "":
				fault("repost %s outlives what it shows", p.ID)
			case parent == nil || p.Superseded:
			case !slices.Contains(refers.back(parent), p):
				fault("%s %s is not counted by %s", kind, p.ID, parent.ID)
			}
		}
		for _, child := range slices.Concat(p.replies, p.quotes, p.reposts) {
			if w.byID[child.ID] != child {
				fault("post %s counts %s, which is gone", p.ID, child.ID)
			}
		}
	}
	for _, u := range w.order {
		for _, p := range u.posts {
			if w.byID[p.ID] != p {
				fault("user %s has the post %s, which is gone", u.ID, p.ID)
			}
		}
	}
	wrong = append(wrong, agree("likes", &w.Likes), agree("bookmarks", &w.Bookmarks), agree("filed", &w.Filed), agree("follows", &w.Follows),
		agree("mutes", &w.Mutes), agree("blocks", &w.Blocks), agree("members", &w.Members), agree("followed lists", &w.Following),
		agree("pinned lists", &w.Pinned), agree("mentions", &w.Mentions))
	for p := range w.Likes.in {
		if w.byID[p.ID] != p && len(w.Likes.in[p]) > 0 {
			fault("likes of %s, which is gone", p.ID)
		}
	}
	for l := range w.Members.out {
		if w.lists[l.ID] != l && len(w.Members.out[l]) > 0 {
			fault("members of the list %s, which is gone", l.ID)
		}
	}
	return errors.Join(wrong...)
}

// agree says where the two ends of a relation do not.
func agree[A, B comparable](name string, r *Relation[A, B]) error {
	out, in := 0, 0
	for a, edges := range r.out {
		out += len(edges)
		for _, e := range edges {
			if !slices.ContainsFunc(r.in[e.To], func(back Edge[A]) bool { return back.To == a && back.Seq == e.Seq }) {
				return fmt.Errorf("%s: %v leads to %v, which does not know", name, a, e.To)
			}
		}
	}
	for _, edges := range r.in {
		in += len(edges)
	}
	if out != in {
		return fmt.Errorf("%s: %d from one end, %d from the other", name, out, in)
	}
	return nil
}
