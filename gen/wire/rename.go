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
	var fresh, stale nameSet
	from := 0
	for start, end := next(text, mark, 0); end > 0; start, end = next(text, mark, end) {
		pair, old := names.pair(text[start:end])
		switch {
		case pair < 0:
			continue
		case !old:
			fresh.add(pair)
		case out == nil:
			fresh |= names.fresh(text)
			out = make([]byte, 0, len(text))
			fallthrough
		default:
			stale.add(pair)
			out = append(append(out, text[from:start]...), names[pair].New...)
			from = end
		}
		if fresh&stale != 0 {
			return names.slowly(text)
		}
	}
	if out == nil {
		return text
	}
	return append(out, text[from:]...)
}

// next returns where the next name of a field begins and ends, from a place on, that has the word in it; 0, 0 where none
// has.
func next(text []byte, word string, at int) (start, end int) {
	for {
		found := bytes.Index(text[at:], []byte(word))
		if found < 0 {
			return 0, 0
		}
		if start, end = key(text, at+found); end > 0 {
			return start, end
		}
		at += found + len(word)
	}
}

// nameSet is a set of pairs, by their positions in Names. Those beyond the last bit share it.
type nameSet uint64

func (s *nameSet) add(pair int) { *s |= 1 << min(pair, 63) }

// Pair is a name in both spellings.
type Pair struct{ Old, New string }

// Names are the fields of an operation's answers that have an old name, which always has the mark in it.
type Names []Pair

// mark is what a text without old names need not be searched for twice: the part of "tweet" whose first letter is rare.
// newMark is what nearly all new names have.
const (
	mark    = "weet"
	newMark = "post"
)

// pair returns which pair has the name of a field, and whether it is the old one; -1 where none has.
func (n Names) pair(name []byte) (at int, old bool) {
	for i := range n {
		if string(name) == n[i].Old {
			return i, true
		}
	}
	for i := range n {
		if string(name) == n[i].New {
			return i, false
		}
	}
	return -1, false
}

// fresh are the pairs of which the text has the new name.
func (n Names) fresh(text []byte) nameSet {
	var found nameSet
	for start, end := next(text, newMark, 0); end > 0; start, end = next(text, newMark, end) {
		if pair, old := n.pair(text[start:end]); pair >= 0 && !old {
			found.add(pair)
		}
	}
	return found
}

// renamed returns the new name of a field.
func (n Names) renamed(old []byte) (string, bool) {
	if at, isOld := n.pair(old); isOld {
		return n[at].New, true
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
