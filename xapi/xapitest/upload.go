package xapitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Lifetimes of an upload: documented by the API.
const (
	initializedFor = 1295999 * time.Second
	finalizedFor   = 86400 * time.Second
)

// newUpload makes an upload known. Server.mu is held.
func (s *Server) newUpload(c *call, mediaType, category string, total int64) *upload {
	s.expire(c.now)
	id := s.ids.next()
	u := &upload{
		id: id, key: mediaKey(category, id), owner: c.caller.user,
		mediaType: mediaType, category: category, total: total,
		expires:  c.now.Add(initializedFor),
		segments: map[int]region{},
	}
	s.uploads[id] = u
	return u
}

// findUpload returns the upload where it is known, not expired and the caller's. Server.mu is held.
func (s *Server) findUpload(id string, c *call) *upload {
	u := s.uploads[id]
	if u == nil || !c.now.Before(u.expires) || u.owner != c.caller.user && !slices.Contains(u.sharedWith, c.caller.user) {
		return nil
	}
	return u
}

func (s *Server) initializeUpload(c *call) answer {
	var body struct {
		MediaType  string       `json:"media_type"`
		Category   string       `json:"media_category"`
		Owners     []string     `json:"additional_owners"`
		TotalBytes *json.Number `json:"total_bytes"`
	}
	if err := c.decode(&body); err != nil {
		return s.invalid(messageObjectBody, nil)
	}
	total := int64(-1)
	if body.TotalBytes != nil {
		n, err := body.TotalBytes.Int64()
		if err != nil || n < 0 {
			return s.invalid("The total_bytes field is not a size in bytes.", object{"total_bytes": []string{body.TotalBytes.String()}})
		}
		total = n
	}
	if total == 0 {
		refused := s.invalid("The total_bytes field must be greater than 0.", object{"total_bytes": []string{"0"}})
		refused.hint = "total_bytes is the size of the whole file"
		return refused
	}
	category := body.Category
	if category == "" {
		category = categoryOf(body.MediaType)
	}
	if refused := s.mismatched(body.MediaType, category); refused != nil {
		return *refused
	}
	if refused := s.oversized(category, total); refused != nil {
		return *refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.newUpload(c, body.MediaType, category, total)
	u.sharedWith = body.Owners
	return s.ok(c, http.StatusOK, object{
		"id": u.id, "media_key": u.key, "expires_after_secs": int(initializedFor.Seconds()),
	})
}

// categoryOf is the category of an upload that was initialized without one.
func categoryOf(mediaType string) string {
	switch {
	case mediaType == "image/gif":
		return "tweet_gif"
	case strings.HasPrefix(mediaType, "video/"):
		return "tweet_video"
	case strings.HasPrefix(mediaType, "text/"):
		return "subtitles"
	default:
		return "tweet_image"
	}
}

func (s *Server) finalizeUpload(c *call) answer {
	var body map[string]any
	err := c.decode(&body)
	if missing := len(c.body) == 0 && s.settings.bodiless; !missing && (err != nil || body == nil) {
		return s.invalid(messageObjectBody, nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.findUpload(c.params["id"], c)
	switch {
	case u == nil:
		return s.noUpload("id", c.params["id"])
	case u.finalized:
		return s.ok(c, http.StatusOK, u.finished(c.now))
	case !u.gapless() || len(u.segments) == 0 || u.total >= 0 && u.size() != u.total:
		return s.invalid(messageSum, nil)
	}
	if refused := s.oversized(u.category, u.size()); refused != nil {
		return *refused
	}
	why := s.unlike(u)
	if why != "" && u.kind() == "photo" {
		return s.refuseContent(why)
	}
	s.finish(u, c.now)
	if why != "" {
		u.processing.fail(why)
	}
	answered := s.ok(c, http.StatusOK, u.finished(c.now))
	answered.hint = why
	return answered
}

// finish completes the upload and starts its processing. Server.mu is held.
func (s *Server) finish(u *upload, now time.Time) {
	u.finalized = true
	u.width, u.height = dimensions(s.assembled(u.regions()))
	u.expires = now.Add(finalizedFor)
	u.processing = s.settings.process(u.category, now)
}

// finished is the answer about a complete upload.
func (u *upload) finished(now time.Time) object {
	data := object{
		"id": u.id, "media_key": u.key, "size": u.size(), "expires_after_secs": int(u.expires.Sub(now).Round(time.Second).Seconds()),
	}
	switch kind, _, _ := strings.Cut(u.mediaType, "/"); kind {
	case "image":
		data["image"] = object{"image_type": u.mediaType, "w": u.width, "h": u.height}
	case "video":
		data["video"] = object{"video_type": u.mediaType}
	}
	if u.processing.needed() {
		data["processing_info"] = u.processing.at(now).info()
	}
	return data
}

func (s *Server) uploadStatus(c *call) answer {
	id := c.request.URL.Query().Get("media_id")
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.findUpload(id, c)
	// An image is ready at once, and the real API then says that it does not know it.
	if u == nil || !u.finalized || !u.processing.needed() {
		refused := s.invalid(messageNotFound, nil)
		refused.hint = s.noUpload("media_id", id).hint
		return refused
	}
	u.processing.next()
	return s.ok(c, http.StatusOK, u.finished(c.now))
}
