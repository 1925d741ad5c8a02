package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// refName is the name of the component of a kind that an object refers to, empty where it is written in place.
func refName(object document.Object, kind string) string {
	ref, _ := object["$ref"].(string)
	name, ok := strings.CutPrefix(ref, "#/components/"+kind+"/")
	if !ok {
		return ""
	}
	return name
}

// enter steps into a pair of components: what changes there is told of them, not of the place that refers to them. It
// is false where this operation has been there in this direction. What is written in place is entered as it stands.
func (c *comparison) enter(p place, kind, subject string, old, now document.Object) (place, bool) {
	before, after := refName(old, kind), refName(now, kind)
	if before == "" || after == "" {
		return p, true
	}
	both := pair{kind, before, after}
	if c.pairs[both] == nil {
		c.pairs[both] = map[string]bool{}
	}
	if p.operation != "" {
		c.pairs[both][p.operation] = true
	}
	here := visit{p.operation, p.direction, both}
	if c.visited[here] {
		return p, false
	}
	c.visited[here] = true
	p.subject, p.at = Subject{Type: subject, Name: after}, ""
	if before != after {
		p.subject.Was = before
	}
	return p, true
}

// renames tells which components stand under another name. Whether their content changed is told of them beside it.
func (c *comparison) renames() {
	heads, bases := map[pair]int{}, map[pair]int{}
	for p := range c.pairs {
		heads[pair{kind: p.kind, base: p.base}]++
		bases[pair{kind: p.kind, head: p.head}]++
	}
	for p, operations := range c.pairs {
		if p.base == p.head {
			continue
		}
		subject := Subject{Type: subjectOf(p.kind), Name: p.head, Was: p.base}
		_, stays := component(c.head, p.kind, p.base)
		_, wasThere := component(c.base, p.kind, p.head)
		kind, message := "renamed", fmt.Sprintf("renamed: %s is now %s", p.base, p.head)
		if stays || wasThere || heads[pair{kind: p.kind, base: p.base}] > 1 || bases[pair{kind: p.kind, head: p.head}] > 1 {
			kind, message = "replaced", fmt.Sprintf("%s stands where %s stood", p.head, p.base)
		}
		for _, operation := range sortedOr(operations, "") {
			c.note(place{operation: operation, subject: subject}, None, subject.Type+"-"+kind, message, p.base, p.head)
		}
	}
}

// sortedOr lists a set, or the one other value where it is empty.
func sortedOr(set map[string]bool, other string) []string {
	if len(set) == 0 {
		return []string{other}
	}
	return slices.Sorted(maps.Keys(set))
}

func subjectOf(kind string) string {
	if kind == "parameters" {
		return "parameter"
	}
	return "schema"
}

// restOfComponents compares what no pair of operations reached: a schema of the same name is still the same, one of the
// same structure is the same under another name, and the others are gone or new.
func (c *comparison) restOfComponents() {
	for _, kind := range []string{"schemas", "parameters"} {
		gone, more := c.unpaired(kind)
		if kind == "schemas" {
			gone, more = c.renamedAlike(gone, more)
		}
		usedBefore, usedAfter := users(c.base, kind), users(c.head, kind)
		for _, name := range gone {
			c.appeared(kind, name, usedBefore[name], None, "removed")
		}
		for _, name := range more {
			c.appeared(kind, name, usedAfter[name], Adds, "added")
		}
	}
}

// unpaired lists the components of base that are gone and those of head that are new, and compares those that keep
// their name without having been reached.
func (c *comparison) unpaired(kind string) (gone, more []string) {
	paired, taken := map[string]bool{}, map[string]bool{}
	for p := range c.pairs {
		if p.kind == kind {
			paired[p.base], taken[p.head] = true, true
		}
	}
	for _, change := range c.changes {
		switch change.Kind { // these say that a name is gone or new
		case "schema-inlined":
			paired[change.Subject.Name] = true
		case "schema-extracted":
			taken[change.Subject.Name] = true
		}
	}
	for _, name := range componentNames(c.base, kind) {
		_, stays := component(c.head, kind, name)
		switch {
		case stays && kind == "schemas" && c.pairs[pair{kind, name, name}] == nil:
			ref := reference(name)
			c.schema(place{}, ref, ref)
		case !stays && !paired[name]:
			gone = append(gone, name)
		}
	}
	for _, name := range componentNames(c.head, kind) {
		if _, was := component(c.base, kind, name); !was && !taken[name] {
			more = append(more, name)
		}
	}
	return gone, more
}

// renamedAlike notes which of the schemas gone and new are the same under another name, and returns the others. A
// schema that has neither fields nor values of its own is too plain to tell.
func (c *comparison) renamedAlike(gone, more []string) (restGone, restMore []string) {
	clear(c.alike) // more is settled now than when it was asked
	restMore = slices.Clone(more)
	for _, name := range gone {
		old, _ := component(c.base, "schemas", name)
		flat := flatten(c.base, old)
		telling := flat["properties"] != nil || flat["enum"] != nil
		at := slices.IndexFunc(restMore, func(other string) bool {
			return telling && c.same(reference(name), reference(other))
		})
		if at < 0 {
			restGone = append(restGone, name)
			continue
		}
		subject := Subject{Type: "schema", Name: restMore[at], Was: name}
		c.note(place{subject: subject}, None, "schema-renamed", fmt.Sprintf("renamed: %s is now %s", name, restMore[at]), name, restMore[at])
		restMore = slices.Delete(restMore, at, at+1)
	}
	return restGone, restMore
}

func reference(name string) document.Object {
	return document.Object{"$ref": "#/components/schemas/" + name}
}

func (c *comparison) appeared(kind, name string, operations map[string]bool, class Class, what string) {
	subject := Subject{Type: subjectOf(kind), Name: name}
	for _, operation := range sortedOr(operations, "") {
		c.note(place{operation: operation, subject: subject}, class, subject.Type+"-"+what, what, nil, nil)
	}
}

// users tells which operations reach each component of a kind.
func users(root document.Object, kind string) map[string]map[string]bool {
	found := map[string]map[string]bool{}
	for _, operation := range document.Operations(root) {
		one := document.Slice(root, func(other document.Operation) bool { return other.ID == operation.ID })
		for _, name := range componentNames(one, kind) {
			if found[name] == nil {
				found[name] = map[string]bool{}
			}
			found[name][operation.ID] = true
		}
	}
	return found
}
