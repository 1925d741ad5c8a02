package witness

import (
	"regexp/syntax"
	"strings"
)

// matching returns a few texts that a pattern may match: with each repetition at its least and at its most. Whoever uses
// them holds them against the pattern.
func matching(pattern string) []string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	parsed = parsed.Simplify()
	var texts []string
	for _, most := range []bool{false, true} {
		var out strings.Builder
		write(&out, parsed, most, 0)
		texts = append(texts, out.String())
	}
	return texts
}

const (
	// mostRepeats is how often what may be repeated without end is, at its most.
	mostRepeats = 3
	maxNesting  = 100
)

func write(out *strings.Builder, re *syntax.Regexp, most bool, depth int) {
	if depth > maxNesting {
		return
	}
	times := func(n int) {
		for range n {
			write(out, re.Sub[0], most, depth+1)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		out.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			out.WriteRune(plain(re.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out.WriteByte('a')
	case syntax.OpCapture:
		times(1)
	case syntax.OpStar:
		if most {
			times(mostRepeats)
		}
	case syntax.OpPlus:
		if most {
			times(mostRepeats)
		} else {
			times(1)
		}
	case syntax.OpQuest:
		if most {
			times(1)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			write(out, sub, most, depth+1)
		}
	case syntax.OpAlternate:
		at := 0
		if most {
			at = len(re.Sub) - 1
		}
		write(out, re.Sub[at], most, depth+1)
	}
}

// plain is a letter or digit of a class, where it has one.
func plain(ranges []rune) rune {
	for i := 0; i+1 < len(ranges); i += 2 {
		for _, wanted := range "1aA" {
			if ranges[i] <= wanted && wanted <= ranges[i+1] {
				return wanted
			}
		}
	}
	return ranges[0]
}
