package validate

import (
	"cmp"
	"sync"
	"unicode/utf8"
)

// acceptance is one pass over a JSON text, which goes on as long as the text is as the rules have it.
type acceptance struct {
	found *findings
	text  []byte
	at    int
	depth int
	path  []place
	// known are the differences that the Reporter only counts.
	known []identity
}

// place is one step down from the root: where the name of a field begins and ends in the text, or 0 and 0 for an item.
type place struct{ start, end int }

var acceptances = sync.Pool{New: func() any { return new(acceptance) }}

// accepts reports whether the text is sound JSON that the rule accepts, with no field that is not declared, but for
// differences that are only counted. Where it is not so, nothing has been counted.
func (f *findings) accepts(of *rule, text []byte) bool {
	a, _ := acceptances.Get().(*acceptance)
	a.found, a.text, a.at, a.depth, a.path, a.known = f, text, 0, 0, a.path[:0], a.known[:0]
	a.space()
	accepted := a.value(of)
	if a.space(); accepted && a.at == len(text) {
		for _, known := range a.known {
			f.known.counts(known)
		}
	} else {
		accepted = false
	}
	a.found, a.text = nil, nil
	acceptances.Put(a)
	return accepted
}

// value passes over a value that the rule accepts.
func (a *acceptance) value(of *rule) bool {
	if of.exact {
		return a.exactly(of)
	}
	kind := a.kind()
	if of.kinds&kind == 0 {
		broken := "type"
		if kind == isNull {
			broken = "nullable"
		}
		return of.text.enum == nil && a.excused(broken, nil) && a.value(described)
	}
	switch kind {
	case isObject:
		return a.object(of)
	case isList:
		return a.list(of)
	case isText:
		return a.textOf(&of.text)
	case isNumber:
		return a.number(of)
	case isNull:
		return a.literal("null")
	default:
		return a.literal("true") || a.literal("false")
	}
}

// kind returns the kind of the value that begins here, if it is one.
func (a *acceptance) kind() kinds {
	if a.at >= len(a.text) {
		return isNumber
	}
	switch a.text[a.at] {
	case '{':
		return isObject
	case '[':
		return isList
	case '"':
		return isText
	case 't', 'f':
		return isBool
	case 'n':
		return isNull
	}
	return isNumber
}

func (a *acceptance) object(of *rule) bool {
	if of.targets != nil {
		if of = a.picked(of); of == nil {
			return false
		}
	}
	if a.depth++; a.depth > maxDepth {
		return false
	}
	a.at++
	var there uint64
	if a.space(); a.take('}') {
		a.depth--
		return of.required == 0 || a.excusedMissing(of, 0)
	}
	for {
		a.space()
		start := a.at + 1
		escaped, ok := a.string()
		if !ok || escaped {
			return false
		}
		name := a.text[start : a.at-1]
		if a.space(); !a.take(':') {
			return false
		}
		a.space()
		a.path = append(a.path, place{start, start + len(name)})
		switch field, declared := of.fields[string(name)]; {
		case declared:
			there |= field.bit
			if !a.value(field.rule) {
				return false
			}
		case of.open:
			if !a.value(cmp.Or(of.extra, described)) {
				return false
			}
		case !a.excused("undeclared", nil) || !a.value(described):
			return false
		}
		a.path = a.path[:len(a.path)-1]
		if a.space(); a.take(',') {
			continue
		}
		a.depth--
		return a.take('}') && (there&of.required == of.required || a.excusedMissing(of, there))
	}
}

// excusedMissing reports whether it is only counted that the fields are missing which are not there.
func (a *acceptance) excusedMissing(of *rule, there uint64) bool {
	for name, field := range of.fields {
		if field.bit&^there != 0 && !a.excusedIn("required", nil, append(a.names(), name)) {
			return false
		}
	}
	return true
}

// excused reports whether a difference here is one that the Reporter only counts.
func (a *acceptance) excused(rule string, value any) bool {
	return a.found.known != nil && a.excusedIn(rule, value, a.names())
}

// names returns the way down from the root, with every item as the first.
func (a *acceptance) names() []string {
	names := make([]string, len(a.path), len(a.path)+1)
	for i, place := range a.path {
		if names[i] = "0"; place.end > 0 {
			names[i] = string(a.text[place.start:place.end])
		}
	}
	return names
}

func (a *acceptance) excusedIn(rule string, value any, names []string) bool {
	if (rule == "undeclared" || rule == "required") && a.found.known != nil && a.found.contract.spellings()[names[len(names)-1]] {
		rule, names = "spelling", nil // which is told once, see spelled
	}
	id := a.found.identity(names, rule, value)
	if id == 0 || !a.found.known.has(id) {
		return false
	}
	a.known = append(a.known, id)
	return true
}

// picked returns what an object is held against by the value of the field that tells, nil where it does not tell.
func (a *acceptance) picked(of *rule) *rule {
	start, depth := a.at, a.depth
	defer func() { a.at, a.depth = start, depth }()
	a.at++
	for {
		a.space()
		from := a.at + 1
		if escaped, ok := a.string(); !ok || escaped {
			return nil
		}
		tells := string(a.text[from:a.at-1]) == of.pick
		if a.space(); !a.take(':') {
			return nil
		}
		a.space()
		from = a.at + 1
		if !a.value(described) {
			return nil
		}
		if tells && from < a.at {
			return of.targets[string(a.text[from:a.at-1])]
		}
		if a.space(); !a.take(',') {
			return nil
		}
	}
}

func (a *acceptance) list(of *rule) bool {
	if a.depth++; a.depth > maxDepth {
		return false
	}
	a.at++
	items := cmp.Or(of.items, described)
	n := 0
	if a.space(); !a.take(']') {
		a.path = append(a.path, place{})
		for {
			if a.space(); !a.value(items) {
				return false
			}
			n++
			if a.space(); a.take(',') {
				continue
			}
			if !a.take(']') {
				return false
			}
			break
		}
		a.path = a.path[:len(a.path)-1]
	}
	a.depth--
	return n >= of.fewest && (of.atMost < 0 || n <= of.atMost)
}

// textOf passes over a text that is as demanded.
func (a *acceptance) textOf(of *text) bool {
	start := a.at + 1
	escaped, ok := a.string()
	if !ok || of.unconstrained {
		return ok
	}
	content := a.text[start : a.at-1]
	if escaped {
		plain, err := unescape(string(content))
		if err != nil {
			return false
		}
		content = []byte(plain)
	}
	if of.enum != nil && !of.enum[string(content)] {
		return a.excused("enum", string(content))
	}
	if of.fewest > 0 || of.most >= 0 {
		if n := utf8.RuneCount(content); n < of.fewest || of.most >= 0 && n > of.most {
			return false
		}
	}
	return of.matches == nil || of.matches(content) || of.patterned && a.excused("pattern", nil)
}

// exactly holds a value against its schema.
func (a *acceptance) exactly(of *rule) bool {
	start := a.at
	if of.shape == nil || !a.value(described) {
		return false
	}
	tree, value, err := parse(string(a.text[start:a.at]), of.shape)
	if err != nil {
		return false
	}
	if of.schema.VisitJSON(value, a.found.fast()...) != nil {
		return false
	}
	if tree.declared {
		return true
	}
	undeclared := findings{contract: a.found.contract, redact: a.found.redact, in: inBody, root: value}
	tree.walk.fields(&undeclared, value, of.shape)
	return len(undeclared.list) == 0
}
