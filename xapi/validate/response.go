package validate

import (
	"bytes"
	"net/http"
)

// Response checks an answer of the operation and returns how it differs from the document, nothing where it does not:
// each place and rule once, with the number of times that it was seen in the lists of the answer.
//
// Only 2xx answers are checked. An answer to any other status, one larger than the limit, and one in a declared content
// type that is not JSON are passed over, as is all where the document does not load or has no such operation: Request
// says so. body is the whole body.
func (v *Validator) Response(operationID string, status int, header http.Header, body []byte) []Drift {
	return v.response(operationID, status, header, body, nil)
}

// response leaves out what is known and only counted, where known is not nil.
func (v *Validator) response(operationID string, status int, header http.Header, body []byte, known *known) []Drift {
	if status < 200 || status > 299 {
		return nil
	}
	c, op, err := v.operation(operationID)
	if err != nil {
		return nil
	}
	found := findings{contract: c, redact: v.redact, known: known}
	op.checkAnswer(&found, status, header.Get("Content-Type"), body, v.maxBody)
	return drifts(op.id, status, c.version, found.sorted())
}

func (o *operation) checkAnswer(found *findings, status int, contentType string, raw []byte, limit int) {
	declared, ok := o.answers[status]
	if !ok {
		declared, ok = o.ranged, o.ranged != nil
	}
	if !ok {
		found.add(Finding{In: inResponse, Rule: "status", Reason: "the status is not declared"})
	}
	if len(raw) == 0 || len(bytes.TrimSpace(raw)) == 0 {
		if len(declared) > 0 && !o.mayBeEmpty {
			found.add(Finding{In: inBody, Rule: "required", Reason: "the answer is empty"})
		}
		return
	}
	if len(declared) == 0 {
		declared = o.success
	}
	if len(declared) == 0 || len(raw) > limit {
		return
	}
	said := declared.of(contentType)
	switch {
	case said == nil:
		found.add(Finding{In: inResponse, Rule: "contentType", Reason: "the content type must be " + declared.names(), Value: shorten(mediaType(contentType))})
		said = declared.json() // a content type that is wrong must not hide what is in the body
	case !isJSON(mediaType(contentType)):
		return
	}
	if said == nil || said.schema == nil {
		return
	}
	if err := found.check(said, raw); err != nil {
		found.add(Finding{In: inBody, Rule: "json", Reason: "is not JSON: " + err.Error()})
	}
}
