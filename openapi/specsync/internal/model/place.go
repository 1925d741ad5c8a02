package model

import (
	"fmt"
	"maps"
	"slices"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// place merges the schemas at one place into the model, where it is of type typ, and returns the type, which is new
// where typ is empty. A new thing gets the name hint.
func (g *merger) place(schemas []document.Object, typ, where, hint string, request bool) string {
	s := flatten(g.root, schemas)
	if typ == "" {
		if g.learning {
			return ""
		}
		typ = g.newType(s, hint, request)
	} else {
		typ = g.reconcile(typ, s, where)
	}
	g.descend(typ, s, where, hint, request)
	return typ
}

// descend merges what lies below a place of a type.
func (g *merger) descend(typ string, s shape, where, hint string, request bool) {
	prefix, element := container(typ)
	switch {
	case typ == Link && s.kinds["object"]:
		g.descend("URLEntity", s, where, hint, request)
	case prefix == "map[]":
		if len(s.values) > 0 {
			g.place(s.values, element, where, hint, request)
		}
	case prefix == "[1]" && s.kinds["object"]:
		g.descend(element, s, where, hint, request)
		fallthrough
	case prefix != "":
		if len(s.items) > 0 {
			g.place(s.items, element, where, singular(hint), request)
		}
	case g.m.Things[typ] != nil:
		g.learn(typ, s, request)
		g.note(typ, s.described)
		g.fields(typ, s, request)
	case g.m.Enums[typ] != nil && !g.learning:
		g.values(typ, s.enum, "")
	}
}

// learn notes that the component schemas passed through are the thing.
func (g *merger) learn(thing string, s shape, request bool) {
	for _, ref := range s.refs {
		if _, known := g.identity[request][ref]; !known {
			g.identity[request][ref] = thing
		}
	}
}

func (g *merger) fields(thing string, s shape, request bool) {
	if len(s.refs) > 0 {
		key := thing + " " + s.refs[0]
		if g.done[key] {
			return
		}
		g.done[key] = true
	}
	of := g.m.Things[thing]
	fresh := g.firstSeen(of)
	for _, wire := range slices.Sorted(maps.Keys(s.fields)) {
		name, old := wire, ""
		if !request {
			name, old = g.m.Spelling.field(thing, wire)
		}
		if of.Fields[name] == nil {
			if is, before, found := known(of.Fields, wire, g.learning); found {
				name, old = is, before
			}
		}
		field := of.Fields[name]
		if field == nil {
			if g.learning {
				continue
			}
			field = &Field{Required: fresh && s.required[wire], Old: old, Go: freshName(of.Fields, name)}
			of.Fields[name] = field
			if !fresh {
				g.added("field %s.%s", thing, name)
			}
		}
		if !g.learning {
			g.visited[field] = true
			field.Required = field.Required && s.required[wire]
			if field.Old == "" {
				field.Old = old
			}
		}
		g.note(thing+"."+name, s.fields[wire]...)
		field.Type = g.place(s.fields[wire], field.Type, thing+"."+name, thing+GoName(singularIfList(g.root, s.fields[wire], name)), request)
	}
	if !g.learning {
		for name, field := range of.Fields {
			if _, here := s.fields[name]; !here && s.fields[field.Old] == nil {
				field.Required = false
			}
		}
	}
}

// firstSeen reports whether the thing is met for the first time, so that what is required of it is known: a thing that
// was named before the first version was merged has only the fields that wanted a name.
func (g *merger) firstSeen(of *Thing) bool {
	for _, field := range of.Fields {
		if g.visited[field] {
			return false
		}
	}
	return len(of.Fields) == 0 || g.m.Newest == ""
}

// singularIfList names one element of a field that is a list.
func singularIfList(root document.Object, schemas []document.Object, name string) string {
	if s := flatten(root, schemas); s.kinds["array"] {
		return singular(name)
	}
	return name
}

// thing makes sure that there is a thing of the name.
func (g *merger) thing(name string) string {
	if g.m.Things[name] == nil {
		g.m.Things[name] = &Thing{Fields: map[string]*Field{}}
	}
	return name
}

// fresh returns a name that is not in use: the one given, or with the suffix or a number.
func (g *merger) fresh(name, suffix string) string {
	if !g.m.Named(name) {
		return name
	}
	if suffix != "" && !g.m.Named(name+suffix) {
		return name + suffix
	}
	for i := 2; ; i++ {
		if numbered := fmt.Sprintf("%s%d", name, i); !g.m.Named(numbered) {
			return numbered
		}
	}
}

// mostValues is up to how many values a string of an answer has constants for.
const mostValues = 40

// newType is the type of a place that the model does not know.
func (g *merger) newType(s shape, hint string, request bool) string {
	object := s.kinds["object"] && len(s.fields) > 0
	switch {
	case object && s.kinds["array"]:
		return "[1]" + g.named(s, hint, request)
	case object:
		return g.named(s, hint, request)
	case s.kinds["array"]:
		if len(s.items) == 0 {
			return "[]" + Raw
		}
		items := flatten(g.root, s.items)
		return "[]" + g.newType(items, singular(hint), request)
	case s.kinds["object"] && len(s.values) > 0 && len(s.kinds) == 1:
		values := flatten(g.root, s.values)
		return "map[]" + g.newType(values, singular(hint), request)
	}
	kind := scalar(s)
	if kind == String && len(s.enum) > 1 && !s.open && len(s.enum) <= mostValues {
		return g.enum(s, hint)
	}
	return kind
}

func (g *merger) named(s shape, hint string, request bool) string {
	for _, ref := range s.refs {
		if thing, ok := g.identity[request][ref]; ok {
			return thing
		}
	}
	name := g.thing(g.fresh(hint, ""))
	g.added("thing %s", name)
	g.learn(name, s, request)
	return name
}

// enum returns the name of an enum with these values.
func (g *merger) enum(s shape, hint string) string {
	for _, ref := range s.refs {
		if name, ok := g.identity[true]["enum "+ref]; ok {
			return name
		}
	}
	name := g.fresh(hint, "Value")
	g.m.Enums[name] = &Enum{}
	g.added("enum %s", name)
	for _, ref := range s.refs {
		g.identity[true]["enum "+ref] = name
	}
	g.values(name, s.enum, "")
	return name
}

// values adds values to an enum.
func (g *merger) values(name string, values []string, parameter string) {
	enum := g.m.Enums[name]
	for _, wire := range values {
		value, old := g.m.Spelling.value(parameter, wire)
		at := slices.IndexFunc(enum.Values, func(v Value) bool { return v.Name == value || GoName(v.Name) == GoName(value) })
		if at < 0 {
			enum.Values = append(enum.Values, Value{Name: value, Old: old})
			continue
		}
		if before := enum.Values[at].Name; before != value {
			// The same word in another form: the newer version's counts.
			if newer(g.m.Newest, g.version) {
				value, before = before, value
			}
			enum.Values[at] = Value{Name: value, Old: before}
			continue
		}
		if enum.Values[at].Old == "" {
			enum.Values[at].Old = old
		}
	}
}
