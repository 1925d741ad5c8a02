package validate

import (
	"encoding/json"
	"strconv"
	"strings"
)

// maxExcerpt bounds what is shown of a value or a field's name, in characters.
const maxExcerpt = 64

// pointer returns the JSON pointer made of segments (RFC 6901). A long name of a field, which may be the server's own,
// is shortened.
func pointer(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		s = strings.ReplaceAll(shorten(s), "~", "~0")
		b.WriteString(strings.ReplaceAll(s, "/", "~1"))
	}
	return b.String()
}

// anyItem returns pointer with a star for each index, so that all items of a list are one place.
func anyItem(pointer string) string {
	segments := strings.Split(pointer, "/")
	for i, s := range segments {
		if i > 0 && s != "" && strings.Trim(s, "0123456789") == "" {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

// shorten cuts s at maxExcerpt characters, and copies it: s may share its memory with a body.
func shorten(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxExcerpt {
			return s[:i] + "…"
		}
	}
	return strings.Clone(s)
}

// maxRedacted bounds how much of a text is looked at for secrets before it is shortened, in bytes.
const maxRedacted = 4096

// literal returns value as it may be shown, empty for what has no short form: null, objects and lists.
func literal(value any, redact func(string) string) string {
	switch value := value.(type) {
	case string:
		return strconv.Quote(shorten(redact(value[:min(len(value), maxRedacted)])))
	case json.Number:
		return shorten(value.String())
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(value, 10)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// secret reports whether a field of that name may hold a credential.
func secret(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"token", "secret", "password", "authorization", "cookie", "credential", "verifier", "signature", "api_key"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
