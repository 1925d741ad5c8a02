package validate

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// Finding is one place where a request or a response is not what the document says.
type Finding struct {
	// In says which part the pointer starts from: "body", "path", "query", "header", or "request" or "response" for
	// what concerns the whole of it: a status, a content type.
	In string
	// Pointer is the JSON pointer (RFC 6901) of the value at fault; for a parameter, its first segment is the
	// parameter's name. A field that is missing is pointed at where it should stand.
	Pointer string
	// Rule is the broken rule: the keyword of the schema ("type", "required", "enum", "pattern", "maxItems", "oneOf"),
	// or "undeclared", "contentType", "method", "json".
	Rule string
	// Reason says what the document demands, in a few words.
	Reason string
	// Value is the offending value, cut at 64 characters; empty for objects, lists and what is missing, and
	// "[redacted]" where the field's name speaks of a secret.
	Value string

	count    int
	identity identity
}

// String returns the finding in one line.
func (f Finding) String() string {
	var b strings.Builder
	switch f.In {
	case inBody, inRequest, inResponse:
		if f.In == inBody && f.Pointer == "" {
			b.WriteString("body: ")
		}
	default:
		b.WriteString(f.In + " ")
	}
	if f.Pointer != "" {
		b.WriteString(f.Pointer + ": ")
	}
	b.WriteString(f.Reason)
	if f.Value != "" {
		b.WriteString(", got " + f.Value)
	}
	return b.String()
}

const (
	inBody     = "body"
	inRequest  = "request"
	inResponse = "response"
)

// maxFindings bounds what is reported of one request or one response, and maxGathered what is gathered for it: those
// reported are the first by place, whatever the order in which they were found.
const (
	maxFindings = 100
	maxGathered = 4096
)

// findings gathers what is wrong with one request or one response. Each place and rule is named once.
type findings struct {
	contract *contract
	redact   func(string) string
	request  bool
	// in and base are where the value being visited stands.
	in   string
	base []string
	// root is the whole of what is visited.
	root any
	// thorough says that the value is likely to break a rule.
	thorough bool
	// known is what the Reporter knows of the answer's drifts, nil where all are wanted.
	known *known

	list []Finding
	// seen are the indices in list. Items of one list that break the same rule count as one place in a response,
	// where a change of the server shows in every item.
	seen map[string]int
}

func (f *findings) options() []openapi3.SchemaValidationOption {
	return f.contract.visits.full(f.request)
}

func (f *findings) fast() []openapi3.SchemaValidationOption { return f.contract.visits.fast(f.request) }

// visit holds value against schema.
func (f *findings) visit(schema *openapi3.Schema, value any) {
	f.root = value
	_ = f.holds(schema, value, f.base)
}

// holds holds value, which stands at at, against schema, adds what it finds, and returns an error where that is anything.
// Nearly every value passes the fast visit; only one that does not, and what is likely not to, gets the thorough one.
func (f *findings) holds(schema *openapi3.Schema, value any, at []string) error {
	if !f.thorough && schema.VisitJSON(value, f.fast()...) == nil {
		return nil
	}
	err := schema.VisitJSON(value, f.options()...)
	f.explain(err, at)
	return err
}

func (f *findings) addAt(at []string, rule, reason string, value any) {
	counted, id := f.counted(at, rule, value)
	if counted {
		return
	}
	finding := Finding{In: f.in, Pointer: pointer(at...), Rule: rule, Reason: reason, Value: f.excerpt(at, value), identity: id}
	if text, ok := value.(string); ok && finding.Value != strconv.Quote(shorten(text)) {
		finding.identity = 0 // it has a secret, and values that differ in that alone are the same
	}
	f.add(finding)
}

// excerpt returns value as it may be shown: redacted and shortened, and not at all where a name on the way to it speaks
// of a secret.
func (f *findings) excerpt(at []string, value any) string {
	text := literal(value, f.redact)
	if text != "" && slices.ContainsFunc(at, secret) {
		return "[redacted]"
	}
	return text
}

func (f *findings) add(finding Finding) {
	finding = f.spelled(finding)
	key := finding.In + " " + finding.Rule + " "
	if f.request {
		key += finding.Pointer
	} else {
		key += anyItem(finding.Pointer)
	}
	if finding.Rule == "enum" || finding.Rule == "discriminator" {
		key += " " + finding.Value
	}
	if f.seen == nil {
		f.seen = make(map[string]int)
	}
	if i, ok := f.seen[key]; ok {
		count := f.list[i].count + 1
		if finding.Pointer < f.list[i].Pointer {
			f.list[i] = finding
		}
		f.list[i].count = count
		return
	}
	if len(f.list) == maxGathered {
		return
	}
	finding.count = 1
	f.seen[key] = len(f.list)
	f.list = append(f.list, finding)
}

// sorted returns the findings in the order of their places, as many as are reported. It sorts texts, since a sort of
// their own costs every program that links it more than it is worth.
func (f *findings) sorted() []Finding {
	if len(f.list) < 2 {
		return f.list
	}
	places := make([]string, len(f.list))
	for i, each := range f.list {
		places[i] = each.In + "\x00" + each.Pointer + "\x00" + each.Rule + "\x00" + string(rune(i))
	}
	slices.Sort(places)
	ordered := make([]Finding, 0, min(len(places), maxFindings))
	for _, place := range places[:cap(ordered)] {
		at, _ := utf8.DecodeLastRuneInString(place)
		ordered = append(ordered, f.list[at])
	}
	return ordered
}
