package xapi

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// checkRequest holds the request against the contract. What the contract does not know is an error, unless the caller gave
// it on purpose, by WithQuery or Client.Do: then it is reported and sent.
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

// passes reports whether the request is sent in spite of a finding: the contract does not know what the caller gave on
// purpose, or does not have what another version of it has.
func (s *settings) passes(op *gen.Endpoint, finding validate.Finding) bool {
	if !unknown(finding) {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(finding.Pointer, "/"), "/")
	_, given := s.extra.query[name]
	kept := finding.Rule == "undeclared" && slices.ContainsFunc(op.Params, func(p wire.Param) bool { return p.Wire == name })
	return s.lenient || finding.In == "query" && (given || kept)
}

// unknown reports whether a finding is a name or a value that the contract does not have.
func unknown(finding validate.Finding) bool {
	return finding.Rule == "undeclared" || finding.Rule == "enum"
}

// past tells the caller how to send what the contract does not know.
func past(op *gen.Endpoint, findings []validate.Finding) string {
	switch {
	case !slices.ContainsFunc(findings, unknown):
		return ""
	case !slices.ContainsFunc(findings, func(f validate.Finding) bool { return unknown(f) && f.In != "query" }):
		return "if X has it by now, send it with WithQuery"
	}
	return fmt.Sprintf("if X has it by now, send it with Client.Do (%s %s), or check nothing of this call by WithValidation", op.Method, op.Path)
}
