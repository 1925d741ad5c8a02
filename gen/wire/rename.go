package wire

import (
	"bytes"
	"encoding/json"
)

// Rename returns the JSON text with the new names of fields in the place of the old ones. Values are left alone, and so
// is what looks like a name inside a string. Where there is nothing to rename the text itself is returned, after one
// search. An object that has a field under both names keeps the one under the new.
func Rename(text []byte, names Names) []byte {
	if len(names) == 0 {
		return text
	}
	var out []byte
	from := 0
	for at := 0; ; {
		next := bytes.Index(text[at:], []byte(mark))
		if next < 0 {
			break
		}
		start, end := key(text, at+next)
		at += next + len(mark)
		if end == 0 {
			continue
		}
		renamed, ok := names.renamed(text[start:end])
		if !ok {
			continue
		}
		if out == nil {
			if names.both(text) {
				return names.slowly(text)
			}
			out = make([]byte, 0, len(text))
		}
		out = append(append(out, text[from:start]...), renamed...)
		from, at = end, end
	}
	if out == nil {
		return text
	}
	return append(out, text[from:]...)
}

// Pair is a name in both spellings.
type Pair struct{ Old, New string }

// Names are the fields of an operation's answers that have an old name, which always has the mark in it.
type Names []Pair

// mark is what a text without old names need not be searched for twice.
const mark = "tweet"

// renamed returns the new name of a field.
func (n Names) renamed(old []byte) (string, bool) {
	for _, pair := range n {
		if string(old) == pair.Old {
			return pair.New, true
		}
	}
	return "", false
}

// key returns where the name of a field begins and ends that has text[at] in it, or 0, 0 where that is in no name. A
// name consists of small letters, digits and underscores, stands between quotes of which the first is not escaped, and
// has a colon behind it: no other string has.
func key(text []byte, at int) (start, end int) {
	start, end = at, at
	for start > 0 && inName(text[start-1]) {
		start--
	}
	for end < len(text) && inName(text[end]) {
		end++
	}
	if start == 0 || text[start-1] != '"' || start > 1 && text[start-2] == '\\' || end == len(text) || text[end] != '"' {
		return 0, 0
	}
	for i := end + 1; i < len(text); i++ {
		switch text[i] {
		case ' ', '\t', '\n', '\r':
		case ':':
			return start, end
		default:
			return 0, 0
		}
	}
	return 0, 0
}

func inName(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_' }

// both reports whether some field may be in the text under both of its names.
func (n Names) both(text []byte) bool {
	for _, pair := range n {
		if bytes.Contains(text, []byte(`"`+pair.Old+`"`)) && bytes.Contains(text, []byte(`"`+pair.New+`"`)) {
			return true
		}
	}
	return false
}

// slowly renames object by object, so that no object gets the same name twice.
func (n Names) slowly(text []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var value json.RawMessage
	if decoder.Decode(&value) != nil {
		return text
	}
	return n.value(value)
}

func (n Names) value(text json.RawMessage) json.RawMessage {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 || !bytes.Contains(text, []byte(mark)) {
		return text
	}
	switch trimmed[0] {
	case '{':
		return n.object(trimmed)
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(trimmed, &items) != nil {
			return text
		}
		for i, item := range items {
			items[i] = n.value(item)
		}
		return join('[', ']', items)
	}
	return text
}

func (n Names) object(text json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil {
		return text
	}
	members := make([]json.RawMessage, 0, len(fields))
	for name, value := range fields {
		if renamed, ok := n.renamed([]byte(name)); ok {
			if _, both := fields[renamed]; both {
				continue
			}
			name = renamed
		}
		quoted, _ := json.Marshal(name) // a string is always JSON
		members = append(members, append(append(quoted, ':'), n.value(value)...))
	}
	return join('{', '}', members)
}

func join(open, end byte, items []json.RawMessage) json.RawMessage {
	out := []byte{open}
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item...)
	}
	return append(out, end)
}

// Restore returns the JSON text with the old names of fields in the place of the new ones, as a contract of the old
// spelling takes it. A text that is no JSON is returned as it is.
func Restore(text []byte, names Names) []byte {
	if len(names) == 0 {
		return text
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return text
	}
	restored, err := json.Marshal(names.restore(value))
	if err != nil {
		return text
	}
	return restored
}

func (n Names) restore(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = n.restore(value[i])
		}
	case map[string]any:
		restored := make(map[string]any, len(value))
		for name, inner := range value {
			for _, pair := range n {
				if pair.New == name {
					name = pair.Old
					break
				}
			}
			restored[name] = n.restore(inner)
		}
		return restored
	}
	return value
}
