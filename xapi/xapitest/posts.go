package xapitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Post is a post made in the sandbox.
type Post struct {
	ID string `json:"id"`
	// Author is the id of the user who made it.
	Author string `json:"author_id"`
	Text   string `json:"text"`
	// MediaIDs are the ids of the media it was made with.
	MediaIDs []string  `json:"media_ids,omitempty"`
	Created  time.Time `json:"created_at"`

	mediaKeys []string
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

// exclusive are the fields of a post of which it may have one alone.
var exclusive = []string{"media", "poll", "quote_tweet_id", "card_uri", "direct_message_deep_link"}

func (s *Server) createPost(c *call) answer {
	var fields map[string]json.RawMessage
	var body struct {
		Text  string `json:"text"`
		Media struct {
			IDs []string `json:"media_ids"`
		} `json:"media"`
	}
	if c.decode(&fields) != nil || c.decode(&body) != nil {
		return s.invalid(messageObjectBody, nil)
	}
	given := slices.DeleteFunc(slices.Clone(exclusive), func(name string) bool { return fields[name] == nil })
	switch {
	case len(given) > 1:
		return s.invalid("A post takes one of "+strings.Join(given, ", ")+", not several.", nil)
	case body.Text == "" && len(given) == 0:
		return s.invalid("A post needs a text, or something else to show.", object{"text": []string{}})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := &Post{Author: c.caller.user, Text: body.Text, MediaIDs: body.Media.IDs, Created: c.now}
	for _, id := range made.MediaIDs {
		u := s.findUpload(id, c)
		if u == nil || !u.ready(c.now) || !u.goesWith(len(made.MediaIDs)) {
			return s.invalid(messageMediaIDs, object{"media.media_ids": made.MediaIDs})
		}
		made.mediaKeys = append(made.mediaKeys, u.key)
	}
	if slices.ContainsFunc(s.posts, made.repeats) {
		return forbidden(messageDuplicate)
	}
	made.ID = s.ids.next()
	s.posts = append(s.posts, made)
	return s.ok(c, http.StatusCreated, made.data())
}

// ready says whether a post may use the upload.
func (u *upload) ready(now time.Time) bool {
	step := u.processing.at(now)
	return u.finalized && step.State == succeeded && step.Error == nil
}

// goesWith says whether the upload may be one of n in a post: up to four pictures, or one GIF or video alone.
func (u *upload) goesWith(n int) bool {
	switch u.category {
	case "tweet_image":
		return true
	case "tweet_gif", "tweet_video", "amplify_video":
		return n == 1
	default:
		return false
	}
}

// repeats says whether the post has the text of an older one of the same author.
func (p *Post) repeats(old *Post) bool {
	return p.Text != "" && p.Text == old.Text && p.Author == old.Author
}

func (p *Post) data() object {
	return object{"id": p.ID, "text": p.Text, "edit_history_tweet_ids": []string{p.ID}}
}

func (s *Server) deletePost(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.posts)
	s.posts = slices.DeleteFunc(s.posts, func(p *Post) bool { return p.ID == c.params["id"] && p.Author == c.caller.user })
	return s.ok(c, http.StatusOK, object{"deleted": len(s.posts) < before})
}

func (s *Server) getPost(c *call) answer {
	id, m := c.params["id"], s.newSampler(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.posts, func(p *Post) bool { return p.ID == id })
	if i < 0 {
		return answer{status: http.StatusOK, body: object{"errors": []object{s.notFound("tweet", "id", id)}}}
	}
	p := s.posts[i]
	data := p.data()
	if m.asked["author_id"] {
		data["author_id"] = p.Author
	}
	if m.asked["created_at"] {
		data["created_at"] = p.Created.UTC().Format(time.RFC3339)
	}
	if len(p.mediaKeys) > 0 && (m.asked["attachments"] || slices.Contains(c.list("expansions"), "attachments.media_keys")) {
		data["attachments"] = object{"media_keys": p.mediaKeys}
	}
	body := object{"data": s.withAsked(c, m, data)}
	if included := s.included(c, m, p); len(included) > 0 {
		body["includes"] = included
	}
	return answer{status: http.StatusOK, body: s.asDeclared(c.operation.ID, body)}
}

// included returns what goes with a post by the expansions asked for. Server.mu is held.
func (s *Server) included(c *call, m *sampler, p *Post) object {
	included := object{}
	expansions := c.list("expansions")
	if slices.Contains(expansions, "author_id") {
		included["users"] = []object{s.accounts.byID(p.Author).data()}
	}
	if slices.Contains(expansions, "attachments.media_keys") {
		var media []object
		for _, key := range p.mediaKeys {
			if u := s.byKey(key, c.now); u != nil {
				media = append(media, u.object(m))
			}
		}
		if len(media) > 0 {
			included["media"] = media
		}
	}
	return included
}
