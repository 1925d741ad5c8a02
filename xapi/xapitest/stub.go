package xapitest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// Stub is a fixed answer to the calls of an operation.
type Stub struct {
	// Operation is the operationId.
	Operation string `json:"operation"`
	// Status is the status of the answer, 200 to 599. Zero is that of a success in the spec.
	Status int `json:"status,omitempty"`
	// Header goes with it.
	Header map[string]string `json:"header,omitempty"`
	// Body is the body in JSON, in the contract's spelling: it is sent in that of the request. Empty sends none.
	Body json.RawMessage `json:"body,omitempty"`
	// Times is how many calls are answered by it. Zero means without end.
	Times int `json:"times,omitempty"`
	// Unchecked takes an answer of success that the contract does not allow. Otherwise it is refused, so that no test
	// passes by an answer that the real API cannot give.
	Unchecked bool `json:"unchecked,omitempty"`
}

// SetStub has an operation answered by a fixed answer, in place of the sandbox and of what Handle was given before.
// Requests are checked, counted and disturbed as ever before.
func (s *Server) SetStub(stub Stub) error {
	made, err := s.stubbed(stub)
	if err == nil {
		s.install(stub.Operation, made)
	}
	return err
}

// stubbed makes what answers by the stub, or says what is wrong with it.
func (s *Server) stubbed(stub Stub) (*custom, error) {
	row := endpoints()[stub.Operation]
	switch {
	case row == nil || row.Gone:
		return nil, fmt.Errorf("stub: the spec has no operation %q: use an operationId of it", stub.Operation)
	case stub.Status != 0 && (stub.Status < 200 || stub.Status > 599):
		return nil, fmt.Errorf("stub: status %d is none of an answer: use 200 to 599", stub.Status)
	case stub.Times < 0:
		return nil, errors.New("stub: times is below zero")
	}
	if stub.Status == 0 {
		stub.Status, _ = s.success(&call{operation: &gen.Operation{ID: stub.Operation}})
	}
	made := answer{status: stub.Status, header: http.Header{}}
	for name, value := range stub.Header {
		made.header.Set(name, value)
		if strings.EqualFold(name, "Content-Type") {
			made.contentType = value
		}
	}
	if len(stub.Body) > 0 {
		made.body = []byte(stub.Body)
	}
	if !stub.Unchecked && stub.Status < 300 {
		header := http.Header{"Content-Type": {made.mediaType()}}
		if drifts := s.validator.Response(row.ID, stub.Status, header, made.bytes()); len(drifts) > 0 {
			return nil, fmt.Errorf("stub: the contract does not allow this answer: %s: mend it, or say unchecked", drifts[0].Finding)
		}
	}
	installed := &custom{stub: &stub}
	installed.answer = func(s *Server, c *call) answer {
		if !s.spend(installed) {
			return s.handle(c)
		}
		given := made
		given.header = made.header.Clone()
		return given
	}
	return installed, nil
}

// spend counts a call that the stub answers, and takes the stub away with the last that it is for. It returns false for
// a call that came too late.
func (s *Server) spend(c *custom) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.stub.Times {
	case 0:
		return true
	case spent:
		return false
	case 1:
		c.stub.Times = spent
		if s.customs[c.stub.Operation] == c {
			delete(s.customs, c.stub.Operation)
		}
	default:
		c.stub.Times--
	}
	return true
}

// spent stands in Stub.Times of a stub that has answered all its calls.
const spent = -1

// Stubs returns the fixed answers by operation.
func (s *Server) Stubs() []Stub {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Stub{}
	for _, operation := range slices.Sorted(maps.Keys(s.customs)) {
		if stub := s.customs[operation].stub; stub != nil {
			list = append(list, *stub)
		}
	}
	return list
}

// RemoveStub has the sandbox answer an operation itself again. It returns false where no stub answers it.
func (s *Server) RemoveStub(operation string) bool {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	if set := s.customs[operation]; set == nil || set.stub == nil {
		return false
	}
	delete(s.customs, operation)
	return true
}

// RemoveStubs has the sandbox answer every operation itself again that a stub answers.
func (s *Server) RemoveStubs() {
	for _, stub := range s.Stubs() {
		s.RemoveStub(stub.Operation)
	}
}

// parseDuration reads a time to wait or move by, like 90s or 24h.
func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no time: write it like 90s, 15m or 24h", text)
	}
	return d, nil
}
