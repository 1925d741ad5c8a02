package xapitest

import (
	"net/http"
	"slices"
)

// Subtitle is a subtitle track attached to an upload.
type Subtitle struct {
	// ID is the media id of the uploaded track.
	ID string `json:"id"`
	// Language is its language, two capitals.
	Language string `json:"language_code"`
	// Name is what the language is shown as.
	Name string `json:"display_name,omitempty"`
}

func (s *Server) createSubtitles(c *call) answer {
	var body struct {
		ID        string   `json:"id"`
		Category  string   `json:"media_category"`
		Subtitles Subtitle `json:"subtitles"`
	}
	if err := c.decode(&body); err != nil {
		return s.invalid(messageObjectBody, nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	video, track := s.findUpload(body.ID, c), s.findUpload(body.Subtitles.ID, c)
	switch {
	case video == nil || !video.finalized:
		return s.noUpload("id", body.ID)
	case track == nil || !track.finalized || track.category != "subtitles":
		return s.noUpload("subtitles.id", body.Subtitles.ID)
	case body.Subtitles.Language == "" || body.Category == "":
		return s.invalid("The media_category and subtitles.language_code fields are needed.", nil)
	}
	video.dropSubtitles(body.Subtitles.Language)
	video.subtitles = append(video.subtitles, body.Subtitles)
	return s.ok(c, http.StatusOK, object{
		"id": video.id, "media_category": body.Category, "associated_subtitles": slices.Clone(video.subtitles),
	})
}

func (s *Server) deleteSubtitles(c *call) answer {
	var body struct {
		ID       string `json:"id"`
		Language string `json:"language_code"`
	}
	if err := c.decode(&body); err != nil {
		return s.invalid(messageObjectBody, nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	video := s.findUpload(body.ID, c)
	if video == nil {
		return s.noUpload("id", body.ID)
	}
	return s.ok(c, http.StatusOK, object{"deleted": video.dropSubtitles(body.Language)})
}

// dropSubtitles removes the track of that language and says whether there was one.
func (u *upload) dropSubtitles(language string) bool {
	before := len(u.subtitles)
	u.subtitles = slices.DeleteFunc(u.subtitles, func(t Subtitle) bool { return t.Language == language })
	return len(u.subtitles) < before
}
