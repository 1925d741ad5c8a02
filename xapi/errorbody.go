package xapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Message is one entry of an error's list.
type Message struct {
	// Text is what the entry says.
	Text string
	// Code is the number by which API v1.1 knows the error, 88 for a rate limit, 453 for an access level; 0 without one.
	Code int
	// Parameters has the values given to the parameters at fault.
	Parameters map[string][]string
}

// String is the text, and the parameters at fault where it does not name them.
func (m Message) String() string {
	said := plain(m.Text)
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(m.Parameters)), func(name string) bool { return strings.Contains(said, name) })
	if len(names) == 0 {
		return said
	}
	return said + " (" + plain(strings.Join(names, ", ")) + ")"
}

// errorBody is what can be made out of an error's body.
type errorBody struct {
	Type, Title, Detail string
	Messages            []Message
	// problems are the typed problems: that of the body first, then those of its entries.
	problems []error
}

// maxMessages bounds the list: no answer that means it has more.
const maxMessages = 100

// parseErrorBody makes out what it can, and cannot fail: problems (RFC 9457) with or without a list, the list alone, of
// objects or of strings, the errors of API v1.1, those of OAuth. The content type plays no part, as it is often wrong.
// What is no JSON object leaves everything empty.
func parseErrorBody(raw []byte) errorBody {
	var b errorBody
	var top map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(raw, []byte("\ufeff")), &top) != nil {
		return b
	}
	b.Type, b.Title, b.Detail = text(top["type"]), text(top["title"]), text(top["detail"])
	b.add(newProblem(b.Type, raw))
	for _, entry := range entries(top["errors"]) {
		b.entry(entry)
	}
	if len(b.Messages) == 0 {
		b.bare(top)
	}
	return b
}

// entry takes in one entry of the list.
func (b *errorBody) entry(raw json.RawMessage) {
	if len(b.Messages) == maxMessages {
		return
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		if said := text(raw); said != "" {
			b.Messages = append(b.Messages, Message{Text: said})
		}
		return
	}
	problem := errorBody{Type: text(fields["type"]), Title: text(fields["title"]), Detail: text(fields["detail"])}
	if b.Type == "" && problem.Type != "" {
		b.Type, b.Title, b.Detail = problem.Type, first(b.Title, problem.Title), first(b.Detail, problem.Detail)
	}
	b.add(newProblem(problem.Type, raw))
	message := Message{
		Text:       first(text(fields["message"]), problem.Detail, problem.Title, text(fields["code"])),
		Parameters: parameters(fields["parameters"]),
	}
	_ = json.Unmarshal(fields["code"], &message.Code)
	if message.Text != "" || message.Parameters != nil {
		b.Messages = append(b.Messages, message)
	}
}

// bare takes in a body that is a single error: {code, message}, or OAuth's {error, error_description}.
func (b *errorBody) bare(top map[string]json.RawMessage) {
	if nested := top["error"]; len(nested) > 0 && nested[0] == '{' {
		b.entry(nested)
		return
	}
	message := Message{Text: first(text(top["message"]), text(top["error_description"]), text(top["error"]))}
	if message.Text != "" {
		_ = json.Unmarshal(top["code"], &message.Code)
		b.Messages = append(b.Messages, message)
	}
}

func (b *errorBody) add(problem error) {
	if problem != nil {
		b.problems = append(b.problems, problem)
	}
}

// entries returns the list; a single entry without one is a list too.
func entries(raw json.RawMessage) []json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return []json.RawMessage{raw}
	}
	return list
}

// parameters reads {name: [value, …]}; a value that is no list is one of its own.
func parameters(raw json.RawMessage) map[string][]string {
	var named map[string]json.RawMessage
	if json.Unmarshal(raw, &named) != nil || len(named) == 0 {
		return nil
	}
	values := make(map[string][]string, len(named))
	for name, each := range named {
		for _, value := range entries(each) {
			values[name] = append(values[name], text(value))
		}
	}
	return values
}

// text returns a JSON string's text, a number or boolean as it is written, and nothing of anything else.
func text(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || json.Unmarshal(raw, &s) == nil {
		return s
	}
	if strings.ContainsRune("{[n", rune(raw[0])) {
		return ""
	}
	return string(raw)
}

func first(texts ...string) string {
	if i := slices.IndexFunc(texts, func(s string) bool { return s != "" }); i >= 0 {
		return texts[i]
	}
	return ""
}

// maxShown bounds, in bytes, what an error's text quotes of one of the server's.
const maxShown = 300

// plain makes text that came from outside fit for one line of a log: no control characters, not too long.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s[:min(len(s), 4*maxShown)])
	if s = strings.Join(strings.Fields(s), " "); len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + "…"
	}
	return s
}
