package validate

import (
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
)

// codepoint is the one escape of ECMA-262, which the document's patterns are written in, that Go spells differently.
var codepoint = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// compilePattern compiles a pattern of the document. One that Go's regexp has no means for, a look-ahead for one,
// matches everything: the rule is not enforced, and Validator.Unenforced names it. kin-openapi asks once for each pattern
// and keeps the answer for the whole process.
func compilePattern(pattern string) (openapi3.RegexMatcher, error) {
	compiled, err := translate(pattern)
	if err != nil {
		return matchesAll{}, nil //nolint:nilerr // the pattern is reported by Unenforced; failing here would fail every body
	}
	return compiled, nil
}

func translate(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(codepoint.ReplaceAllString(pattern, `\x{$1}`))
}

type matchesAll struct{}

func (matchesAll) MatchString(string) bool { return true }
