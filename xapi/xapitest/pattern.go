package xapitest

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// codepoint is how ECMA-262, in which the spec writes its patterns, names a character; Go spells it differently.
var codepoint = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// matching makes up a text that the pattern matches, or returns an empty one where Go cannot read the pattern.
func (m *sampler) matching(pattern string) string {
	parsed, err := syntax.Parse(codepoint.ReplaceAllString(pattern, `\x{$1}`), syntax.Perl)
	if err != nil {
		return ""
	}
	var made strings.Builder
	m.expand(&made, parsed.Simplify())
	return made.String()
}

// longest bounds how often something is repeated that may be repeated without end.
const longest = 4

func (m *sampler) expand(made *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		made.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		// Runes come in pairs, from and to. The first range is as good as any.
		span := re.Rune[1] - re.Rune[0] + 1
		made.WriteRune(re.Rune[0] + m.random.Int32N(min(span, 26)))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		made.WriteByte('x')
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			m.expand(made, sub)
		}
	case syntax.OpAlternate:
		m.expand(made, re.Sub[m.random.IntN(len(re.Sub))])
	case syntax.OpStar, syntax.OpPlus:
		for range 1 + m.random.IntN(longest) {
			m.expand(made, re.Sub[0])
		}
	case syntax.OpQuest:
		if m.random.IntN(2) == 0 {
			m.expand(made, re.Sub[0])
		}
	default:
		// What is left asserts a place and has no text of its own.
	}
}
