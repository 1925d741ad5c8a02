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
	Size int `json:"m,omitzero"`
	// Ended says that the list has no more.
	Ended bool `json:"e,omitzero"`
}

// next is the start of the page with the token, or the end where there is none.
func (cursor) next(token string) cursor { return cursor{Token: token, Ended: token == ""} }

// text writes the cursor; one at the start of its list is empty.
func (c cursor) text(operation string) string {
	if c == (cursor{}) {
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
	if text == "" {
		return cursor{}, nil
	}
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

// cycle finds out whether page tokens lead in a circle, without remembering them all. A short circle is closed by a
// token that it has among the latest; a long one by the one that it keeps, in whose place it puts a newer one each time
// that twice as many have gone by (R. P. Brent's method).
type cycle struct {
	latest     map[string]bool
	kept       string
	since, max int
}

// mostLatest is how many tokens are remembered at the most.
const mostLatest = 256

// closed reports whether the token was met before.
func (c *cycle) closed(token string) bool {
	if c.latest[token] || c.max > 0 && token == c.kept {
		return true
	}
	if c.latest == nil || len(c.latest) == mostLatest {
		c.latest = make(map[string]bool)
	}
	c.latest[token] = true
	if c.since++; c.since >= c.max {
		c.kept, c.since, c.max = token, 0, max(1, 2*c.max)
	}
	return false
}
