package xapi

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// WithRaw has the text of a successful answer put into raw as it came, beside what it is decoded into: for fields that
// the operation's type does not have, which [Field] reads. raw is set when the call returns; of a stream of JSON
// documents, before each document is yielded, good until the next; of a list, before each page is, see also [Pager.Raw]. An answer that is a
// file is not kept.
func WithRaw(raw *[]byte) CallOption {
	return callOnly(func(s *settings) error {
		s.raw = raw
		return nil
	})
}

// keepRaw keeps the text of an answer where somebody needs it: the caller, or a budget.
func (s *settings) keepRaw(text []byte) {
	if s.raw == nil && len(s.accounts) == 0 {
		return
	}
	s.answer = bytes.Clone(text) // whose memory serves the next answer
	if s.raw != nil {
		*s.raw = s.answer
	}
}

// Field reads a part of a JSON text: the field that a path of names leads to, positions of lists among them, like
// Field[string](raw, "data", "0", "brand_new"). Names are those of the wire. T may be json.RawMessage for the text alone.
// It reports false where there is no such field, or one that T cannot hold.
func Field[T any](raw []byte, path ...string) (value T, ok bool) {
	for _, name := range path {
		if raw = member(raw, name); raw == nil {
			return value, false
		}
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return value, false
	}
	return value, true
}

// member returns the text of a field of an object or of an element of a list, nil where there is none.
func member(raw []byte, name string) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) == nil {
		return fields[name]
	}
	var elements []json.RawMessage
	at, err := strconv.Atoi(name)
	if err != nil || json.Unmarshal(raw, &elements) != nil || at < 0 || at >= len(elements) {
		return nil
	}
	return elements[at]
}
