package xapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/validate"
)

// checkRequest holds req against the spec, once, before the first attempt.
func (v *validation) checkRequest(op *gen.Endpoint, req *http.Request) error {
	if v.requests == Off || op.Gone {
		return nil
	}
	body, err := jsonBody(req)
	if err != nil {
		return fmt.Errorf("%s: reading the request's body: %w", op.ID, err)
	}
	err = v.validator.Request(op.ID, req, body)
	v.reportUnenforced(op)
	var refused *validate.RequestError
	if !errors.As(err, &refused) {
		return err
	}
	told := *refused
	if v.requests == Enforce {
		told.Findings = slices.DeleteFunc(slices.Clone(refused.Findings), func(f validate.Finding) bool { return !mayBeNew(f) })
		refused.Findings = slices.DeleteFunc(refused.Findings, mayBeNew)
	}
	if len(told.Findings) > 0 {
		v.reporter.Report(told.Drifts()...)
	}
	if v.requests == Enforce && len(refused.Findings) > 0 {
		return refused
	}
	return nil
}

// mayBeNew reports whether a finding is a field or an expansion that the contract does not list. The server takes more of
// them than any contract has, and says itself what it does not know: they are reported and sent.
func mayBeNew(f validate.Finding) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(f.Pointer, "/"), "/")
	return f.In == "query" && f.Rule == "enum" && (name == "expansions" || strings.HasSuffix(name, ".fields"))
}

// checkAnswer holds an answer against the spec. raw is its whole body.
func (v *validation) checkAnswer(op *gen.Endpoint, resp *http.Response, raw []byte) error {
	if v.responses == Off || op.Stream || op.Gone {
		return nil
	}
	if v.responses == Report {
		v.reporter.Response(v.validator, op.ID, resp.StatusCode, resp.Header, raw)
		v.reportUnenforced(op)
		return nil
	}
	drifts := v.validator.Response(op.ID, resp.StatusCode, resp.Header, raw)
	v.reportUnenforced(op)
	if len(drifts) == 0 {
		return nil
	}
	v.reporter.Report(drifts...)
	return &validate.ResponseError{Operation: op.ID, Status: resp.StatusCode, Drifts: drifts}
}

// checkDocument holds a document of a stream against the spec, and reports what differs. It returns no error, since that
// would end the stream.
func (v *validation) checkDocument(op *gen.Endpoint, line []byte) {
	if v.responses == Off || op.Gone {
		return
	}
	// X labels some streams as another type than it declares.
	v.reporter.Response(v.validator, op.ID, http.StatusOK, http.Header{"Content-Type": {"application/json"}}, line)
	v.reportUnenforced(op)
}

// misfit reports a field of an answer that does not fit its Go type. It is an error where answers are enforced.
func (v *validation) misfit(op *gen.Endpoint, resp *http.Response, misfit *json.UnmarshalTypeError) error {
	if v.responses == Enforce {
		return misfit
	}
	if v.responses == Report {
		v.reporter.Report(validate.Drift{
			Operation: op.ID, Status: resp.StatusCode, Kind: validate.WrongType, SpecVersion: spec.Version, Count: 1,
			Finding: validate.Finding{
				In: "body", Pointer: "/" + strings.ReplaceAll(misfit.Field, ".", "/"), Rule: "type",
				Reason: "is a " + misfit.Value + ", which its Go type " + misfit.Type.String() + " cannot hold; it is zero there",
			},
		})
	}
	return nil
}

// reportUnenforced tells of the operation's rules that no check enforces.
func (v *validation) reportUnenforced(op *gen.Endpoint) {
	rules, err := v.validator.Unenforced(op.ID)
	if err != nil {
		return
	}
	for _, rule := range rules {
		v.reporter.Report(rule.Drift())
	}
}

// jsonBody returns the bytes of a JSON body that is in memory anyway, and nil for any other. One that comes from a
// plain reader is read into memory, as it must be to be sent again; a *Body and a long one stay where they are.
func jsonBody(req *http.Request) ([]byte, error) {
	if _, streamed := req.Body.(*Body); streamed || req.Body == nil || !isJSON(req.Header.Get("Content-Type")) {
		return nil, nil
	}
	if req.GetBody == nil {
		return buffer(req)
	}
	if req.ContentLength < 0 || req.ContentLength > validate.DefaultMaxBody {
		return nil, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	raw := make([]byte, req.ContentLength)
	_, err = io.ReadFull(body, raw)
	return raw, err
}

// buffer reads req's body and makes it one that can be sent again, unless it is too long to be checked.
func buffer(req *http.Request) ([]byte, error) {
	source := req.Body
	raw, err := io.ReadAll(io.LimitReader(source, validate.DefaultMaxBody+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > validate.DefaultMaxBody {
		req.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(raw), source), source}
		return nil, nil
	}
	req.ContentLength = int64(len(raw))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	req.Body, _ = req.GetBody()
	return raw, source.Close()
}

// isJSON reports whether a body of that content type is JSON.
func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "application/json" || strings.HasSuffix(media, "+json")
}
