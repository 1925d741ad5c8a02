package validate

import (
	"net/url"
	"strings"
)

// template is a path of the document, split at its slashes.
type template struct {
	text     string
	segments []segment // nil where the path has no parameter
}

// segment is one segment of a template: a text or, where name is set, a parameter.
type segment struct{ text, name string }

func newTemplate(path string) template {
	t := template{text: path}
	if !strings.Contains(path, "{") {
		return t
	}
	for text := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
			t.segments = append(t.segments, segment{name: text[1 : len(text)-1]})
			continue
		}
		t.segments = append(t.segments, segment{text: text})
	}
	return t
}

// match reports whether escaped, the escaped path of a URL, ends in the template: what stands before it is the path of
// the base URL. It returns the values of the parameters, unescaped.
func (t template) match(escaped string) (map[string]string, bool) {
	if t.segments == nil {
		return nil, strings.HasSuffix(escaped, t.text)
	}
	values := make(map[string]string, 1)
	for i := len(t.segments) - 1; i >= 0; i-- {
		slash := strings.LastIndexByte(escaped, '/')
		if slash < 0 {
			return nil, false
		}
		value, want := escaped[slash+1:], t.segments[i]
		if escaped = escaped[:slash]; want.name == "" {
			if value != want.text {
				return nil, false
			}
			continue
		}
		plain, err := url.PathUnescape(value)
		if err != nil {
			return nil, false
		}
		values[want.name] = plain
	}
	return values, true
}
