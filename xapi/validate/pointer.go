package validate

import (
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

// excerpt returns value as it may be shown: shortened, and not at all where a name on the way to it speaks of a secret.
func excerpt(at []string, value any) string {
	var text string
	switch value := value.(type) {
	case string:
		text = strconv.Quote(shorten(value))
	case float64:
		text = strconv.FormatFloat(value, 'f', -1, 64)
	case int64:
		text = strconv.FormatInt(value, 10)
	case bool:
		text = strconv.FormatBool(value)
	default:
		return ""
	}
	for _, name := range at {
		if secret(name) {
			return "[redacted]"
		}
	}
	return text
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
