package validate

import (
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// matching returns what tells whether a text is of a schema's format and pattern, nil where any is, and whether that is
// a pattern alone.
func matching(schema *openapi3.Schema, format openapi3.StringFormatValidator) (matches func([]byte) bool, patterned bool) {
	slowly := func(text []byte) bool { return format.Validate(string(text)) == nil }
	pattern, name := patternAndFormat(schema)
	_, free := standardFormat(name).(anyText)
	switch {
	case free && pattern == "":
		return nil, false
	case free:
		if parts := partsOf(pattern); parts != nil {
			return parts.match, true
		}
		return slowly, true
	case pattern == "" && name == "date-time":
		return func(text []byte) bool { return plainTime(text) || slowly(text) }, false
	}
	return slowly, false
}

// plainTime reports whether a text is a time as the server writes it, in UTC: 2006-01-02T15:04:05.000Z or less precise.
func plainTime(text []byte) bool {
	const form = "0000-00-00T00:00:00"
	if len(text) < len(form)+1 || text[len(text)-1] != 'Z' {
		return false
	}
	for i := range len(form) {
		if form[i] == '0' && (text[i] < '0' || text[i] > '9') || form[i] != '0' && text[i] != form[i] {
			return false
		}
	}
	two := func(at int) int { return int(text[at]-'0')*10 + int(text[at+1]-'0') }
	if month, day := two(5), two(8); month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	if two(11) > 23 || two(14) > 59 || two(17) > 59 {
		return false
	}
	fraction := text[len(form) : len(text)-1]
	if len(fraction) == 0 {
		return true
	}
	for _, digit := range fraction[1:] {
		if digit < '0' || digit > '9' {
			return false
		}
	}
	return fraction[0] == '.' && len(fraction) > 1
}

// parts are a simple pattern: sets of characters that follow each other, each so many times.
type parts []part

type part struct {
	set      [128]bool
	min, max int
}

// endless stands for any number of times.
const endless = 1 << 30

func (p parts) match(text []byte) bool {
	for i := range p {
		n := 0
		for n < len(text) && n < p[i].max && text[n] < 128 && p[i].set[text[n]] {
			n++
		}
		if n < p[i].min {
			return false
		}
		text = text[n:]
	}
	return len(text) == 0
}

// partsOf reads a pattern like ^[0-9]{1,19}$ or ^([0-9]+)_([0-9]+)$. It returns nil for one that is not so simple, or in
// which it does not follow from a character which part it belongs to.
func partsOf(pattern string) parts {
	rest, anchored := strings.CutPrefix(pattern, "^")
	rest, ended := strings.CutSuffix(rest, "$")
	if !anchored || !ended {
		return nil
	}
	var all parts
	for rest != "" {
		after, grouped := strings.CutPrefix(rest, "(")
		if rest = after; grouped && strings.HasPrefix(rest, "?") {
			return nil
		}
		var one part
		var ok bool
		if one, rest, ok = onePart(rest); !ok {
			return nil
		}
		if grouped {
			if rest, ok = strings.CutPrefix(rest, ")"); !ok || rest != "" && strings.ContainsRune("*+?{", rune(rest[0])) {
				return nil
			}
		}
		if len(all) > 0 && all[len(all)-1].overlaps(&one) {
			return nil
		}
		all = append(all, one)
	}
	for i := range all { // a part that may be missing lets its neighbours meet
		if all[i].min == 0 && len(all) > 1 {
			return nil
		}
	}
	return all
}

func (p *part) overlaps(other *part) bool {
	if p.min == p.max {
		return false
	}
	for c := range p.set {
		if p.set[c] && other.set[c] {
			return true
		}
	}
	return false
}

// onePart reads a character or a set of them, and how often it may stand there.
func onePart(pattern string) (one part, rest string, ok bool) {
	one.min, one.max = 1, 1
	if set, isSet := strings.CutPrefix(pattern, "["); isSet {
		set, rest, ok = strings.Cut(set, "]")
		if !ok || !one.take(set) {
			return one, "", false
		}
	} else {
		c := pattern[0]
		if c >= 128 || strings.IndexByte(`\.+*?()|[]{}^$`, c) >= 0 {
			return one, "", false
		}
		one.set[c], rest = true, pattern[1:]
	}
	switch {
	case strings.HasPrefix(rest, "+"):
		one.max, rest = endless, rest[1:]
	case strings.HasPrefix(rest, "*"):
		one.min, one.max, rest = 0, endless, rest[1:]
	case strings.HasPrefix(rest, "{"):
		bounds, after, closed := strings.Cut(rest[1:], "}")
		least, most, ranged := strings.Cut(bounds, ",")
		if !ranged {
			most = least
		}
		var wrong, unbounded error
		one.min, wrong = strconv.Atoi(least)
		one.max, unbounded = strconv.Atoi(most)
		if most == "" {
			one.max, unbounded = endless, nil
		}
		if !closed || wrong != nil || unbounded != nil || one.min > one.max {
			return one, "", false
		}
		rest = after
	}
	return one, rest, !strings.HasPrefix(rest, "?") && !strings.HasPrefix(rest, "+") && !strings.HasPrefix(rest, "*") && !strings.HasPrefix(rest, "{")
}

// take adds the characters of a set, which has ranges and characters of ASCII alone.
func (p *part) take(set string) bool {
	if set == "" || strings.ContainsAny(set, `^\[`) {
		return false
	}
	for i := 0; i < len(set); i++ {
		from, to := set[i], set[i]
		if i+2 < len(set) && set[i+1] == '-' {
			to = set[i+2]
			i += 2
		}
		if from > to || to >= 128 {
			return false
		}
		for c := from; c <= to; c++ {
			p.set[c] = true
		}
	}
	return true
}
