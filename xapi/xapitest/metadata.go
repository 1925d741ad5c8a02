package xapitest

import (
	"encoding/json"
	"maps"
	"net/http"
)

// createMetadata keeps the metadata of an upload. Fields sent before stay unless they are sent again.
func (s *Server) createMetadata(c *call) answer {
	var body struct {
		ID       string                     `json:"id"`
		Metadata map[string]json.RawMessage `json:"metadata"`
	}
	if err := c.decode(&body); err != nil {
		return s.invalid(messageObjectBody, nil)
	}
	if body.Metadata == nil {
		// Without the metadata object the real server breaks down.
		return blank(http.StatusInternalServerError, "Internal Server Error", "Internal Server Error")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.findUpload(body.ID, c.now)
	if u == nil {
		return s.invalid(messageNotFound, object{"id": []string{body.ID}})
	}
	if u.metadata == nil {
		u.metadata = map[string]json.RawMessage{}
	}
	maps.Copy(u.metadata, body.Metadata)
	return ok(http.StatusOK, object{"id": u.id, "associated_metadata": maps.Clone(u.metadata)})
}
