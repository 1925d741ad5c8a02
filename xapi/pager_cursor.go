package xapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// cursor is where a list stands: in the page with that token, behind so many of its elements.
type cursor struct {
	Operation string `json:"o,omitzero"`
	Token     string `json:"t,omitzero"`
	Skip      int    `json:"s,omitzero"`
	// Size is the max_results that the page was asked for with, where it is not at its start.
	Size  int  `json:"m,omitzero"`
	Ended bool `json:"-"`
}

// next is the start of the page with the token.
func (c cursor) next(token string) cursor { return cursor{Token: token} }

// text writes the cursor; one at the start or the end of its list is empty.
func (c cursor) text(operation string) string {
	if c.Token == "" && c.Skip == 0 {
		return ""
	}
	c.Operation = operation
	raw, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// readCursor reads what text wrote.
func readCursor(text, operation string) (cursor, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	switch {
	case err != nil || c.Skip < 0 || c.Size < 0:
		return cursor{}, fmt.Errorf("%s: %q is no cursor of a list", operation, text)
	case c.Operation != operation:
		return cursor{}, fmt.Errorf("%s: the cursor is one of %s", operation, c.Operation)
	}
	c.Operation = ""
	return c, nil
}

// cycle finds out whether page tokens lead in a circle, without remembering them all: it compares each with one that it
// keeps, and keeps a newer one each time that twice as many have gone by (R. P. Brent's method).
type cycle struct {
	kept       string
	since, max int
}

// closed reports whether the token is the one kept.
func (c *cycle) closed(token string) bool {
	if c.max > 0 && token == c.kept {
		return true
	}
	if c.since++; c.since >= c.max {
		c.kept, c.since, c.max = token, 0, max(1, 2*c.max)
	}
	return false
}
