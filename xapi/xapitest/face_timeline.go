package xapitest

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Bounds of how many posts the timeline shows.
const (
	somePosts = 30
	mostPosts = 200
)

// showTimeline answers with posts, newest first, as a person looks at them: everything about them in one place.
func (s *Server) showTimeline(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, before, made := somePosts, int64(0), q.Get("made") == "true"
	var err error
	if text := q.Get("limit"); text != "" {
		limit, err = strconv.Atoi(text)
	}
	if text := q.Get("before"); text != "" && err == nil {
		before, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil || limit < 1 || limit > mostPosts {
		refuse(w, http.StatusBadRequest, errors.New("limit is 1 to 200, before the id of a post"))
		return
	}
	s.mu.Lock()
	all := s.worldNow().Posts()
	list := []object{}
	for i := len(all) - 1; i >= 0 && len(list) < limit; i-- {
		p := all[i]
		if p.Superseded || made && p.Seeded || before > 0 && p.Number >= before {
			continue
		}
		list = append(list, s.timelinePost(p, true))
	}
	s.mu.Unlock()
	show(w, object{"posts": list})
}

// timelinePost is a post with its author and what it shows; with the posts that it refers to where deep. Server.mu is held.
func (s *Server) timelinePost(p *world.Post, deep bool) object {
	shown := object{
		"id": p.ID, "text": p.Text, "created_at": p.Created.UTC(), "lang": p.Lang, "author": author(p.Author), "made": !p.Seeded,
		"sensitive": p.Sensitive, "hidden": p.Hidden, "dropped": p.Dropped, "versions": len(p.Edits()), "likes": len(s.world.Likes.To(p)),
		"replies": len(p.Replies()), "reposts": len(p.Reposts()), "quotes": len(p.QuotedBy()),
	}
	if p.Place != nil {
		shown["place"] = p.Place.FullName
	}
	media := []object{}
	for _, key := range p.MediaKeys {
		media = append(media, s.timelineMedia(key))
	}
	shown["media"] = media
	if p.Poll != nil {
		options := []object{}
		for _, option := range p.Poll.Options {
			options = append(options, object{"label": option.Label, "votes": option.Votes})
		}
		shown["poll"] = object{"options": options, "ends_at": p.Poll.Ends.UTC(), "open": s.clock.now().Before(p.Poll.Ends)}
	}
	for name, id := range map[string]string{"reply_to": p.ReplyTo, "quote": p.Quotes, "repost": p.RepostOf} {
		switch to := s.world.Newest(id); {
		case id == "" || !deep:
		case to == nil:
			shown[name] = object{"id": id, "gone": true}
		default:
			shown[name] = s.timelinePost(to, false)
		}
	}
	return shown
}

func author(u *world.User) object {
	return object{"id": u.ID, "name": u.Name, "username": u.Username, "verified_type": u.Verified, "protected": u.Protected, "gone": u.Gone()}
}

// timelineMedia is a picture or video with what is to be known before it is looked at. What the world began with has no
// bytes, and neither has what has expired. Server.mu is held.
func (s *Server) timelineMedia(key string) object {
	shown := object{"media_key": key}
	if u := s.uploads[world.MediaID(key)]; u != nil {
		shown["type"], shown["content"], shown["media_type"] = u.kind(), contentPath(u.id), u.mediaType
		shown["width"], shown["height"] = u.width, u.height
		shown["alt_text"], shown["warnings"] = u.altText(), append([]string{}, u.warnings()...)
		return shown
	}
	if m := s.world.Media(key); m != nil {
		shown["type"], shown["width"], shown["height"], shown["alt_text"] = m.Kind, m.Width, m.Height, m.Alt
		shown["duration_ms"] = m.Duration.Milliseconds()
	}
	return shown
}
