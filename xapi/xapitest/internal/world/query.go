package world

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is a query of search, or the rule of a stream.
type Query struct {
	root clause
}

// clause says whether a post is one of those asked for.
type clause func(w *World, p *Post) bool

// Matches says whether the query asks for the post.
func (q *Query) Matches(w *World, p *Post) bool { return q.root(w, p) }

// QueryError says what is wrong with a query, and where: the character, counted from 1. Hint says what to write instead,
// where that is known.
type QueryError struct {
	At     int
	Reason string
	Hint   string
}

// Error is in the words of the API.
func (e *QueryError) Error() string { return fmt.Sprintf("%s (at position %d)", e.Reason, e.At) }

// ParseQuery reads a query: words and operators, of which all must hold, alternatives with OR, which binds less tightly,
// groups in parentheses, and a minus before what must not hold.
func ParseQuery(text string) (*Query, error) {
	p := &queryParser{tokens: tokens(text)}
	if len(p.tokens) == 0 {
		return nil, &QueryError{1, noClause, hintNarrow}
	}
	root, err := p.alternatives()
	switch {
	case err != nil:
		return nil, err
	case p.at < len(p.tokens):
		return nil, &QueryError{p.tokens[p.at].at, "no viable alternative at input '" + p.tokens[p.at].text + "'", ""}
	case !p.standalone:
		return nil, &QueryError{1, noClause, hintNarrow}
	}
	return &Query{root}, nil
}

// noClause is said of queries that could match all that there is.
const noClause = "Rules must contain at least one positive, non-stopword clause"

// maxDepth is how many groups may stand within each other.
const maxDepth = 100

// token is a word of a query: a parenthesis, or a clause with what is quoted in it.
type token struct {
	text   string
	at     int
	quoted bool
}

func tokens(text string) (found []token) {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
		case r == '(' || r == ')' || r == '-' && i+1 < len(runes) && runes[i+1] == '(':
			length := 1
			if r == '-' {
				length = 2
			}
			found = append(found, token{string(runes[i : i+length]), i + 1, false})
			i += length
		default:
			start, inQuotes, quoted, inBrackets := i, false, false, false
			for i < len(runes) && (inQuotes || inBrackets || !unicode.IsSpace(runes[i]) && runes[i] != ')' && runes[i] != '(') {
				switch {
				case runes[i] == '"':
					inQuotes, quoted = !inQuotes, true
				case runes[i] == '[' && i > start && runes[i-1] == ':':
					inBrackets = true
				case runes[i] == ']':
					inBrackets = false
				}
				i++
			}
			found = append(found, token{string(runes[start:i]), start + 1, quoted})
		}
	}
	return found
}

type queryParser struct {
	tokens []token
	at     int
	// standalone says that something in the query can stand by itself: not all operators can.
	standalone bool
	depth      int
}

// alternatives reads clauses with OR between them.
func (p *queryParser) alternatives() (clause, error) {
	var either []clause
	for {
		all, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		either = append(either, all)
		if p.at >= len(p.tokens) || p.tokens[p.at].text != "OR" {
			break
		}
		p.at++
	}
	if len(either) == 1 {
		return either[0], nil
	}
	return func(w *World, post *Post) bool {
		return slices.ContainsFunc(either, func(c clause) bool { return c(w, post) })
	}, nil
}

