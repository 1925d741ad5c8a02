package xapitest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// sample answers an operation without state of its own by data made from its schema.
func (s *Server) sample(c *call) answer {
	status, schema := s.success(c)
	if schema == nil {
		return s.sampleBytes(c, status)
	}
	m := s.newSampler(c)
	value := m.value(schema, 0)
	if body, isObject := value.(object); isObject {
		agree(body, c)
	}
	return answer{status: status, body: value}
}

// sampleBytes answers by some bytes of the content type that the spec has, by nothing where it has none.
func (s *Server) sampleBytes(c *call, status int) answer {
	op := s.declared[c.operation.ID]
	if op == nil || op.Responses == nil || op.Responses.Status(status) == nil {
		return answer{status: status}
	}
	for _, contentType := range slices.Sorted(maps.Keys(op.Responses.Status(status).Value.Content)) {
		return answer{status: status, contentType: contentType, body: []byte("sandbox")}
	}
	return answer{status: status}
}

// success returns the status and the schema of the operation's answer, nil where it has none in JSON.
func (s *Server) success(c *call) (int, *openapi3.Schema) {
	op := s.declared[c.operation.ID]
	if op == nil || op.Responses == nil {
		return http.StatusOK, nil
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses.Map())) {
		code, err := strconv.Atoi(status)
		if err != nil || code > 299 {
			continue
		}
		if media := op.Responses.Value(status).Value.Content.Get("application/json"); media != nil && media.Schema != nil {
			return code, media.Schema.Value
		}
	}
	return http.StatusOK, nil
}

// agree makes what was made up fit the request and itself: the id asked for, and the number of results.
func agree(body object, c *call) {
	data, isObject := body["data"].(object)
	if id, asked := c.params["id"]; asked && isObject && strings.HasSuffix(c.operation.Path, "/{id}") {
		if _, has := data["id"]; has {
			data["id"] = id
		}
	}
	list, isList := body["data"].([]any)
	meta, hasMeta := body["meta"].(object)
	if _, counted := meta["result_count"]; isList && hasMeta && counted {
		meta["result_count"] = len(list)
	}
}

// declares says whether the spec has that field in the data of the operation's answer, or in each of the list that it is.
func (s *Server) declares(c *call, field string) bool {
	_, schema := s.success(c)
	if schema == nil || schema.Properties["data"] == nil {
		return false
	}
	data := schema.Properties["data"].Value
	if data.Items != nil {
		data = data.Items.Value
	}
	return data.Properties[field] != nil
}
