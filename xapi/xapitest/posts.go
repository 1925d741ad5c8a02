package xapitest

import (
	"net/http"
	"slices"
	"time"
)

// Post is a post made in the sandbox.
type Post struct {
	ID string
	// Author is the id of the user who made it.
	Author string
	Text   string
	// MediaIDs are the ids of the media it was made with.
	MediaIDs []string
	Created  time.Time
}

// Posts returns the posts made and not deleted, oldest first.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := make([]Post, 0, len(s.posts))
	for _, p := range s.posts {
		copied := *p
		copied.MediaIDs = slices.Clone(p.MediaIDs)
		made = append(made, copied)
	}
	return made
}

func (s *Server) createPost(c *call) answer {
	var body struct {
		Text  string `json:"text"`
		Media *struct {
			IDs []string `json:"media_ids"`
		} `json:"media"`
	}
	if err := c.decode(&body); err != nil {
		return s.invalid(messageObjectBody, nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := &Post{Author: s.me().ID, Text: body.Text, Created: c.now}
	if body.Media != nil {
		made.MediaIDs = body.Media.IDs
	}
	for _, id := range made.MediaIDs {
		if u := s.findUpload(id, c.now); u == nil || !u.ready(c.now) {
			return s.invalid(messageMediaIDs, object{"media.media_ids": made.MediaIDs})
		}
	}
	if slices.ContainsFunc(s.posts, func(p *Post) bool { return p.Text != "" && p.Text == made.Text && p.Author == made.Author }) {
		return forbidden(messageDuplicate)
	}
	made.ID = s.ids.next()
	s.posts = append(s.posts, made)
	return ok(http.StatusCreated, made.data())
}

// ready says whether a post may use the upload.
func (u *upload) ready(now time.Time) bool {
	return u.finalized && u.processing.at(now).State == succeeded
}

func (p *Post) data() object {
	return object{"id": p.ID, "text": p.Text, "edit_history_tweet_ids": []string{p.ID}}
}

func (s *Server) deletePost(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.posts)
	s.posts = slices.DeleteFunc(s.posts, func(p *Post) bool { return p.ID == c.params["id"] && p.Author == s.me().ID })
	return ok(http.StatusOK, object{"deleted": len(s.posts) < before})
}

func (s *Server) getPost(c *call) answer {
	id := c.params["id"]
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.posts {
		if p.ID == id {
			return ok(http.StatusOK, p.data())
		}
	}
	return answer{status: http.StatusOK, body: object{"errors": []object{s.notFound("tweet", "id", id)}}}
}
