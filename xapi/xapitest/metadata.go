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
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.findUpload(body.ID, c)
	if u == nil {
		return s.noUpload("id", body.ID)
	}
	if u.metadata == nil {
		u.metadata = map[string]json.RawMessage{}
	}
	maps.Copy(u.metadata, body.Metadata)
	return s.ok(c, http.StatusOK, object{"id": u.id, "associated_metadata": maps.Clone(u.metadata)})
}
