package xapi

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// extra is what a single call carries besides what its method takes.
type extra struct {
	query  url.Values
	header http.Header
}

// WithQuery gives a query parameter to one call, as it stands on the wire: for what X added today. Several values are
// joined by commas; where the call has the parameter already they take the place of its values. A name or a value that
// the contract does not have is sent all the same; what it has is checked as ever.
func WithQuery(name string, values ...string) CallOption {
	return callOnly(func(s *settings) error {
		if name == "" {
			return errors.New("WithQuery: the parameter has no name")
		}
		s.extra.query = maps.Clone(s.extra.query)
		if s.extra.query == nil {
			s.extra.query = url.Values{}
		}
		s.extra.query[name] = []string{strings.Join(values, ",")}
		return nil
	})
}

// WithHeader gives a header to one call. It takes the place of the client's own of that name, except Authorization, which
// is the credentials' business.
func WithHeader(name string, values ...string) CallOption {
	return callOnly(func(s *settings) error {
		name = http.CanonicalHeaderKey(name)
		switch {
		case name == "" || strings.ContainsAny(name+strings.Join(values, ""), "\r\n"):
			return errors.New("WithHeader: the header has no name, or a line break")
		case name == "Authorization":
			return errors.New("WithHeader: the client writes Authorization itself: give New other credentials")
		}
		s.extra.header = maps.Clone(s.extra.header)
		if s.extra.header == nil {
			s.extra.header = http.Header{}
		}
		s.extra.header[name] = slices.Clone(values)
		return nil
	})
}

// add adds to a request what the call carries besides.
func (e extra) add(req *http.Request) {
	if len(e.query) > 0 {
		query := req.URL.Query()
		maps.Copy(query, e.query)
		req.URL.RawQuery = query.Encode()
	}
	for name, values := range e.header {
		req.Header[name] = values
	}
}

// checkRequest holds the request against the contract, as far as that knows what it carries.
func (s *settings) checkRequest(op *gen.Endpoint, req *http.Request) error {
	err := s.validation.checkRequest(op, req)
	var found *validate.RequestError
	if !errors.As(err, &found) {
		return err
	}
	passed := *found
	passed.Findings = nil
	refused := *found
	refused.Findings = nil
	for _, finding := range found.Findings {
		if s.passes(op, finding) {
			passed.Findings = append(passed.Findings, finding)
		} else {
			refused.Findings = append(refused.Findings, finding)
		}
	}
	if len(passed.Findings) > 0 {
		s.validation.reporter.Report(passed.Drifts()...)
	}
	if len(refused.Findings) == 0 {
		return nil
	}
	refused.Advice = past(op, refused.Findings)
	return &refused
}

// passes reports whether what was found is only that the contract does not know what the caller gave on purpose, or what
// another version of it has.
func (s *settings) passes(op *gen.Endpoint, finding validate.Finding) bool {
	if !unknown(finding) {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(finding.Pointer, "/"), "/")
	_, given := s.extra.query[name]
	kept := finding.Rule == "undeclared" && slices.ContainsFunc(op.Params, func(p wire.Param) bool { return p.Wire == name })
	return s.lenient || finding.In == "query" && (given || kept)
}

func unknown(finding validate.Finding) bool {
	return finding.Rule == "undeclared" || finding.Rule == "enum"
}

// past says how to send what the contract does not know.
func past(op *gen.Endpoint, findings []validate.Finding) string {
	switch {
	case !slices.ContainsFunc(findings, unknown):
		return ""
	case !slices.ContainsFunc(findings, func(f validate.Finding) bool { return unknown(f) && f.In != "query" }):
		return "if X has it by now, send it with WithQuery"
	}
	return fmt.Sprintf("if X has it by now, send it with Client.Do (%s %s), or check nothing of this call by WithValidation", op.Method, op.Path)
}
