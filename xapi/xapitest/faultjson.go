package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ParseFaults reads faults from JSON: one rule, or a list of rules. The names of the fields are those of Fault in small
// letters, with underscores; a delay is written like "150ms". A field that does not exist is refused, and so is a rule
// that makes no sense.
//
//	[{"operation": "appendMediaUpload", "when": {"probability": 0.1}, "do": {"answer": "unavailable"}},
//	 {"operation": "createPosts", "when": {"nth": 1}, "do": {"reset": "after"}}]
func ParseFaults(raw []byte) ([]Fault, error) {
	raw = bytes.TrimSpace(raw)
	var rules []Fault
	var err error
	if bytes.HasPrefix(raw, []byte("{")) {
		rules = make([]Fault, 1)
		err = decodeStrictly(raw, &rules[0])
	} else {
		err = decodeStrictly(raw, &rules)
	}
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	for i, rule := range rules {
		if err := rule.check(); err != nil {
			return nil, fmt.Errorf("faults: rule %d: %w", i+1, err)
		}
	}
	return rules, nil
}

func decodeStrictly(raw []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the end of the JSON")
	}
	return nil
}

// plainDo is Do without its methods.
type plainDo Do

// doJSON is how Do is written in JSON: the delay as a text.
type doJSON struct {
	Delay string `json:"delay,omitempty"`
	plainDo
}

// UnmarshalJSON reads what ParseFaults describes.
func (d *Do) UnmarshalJSON(raw []byte) error {
	var read doJSON
	if err := decodeStrictly(raw, &read); err != nil {
		return err
	}
	*d = Do(read.plainDo)
	if read.Delay == "" {
		return nil
	}
	delay, err := time.ParseDuration(read.Delay)
	if err != nil {
		return fmt.Errorf("the delay: %w: write it like 150ms", err)
	}
	d.Delay = delay
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (d Do) MarshalJSON() ([]byte, error) {
	written := doJSON{plainDo: plainDo(d)}
	if d.Delay != 0 {
		written.Delay = d.Delay.String()
	}
	return json.Marshal(written)
}
