package validate

import (
	"net/http"
	"net/url"
)

// Request checks a request of the operation before it is sent: method, path, parameters, content type and the JSON
// body. It returns a *RequestError with every finding, an error that says why nothing could be checked (the operation
// is unknown, the document does not load), or nil.
//
// body is the JSON body, not nil where it is empty; nil where the request's body is not JSON or is not to be checked: then
// its content type is, and that there is one. req.Body is never read. The
// operation's path is matched as the end of the request's, since a base URL may have a path of its own.
func (v *Validator) Request(operationID string, req *http.Request, body []byte) error {
	c, op, err := v.operation(operationID)
	if err != nil {
		return err
	}
	found := findings{contract: c, redact: v.redact, request: true}
	op.checkTarget(&found, req)
	op.checkBody(&found, req, body, v.maxBody)
	if len(found.list) == 0 {
		return nil
	}
	return &RequestError{Operation: op.id, SpecVersion: c.version, Findings: found.sorted()}
}

// checkTarget checks the method, the path and the parameters.
func (o *operation) checkTarget(found *findings, req *http.Request) {
	if req.Method != o.method {
		found.add(Finding{In: inRequest, Rule: "method", Reason: "the method must be " + o.method, Value: shorten(req.Method)})
	}
	path, ok := o.path.match(req.URL.EscapedPath())
	if !ok {
		found.add(Finding{In: inRequest, Rule: "path", Reason: "the path must end in " + o.path.text, Value: shorten(req.URL.EscapedPath())})
	}
	var query url.Values
	if req.URL.RawQuery != "" {
		var err error
		if query, err = url.ParseQuery(req.URL.RawQuery); err != nil {
			found.add(Finding{In: inRequest, Rule: "query", Reason: "the query is not well-formed"})
		}
		for name := range query {
			if !o.query[name] {
				found.in = "query"
				found.addAt([]string{name}, "undeclared", "is not declared", query.Get(name))
			}
		}
	}
	for _, p := range o.parameters {
		if p.in == "path" && !ok {
			continue
		}
		p.check(found, path, query, req.Header)
	}
}

// checkBody checks the content type and the JSON body.
func (o *operation) checkBody(found *findings, req *http.Request, body []byte, limit int) {
	// As net/http has it, a body beside a length of 0 is one of unknown length.
	if len(body) == 0 && (req.Body == nil || req.Body == http.NoBody || body != nil) {
		if o.bodyRequired {
			found.add(Finding{In: inBody, Rule: "required", Reason: "a body is required and missing"})
		}
		return
	}
	if len(o.bodies) == 0 {
		return // a body that the document does not speak of: finalize has one
	}
	contentType := req.Header.Get("Content-Type")
	declared := o.bodies.of(contentType)
	if declared == nil {
		found.add(Finding{
			In: inRequest, Rule: "contentType", Reason: "the content type must be " + o.bodies.names(), Value: shorten(contentType),
		})
		return
	}
	if declared.schema == nil || body == nil || len(body) > limit || !isJSON(mediaType(contentType)) {
		return
	}
	if err := found.check(declared, body); err != nil {
		found.add(Finding{In: inBody, Rule: "json", Reason: "is not JSON: " + err.Error()})
	}
}
