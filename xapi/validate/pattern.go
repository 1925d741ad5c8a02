package validate

import (
	"errors"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// kin-openapi keeps compiled patterns in a cache of the process, shared with everybody who uses it, and patterns are not
// ours to compile for others: the document's are written for ECMA-262, and those that Go has no means for are passed over
// here and refused elsewhere. Formats, on the other hand, may be given with each visit. So the copies of the schemas that
// are visited have no patterns: each pattern, with the format beside it, has become a format of its own.

// patternFormat begins the name of such a format; the pattern follows, then a zero byte and the format.
const patternFormat = "pattern "

// asFormat moves the schema's pattern into its format.
func asFormat(schema *openapi3.Schema) {
	if schema.Pattern != "" {
		schema.Format, schema.Pattern = patternFormat+schema.Pattern+"\x00"+schema.Format, ""
	}
}

// patternAndFormat returns what asFormat put together.
func patternAndFormat(schema *openapi3.Schema) (pattern, format string) {
	if both, ok := strings.CutPrefix(schema.Format, patternFormat); ok {
		pattern, format, _ = strings.Cut(both, "\x00")
		return pattern, format
	}
	return "", schema.Format
}

var errNoMatch = errors.New("does not match")

// matcher is the validator of a pattern's format. A pattern that Go's regexp has no means for, a look-ahead for one,
// matches everything: the rule is not enforced, and Validator.Unenforced names it.
type matcher struct {
	pattern *regexp.Regexp // nil where it is not enforced
	format  openapi3.StringFormatValidator
}

func (m matcher) matches(value string) bool { return m.pattern == nil || m.pattern.MatchString(value) }

func (m matcher) Validate(value string) error {
	if !m.matches(value) {
		return errNoMatch
	}
	return m.format.Validate(value)
}

// anyText is the validator of a format that says nothing that could be checked.
type anyText struct{}

func (anyText) Validate(string) error { return nil }

// standardFormats are the formats of texts that are checked. They are named here, since those that kin-openapi has are
// the process's: others may add to them and change them.
var standardFormats = map[string]openapi3.StringFormatValidator{
	"byte":      openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringByte),
	"date":      openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringDate),
	"date-time": openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringDateTime),
}

func standardFormat(name string) openapi3.StringFormatValidator {
	if standard, ok := standardFormats[name]; ok {
		return standard
	}
	return anyText{}
}

// codepoint is the one escape of ECMA-262, which the document's patterns are written in, that Go spells differently.
var codepoint = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

func translate(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(codepoint.ReplaceAllString(pattern, `\x{$1}`))
}
