package validate

import (
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// newMatching returns what tells whether a text is of a schema's format and pattern.
func newMatching(schema *openapi3.Schema, format openapi3.StringFormatValidator) matching {
	slowly := func(text []byte) bool { return format.Validate(string(text)) == nil }
	pattern, name := patternAndFormat(schema)
	_, free := standardFormat(name).(anyText)
	switch {
	case free && pattern == "":
		return matching{}
	case free:
		if simple := partOf(pattern); simple != nil {
			return matching{simple.match, true}
		}
		return matching{slowly, true}
	case pattern == "" && name == "date-time":
		return matching{func(text []byte) bool { return plainTime(text) || slowly(text) }, false}
	}
	return matching{slowly, false}
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

// part is a simple pattern: characters of a set, so many of them.
type part struct {
	set      [128]bool
	min, max int
}

// endless stands for any number of times.
const endless = 1 << 30

func (p *part) match(text []byte) bool {
	for _, c := range text {
		if c >= 128 || !p.set[c] {
			return false
		}
	}
	return p.min <= len(text) && len(text) <= p.max
}

// partOf reads a pattern like ^[0-9]{1,19}$ or ^[A-Z]+$, which most are. It returns nil for any other.
func partOf(pattern string) *part {
	rest, anchored := strings.CutPrefix(pattern, "^[")
	rest, ended := strings.CutSuffix(rest, "$")
	set, times, closed := strings.Cut(rest, "]")
	one := new(part)
	if !anchored || !ended || !closed || !one.take(set) {
		return nil
	}
	switch times {
	case "":
		one.min, one.max = 1, 1
	case "+":
		one.min, one.max = 1, endless
	case "*":
		one.max = endless
	default:
		bounds := strings.TrimSuffix(strings.TrimPrefix(times, "{"), "}")
		if len(bounds) != len(times)-2 {
			return nil
		}
		least, most, ranged := strings.Cut(bounds, ",")
		if !ranged {
			most = least
		} else if most == "" {
			most = strconv.Itoa(endless)
		}
		var wrong, beyond error
		one.min, wrong = strconv.Atoi(least)
		one.max, beyond = strconv.Atoi(most)
		if wrong != nil || beyond != nil || one.min < 0 || one.min > one.max {
			return nil
		}
	}
	return one
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
