package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Compare tells what changed from base to head. Neither is modified.
func Compare(base, head document.Object) Report {
	c := newComparison(base, head)
	c.servers()
	c.operations()
	c.renames()
	c.restOfComponents()
	report := Report{
		Base:    Side{Version: document.Version(base), Digest: document.Digest(base)},
		Head:    Side{Version: document.Version(head), Digest: document.Digest(head)},
		Changes: c.sorted(),
	}
	for _, change := range report.Changes {
		report.Class = max(report.Class, change.Class)
	}
	return report
}

type comparison struct {
	base, head document.Object
	changes    map[string]*Change
	// visited holds the pairs that have been compared, per operation and direction.
	visited map[visit]bool
	// pairs holds which component stood at the place of which, and the operations where it did.
	pairs map[pair]map[string]bool
	// alike holds which named schemas have the same structure, as far as that was asked.
	alike map[pair]bool
	// settled are the pairs of the whole comparison, for one that only probes.
	settled map[pair]map[string]bool
	// probing says that only whether two schemas differ is asked for.
	probing bool
	// breaksOnly is a subject of which only what breaks the wire is told: what a union made of several says else is of no
	// single one of them.
	breaksOnly *Subject
}

type visit struct {
	operation string
	direction direction
	pair      pair
}

// pair is a component of base and the component of head at its place.
type pair struct{ kind, base, head string }

func newComparison(base, head document.Object) *comparison {
	pairs := map[pair]map[string]bool{}
	return &comparison{
		base: base, head: head,
		changes: map[string]*Change{}, visited: map[visit]bool{},
		pairs: pairs, settled: pairs, alike: map[pair]bool{},
	}
}

// direction is the way that a value travels.
type direction int

const (
	unreached direction = iota // in no operation
	request
	response
)

var ways = [...]string{unreached: "", request: "request", response: "answer"}

// place is where the comparison stands.
type place struct {
	operation string
	direction direction
	subject   Subject
	at        string
}

// below is the place of a part of what stands here.
func (p place) below(name string) place {
	switch {
	case name == "[]" || p.at == "":
	case strings.HasSuffix(p.at, ":"): // in a body
		name = " " + name
	default:
		name = "." + name
	}
	p.at += name
	return p
}

// narrowed is the class of accepting or giving less than before: callers who send it are refused; to callers who read
// it nothing happens.
func (p place) narrowed() Class {
	if p.direction == request {
		return Wire
	}
	return None
}

// widened is the class of accepting or giving more than before. In answers, too, new values of a kind that callers
// know are an addition: a client of this API must bear values it has not seen.
func (p place) widened() Class {
	if p.direction == unreached {
		return None
	}
	return Adds
}

// lost is the class of what is there no more.
func (p place) lost() Class {
	if p.direction == unreached {
		return None
	}
	return Wire
}

// either picks the class by direction; outside any operation nobody sees the change.
func (p place) either(inRequest, inResponse Class) Class {
	switch p.direction {
	case request:
		return inRequest
	case response:
		return inResponse
	default:
		return None
	}
}

// note records a change at a place. The same change found through another operation or direction is the same change:
// it reaches one operation more, and the worse class counts.
func (c *comparison) note(p place, class Class, kind, message string, from, to any) {
	if c.breaksOnly != nil && *c.breaksOnly == p.subject && class < Wire {
		return
	}
	key := string(document.JSON([]any{p.subject.Type, p.subject.Was, p.subject.Name, p.at, kind, from, to}))
	change, ok := c.changes[key]
	if !ok {
		change = &Change{Kind: kind, Subject: p.subject, At: p.at, Message: message, From: from, To: to, Operations: []string{}}
		c.changes[key] = change
	}
	change.Class = max(change.Class, class)
	if way := ways[p.direction]; change.Way == "" {
		change.Way = way
	} else if way != "" && way != change.Way {
		change.Way = "both"
	}
	if p.operation != "" && !slices.Contains(change.Operations, p.operation) {
		change.Operations = append(change.Operations, p.operation)
	}
}

// sorted lists the changes: what stands at the document, then operations, then what they share; the worst first.
func (c *comparison) sorted() []Change {
	list := make([]Change, 0, len(c.changes))
	for _, change := range c.changes {
		slices.Sort(change.Operations)
		list = append(list, *change)
	}
	rank := func(change Change) int { return slices.Index(subjectTypes, change.Subject.Type) }
	slices.SortFunc(list, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.Subject.Name, b.Subject.Name), cmp.Compare(a.Subject.Was, b.Subject.Was),
			cmp.Compare(b.Class, a.Class), cmp.Compare(a.At, b.At), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return list
}

var subjectTypes = []string{"document", "operation", "parameter", "request body", "response", "schema", "security scheme"}

// servers compares where the API is reached: a server that is no longer named is one that callers may not reach.
func (c *comparison) servers() {
	here := place{subject: Subject{Type: "document"}, direction: request}
	for _, operation := range document.Operations(c.base) {
		here.operation = operation.ID
		c.set(here, "server", serverURLs(c.base), serverURLs(c.head), Wire, Adds)
	}
}

func serverURLs(root document.Object) []any {
	var urls []any
	list, _ := root["servers"].([]any)
	for _, server := range list {
		if object, ok := server.(document.Object); ok {
			urls = append(urls, object["url"])
		}
	}
	return urls
}

// set compares two sets of plain values, and notes what was removed and what was added as one change each.
func (c *comparison) set(p place, what string, before, after []any, removed, added Class) {
	before, after = c.respelledValues(p, what, before, after)
	if gone := without(before, after); len(gone) > 0 {
		c.note(p, removed, what+"-removed", strings.ReplaceAll(what, "-", " ")+" removed: "+join(gone), gone, nil)
	}
	if more := without(after, before); len(more) > 0 {
		c.note(p, added, what+"-added", strings.ReplaceAll(what, "-", " ")+" added: "+join(more), nil, more)
	}
}

// component returns a component by kind and name.
func component(root document.Object, kind, name string) (document.Object, bool) {
	components, _ := root["components"].(document.Object)
	group, _ := components[kind].(document.Object)
	object, ok := group[name].(document.Object)
	return object, ok
}

func componentNames(root document.Object, kind string) []string {
	components, _ := root["components"].(document.Object)
	group, _ := components[kind].(document.Object)
	return slices.Sorted(maps.Keys(group))
}