// conjunction reads clauses that must all hold.
func (p *queryParser) conjunction() (clause, error) {
	var all []clause
	for p.at < len(p.tokens) && p.tokens[p.at].text != "OR" && p.tokens[p.at].text != ")" {
		one, err := p.single()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		at, input := 1, "<EOF>"
		if p.at < len(p.tokens) {
			at, input = p.tokens[p.at].at, p.tokens[p.at].text
		} else if len(p.tokens) > 0 {
			at = p.tokens[len(p.tokens)-1].at
		}
		return nil, &QueryError{at, "no viable alternative at input '" + input + "'", ""}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return func(w *World, post *Post) bool {
		for _, c := range all {
			if !c(w, post) {
				return false
			}
		}
		return true
	}, nil
}

// single reads a group or one clause.
func (p *queryParser) single() (clause, error) {
	t := p.tokens[p.at]
	p.at++
	if t.text == "(" || t.text == "-(" {
		before := p.standalone
		if p.depth++; p.depth > maxDepth {
			return nil, &QueryError{t.at, "too many groups within each other", hintNesting}
		}
		group, err := p.alternatives()
		p.depth--
		if err != nil {
			return nil, err
		}
		if p.at >= len(p.tokens) || p.tokens[p.at].text != ")" {
			return nil, &QueryError{t.at, "missing ')'", hintGroup}
		}
		p.at++
		if t.text == "(" {
			return group, nil
		}
		p.standalone = before
		return not(group), nil
	}
	if t.quoted && strings.Count(t.text, `"`)%2 == 1 {
		return nil, &QueryError{t.at, "missing closing quote", hintQuote}
	}
	text, negated := strings.CutPrefix(t.text, "-")
	if text == "" {
		return nil, &QueryError{t.at, "no viable alternative at input '-'", hintMinus}
	}
	if reason, hint := joined(text); reason != "" {
		return nil, &QueryError{t.at, reason, hint}
	}
	c, alone, err := term(text)
	if err != nil {
		name, _, _ := strings.Cut(text, ":")
		return nil, &QueryError{t.at, err.Error(), operatorHint(name)}
	}
	if negated {
		return not(c), nil
	}
	p.standalone = p.standalone || alone
	return c, nil
}

func not(c clause) clause { return func(w *World, p *Post) bool { return !c(w, p) } }

// term returns the clause of one word, and whether it can stand by itself.
func term(text string) (clause, bool, error) {
	name, value, isOperator := strings.Cut(text, ":")
	if isOperator && !strings.HasPrefix(text, `"`) && operatorName(name) {
		read, known := operators[strings.ToLower(name)]
		if !known {
			//nolint:staticcheck // these are the API's words
			return nil, false, fmt.Errorf("Reference to invalid operator '%s'. Operator is not available in current product or product packaging. "+
				"Please refer to complete available operator list at https://developer.x.com/", name)
		}
		value = strings.Trim(value, `"`)
		c, err := read(value)
		return c, !dependent[strings.ToLower(name)], err
	}
	switch text[0] {
	case '@', '#', '$':
		if len(text) > 1 {
			return tagged(text[0], text[1:]), true, nil
		}
	}
	return phrase(strings.Trim(text, `"`)), true, nil
}

func operatorName(name string) bool {
	return name != "" && strings.IndexFunc(name, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0 &&
		name != "http" && name != "https"
}

// tagged asks for a name, hashtag or cashtag in the text.
func tagged(sign byte, value string) clause {
	return func(_ *World, p *Post) bool {
		if strings.IndexByte(p.Text, sign) < 0 {
			return false
		}
		found := p.Entities()
		list := found.Mentions
		switch sign {
		case '#':
			list = found.Hashtags
		case '$':
			list = found.Cashtags
		}
		return slices.ContainsFunc(list, func(e Entity) bool { return strings.EqualFold(e.Text, value) })
	}
}

// phrase asks for words in a row, whole ones, in any case. Scripts without spaces between words are searched as they stand.
func phrase(words string) clause {
	words = strings.ToLower(words)
	first, _ := utf8.DecodeRuneInString(words)
	last, _ := utf8.DecodeLastRuneInString(words)
	return func(_ *World, p *Post) bool {
		text := p.small()
		for from := 0; ; {
			at := strings.Index(text[from:], words)
			if at < 0 || words == "" {
				return false
			}
			at += from
			before, _ := utf8.DecodeLastRuneInString(text[:at])
			after, _ := utf8.DecodeRuneInString(text[at+len(words):])
			if (!inWord(before) || !inWord(first)) && (!inWord(after) || !inWord(last)) {
				return true
			}
			from = at + len(words)
		}
	}
}

// inWord says whether the character is part of a word that spaces end.
func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_') &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}
