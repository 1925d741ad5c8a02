package xapitest

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen/wire"
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
		checked = wire.Rename(c.body, endpoints()[c.operation.ID].BodyNew) // the real server takes either spelling
	}
	var broken *validate.RequestError
	request := c.request
	if repeated := s.repeated(c); c.posts || c.tweets || repeated {
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
	refused := c.explained(s.invalidRequest(faults))
	if refused.hint == "" {
		refused.hint = s.advise(c, broken.Findings)
	}
	return refused, false
}

// repeated splits lists that the contract wants repeated, ids=1&ids=2, and that came joined by commas: the real API takes
// both. It says whether there was one.
func (s *Server) repeated(c *call) (found bool) {
	op := s.declared[c.operation.ID]
	for _, ref := range op.Parameters {
		p := ref.Value
		values := c.declared[p.Name]
		if p.In != openapi3.ParameterInQuery || len(values) != 1 || !strings.Contains(values[0], ",") || !p.Schema.Value.Type.Is(openapi3.TypeArray) ||
			p.Explode != nil && !*p.Explode {
			continue
		}
		if !found {
			c.declared, found = maps.Clone(c.declared), true
		}
		c.declared[p.Name] = strings.Split(values[0], ",")
	}
	return found
}

// described says whether the spec has the operation: the endpoints of the login are not in it.
func (s *Server) described(operation string) bool { return s.declared[operation] != nil }

func lacksMetadata(body []byte) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal(body, &fields) == nil && fields["metadata"] == nil
}

// violation is the entry of errors[] for one place at fault.
func violation(f validate.Finding) object {
	name := strings.Trim(f.Pointer, "/")
	if f.In == "body" {
		name = strings.TrimSuffix("$."+strings.ReplaceAll(name, "/", "."), ".")
	} else {
		name, _, _ = strings.Cut(name, "/")
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
