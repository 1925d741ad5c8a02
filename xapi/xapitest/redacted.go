package xapitest

import "encoding/json"

// Redacted returns the request without secrets, as it can be shown and kept. A body in JSON that was cut off is left out,
// since there is no telling what is a secret in it.
func (r Request) Redacted() Request {
	r.Path = redactedURL(r.Path)
	r.Body = redactedBody(r, r.Body, maxSeenBody)
	r.Answer = redactedBody(Request{}, r.Answer, maxSeenAnswer)
	r.Header = recordedHeader(r.Header)
	return r
}

func redactedBody(r Request, body []byte, most int) []byte {
	clean := recordedBody(r.Header, body, 0)
	if len(body) == most && len(clean) > 0 && (clean[0] == '{' || clean[0] == '[') && !json.Valid(clean) {
		return nil
	}
	return clean
}
