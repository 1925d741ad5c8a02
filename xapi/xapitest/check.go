package xapitest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// check holds the request against the spec and refuses what breaks it by the API's own answer: each place at fault with
// what the spec demands there.
func (s *Server) check(c *call) (answer, bool) {
	if !s.described(c.operation.ID) {
		return answer{}, true
	}
	if c.operation.ID == "createMediaMetadata" && lacksMetadata(c.body) {
		// The spec lets the wrapper be left out. The real server breaks down over that.
		return internal(s), false
	}
	var checked []byte
	if c.contentType() == "application/json" {
		checked = c.body
	}
	var broken *validate.RequestError
	request := c.request
	if c.posts {
		address := *request.URL
		address.RawQuery = c.declared.Encode()
		request = request.WithContext(request.Context())
		request.URL = &address
	}
	if !errors.As(s.validator.Request(c.operation.ID, request, checked), &broken) {
		return answer{}, true
	}
	var faults []object
	for _, f := range broken.Findings {
		faults = append(faults, violation(f))
	}
	return s.invalidRequest(faults), false
}

// described says whether the spec has the operation: the endpoints of the login are not in it.
func (s *Server) described(operation string) bool { return s.declared[operation] != nil }

func lacksMetadata(body []byte) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal(body, &fields) == nil && fields["metadata"] == nil
}

// violation is the entry of errors[] for one place at fault.
func violation(f validate.Finding) object {
	name := strings.ReplaceAll(strings.Trim(f.Pointer, "/"), "/", ".")
	if f.In == "body" {
		name = strings.TrimSuffix("$."+name, ".")
	} else {
		name, _, _ = strings.Cut(name, ".")
	}
	if name == "" {
		return object{"message": f.String()}
	}
	values := []string{}
	if plain, err := strconv.Unquote(f.Value); err == nil {
		values = append(values, plain)
	} else if f.Value != "" {
		values = append(values, f.Value)
	}
	return object{"message": name + ": " + f.Reason, "parameters": object{name: values}}
}

// invalidRequest is the 400 for a request with faults.
func (s *Server) invalidRequest(faults []object) answer {
	return answer{status: http.StatusBadRequest, contentType: "application/json; charset=utf-8", body: object{
		"errors": faults,
		"title":  "Invalid Request",
		"detail": "One or more parameters to your request was invalid.",
		"type":   s.problemType("invalid-request"),
	}}
}
