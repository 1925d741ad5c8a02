package wire

import (
	"encoding/json"
	"time"
)

// Time is a moment in an answer. Its zero value stands for none: the field was not sent, is null, or holds what is no
// time. Such a value costs its own field alone; validation reports it.
type Time struct{ time.Time }

// NewTime returns the moment t as the API writes it.
func NewTime(t time.Time) Time { return Time{t} }

// layouts are the forms in which times come, the usual one first. time.RFC3339 reads fractions of a second too.
var layouts = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02", time.RubyDate}

// UnmarshalJSON reads a time and never fails.
func (t *Time) UnmarshalJSON(data []byte) error {
	t.Time = time.Time{}
	if len(data) < 2 || data[0] != '"' {
		return nil
	}
	text := string(data[1 : len(data)-1])
	for _, layout := range layouts {
		if read, err := time.Parse(layout, text); err == nil {
			t.Time = read
			return nil
		}
	}
	return nil
}

// MarshalJSON writes the time as X does, with milliseconds; the zero time is null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.Format("2006-01-02T15:04:05.000Z07:00"))
}
