package webhook

import (
	"encoding/json"
	"time"
)

// read decodes raw, which is known to be valid JSON, into what into points to. A field whose value is of another type
// than expected stays zero, and the others are read all the same: encoding/json goes on after such a field, and so do
// the types here that have methods of their own.
func read(raw json.RawMessage, into any) {
	if len(raw) == 0 {
		return
	}
	if own, ok := into.(json.Unmarshaler); ok {
		// json.Unmarshal would look through raw twice before it called the same.
		_ = own.UnmarshalJSON(raw)
		return
	}
	_ = json.Unmarshal(raw, into)
}

// text is a string that may come as a number, as ids and counts do. All its digits are kept.
type text string

// UnmarshalJSON implements json.Unmarshaler, and cannot fail.
func (t *text) UnmarshalJSON(raw []byte) error {
	switch raw[0] {
	case '"':
		*t = text(unquote(raw))
	case '{', '[', 'n':
		*t = ""
	default:
		*t = text(raw)
	}
	return nil
}

// textOf is the text of a value as it stands, empty where there is none.
func textOf(raw json.RawMessage) string {
	var t text
	if len(raw) > 0 {
		_ = t.UnmarshalJSON(raw)
	}
	return string(t)
}

// timeOf is the time of a value as it stands, zero where there is none.
func timeOf(raw json.RawMessage) time.Time {
	var s stamp
	if len(raw) > 0 {
		_ = s.UnmarshalJSON(raw)
	}
	return s.Time
}

// stamp is a time in any of the forms that X sends: RFC 3339, that of API v1.1, and milliseconds since 1970, as a number
// or as text. What is none of them is zero.
type stamp struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler, and cannot fail.
func (s *stamp) UnmarshalJSON(raw []byte) error {
	var written text
	_ = written.UnmarshalJSON(raw)
	var ms int64
	if json.Unmarshal([]byte(written), &ms) == nil && ms != 0 {
		s.Time = time.UnixMilli(ms).UTC()
		return nil
	}
	for _, layout := range []string{time.RFC3339, time.RubyDate} {
		if at, err := time.Parse(layout, string(written)); err == nil {
			s.Time = at.UTC()
			return nil
		}
	}
	s.Time = time.Time{}
	return nil
}

// flag is a boolean that may come as text.
type flag bool

// UnmarshalJSON implements json.Unmarshaler, and cannot fail.
func (f *flag) UnmarshalJSON(raw []byte) error {
	*f = string(raw) == "true" || string(raw) == `"true"`
	return nil
}

// first returns the first of the named members that has a text: fields have two names where a post is still called a
// tweet.
func first(members map[string]json.RawMessage, names ...string) string {
	for _, name := range names {
		if found := textOf(members[name]); found != "" {
			return found
		}
	}
	return ""
}
