package webhook

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// The functions of this file take JSON apart that is known to be valid, without a look inside of what they do not need:
// an event stands several layers deep, and encoding/json would read each layer twice.

// object returns the members of a JSON object, nil for any other value. Of two of a name, the last counts.
func object(raw json.RawMessage) map[string]json.RawMessage {
	if !isObject(raw) {
		return nil
	}
	members := map[string]json.RawMessage{}
	for i := after(raw, 1); raw[i] != '}'; {
		end := valueEnd(raw, i)
		name := unquote(raw[i:end])
		start := after(raw, after(raw, end)+1) // past the colon
		end = valueEnd(raw, start)
		members[name] = raw[start:end:end]
		if i = after(raw, end); raw[i] == ',' {
			i = after(raw, i+1)
		}
	}
	return members
}

// elements returns the elements of a JSON array, nil for any other value.
func elements(raw json.RawMessage) []json.RawMessage {
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	var list []json.RawMessage
	for i := after(raw, 1); raw[i] != ']'; {
		end := valueEnd(raw, i)
		list = append(list, raw[i:end:end])
		if i = after(raw, end); raw[i] == ',' {
			i = after(raw, i+1)
		}
	}
	return list
}

func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// unquote reads a string, which hardly ever needs decoding.
func unquote(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	read(quoted, &s)
	return s
}

// after returns where the first byte from i on is that is no space.
func after(raw []byte, i int) int {
	for raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\r' || raw[i] == '\t' {
		i++
	}
	return i
}

// valueEnd returns where the value ends that begins at i.
func valueEnd(raw []byte, i int) int {
	depth := 0
	for ; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i = textEnd(raw, i)
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth <= 1 {
				return i + depth // past the bracket, where it is the value's own
			}
			depth--
		case ',', ' ', '\n', '\r', '\t', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// textEnd returns where the quote is that ends the string that begins at i.
func textEnd(raw []byte, i int) int {
	for i++; ; i++ {
		i += bytes.IndexByte(raw[i:], '"')
		escapes := 0
		for raw[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}
