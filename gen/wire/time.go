package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
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
	text := string(bytes.Trim(data, `"`))
	if count, err := strconv.ParseInt(text, 10, 64); err == nil {
		t.Time = sinceEpoch(count)
		return nil
	}
	for _, layout := range layouts {
		if read, err := time.Parse(layout, text); err == nil {
			t.Time = read
			return nil
		}
	}
	return nil
}

// sinceEpoch reads the milliseconds that some families of the API write in the place of a time, or the seconds.
func sinceEpoch(count int64) time.Time {
	const firstMillisecond = 100_000_000_000 // as seconds, the year 5138
	if count < firstMillisecond {
		return time.Unix(count, 0).UTC()
	}
	return time.UnixMilli(count).UTC()
}

// MarshalJSON writes the time as X does, with milliseconds; the zero time is null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.Format("2006-01-02T15:04:05.000Z07:00"))
}
