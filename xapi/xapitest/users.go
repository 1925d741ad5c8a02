package xapitest

import (
	"maps"
	"net/http"
	"slices"
)

func (s *Server) getMe(c *call) answer {
	m := s.newSampler(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ok(c, http.StatusOK, s.withAsked(c, m, s.accounts.byID(c.caller.user).data()))
}

func (u User) data() object {
	return object{"id": u.ID, "name": u.Name, "username": u.Username}
}

// withAsked adds to data the fields that the request asks for and the sandbox has nothing of: made up from the schema.
func (s *Server) withAsked(c *call, m *sampler, data object) object {
	_, schema := s.success(c)
	if schema == nil || schema.Properties["data"] == nil {
		return data
	}
	properties := schema.Properties["data"].Value.Properties
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if _, known := data[name]; !known && m.asked[name] {
			data[name] = m.value(properties[name].Value, 1)
		}
	}
	return data
}
