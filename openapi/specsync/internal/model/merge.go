package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Report is what a merge did.
type Report struct {
	// Added are the operations, things, fields and values that the model did not know.
	Added []string
	// Contradictions are the places where the document is of another kind than the model; the model's kind stays.
	Contradictions []string
}

// Merge adds to the model what the document has and the model does not know. The document is a whole publication where
// whole is set: what it has no more is then marked with the last version that had it.
func (m *Model) Merge(root document.Object, whole, widen bool) Report {
	g := newMerger(m, root)
	g.widen, g.learning = widen, true
	g.operations()
	g.learning, g.done = false, map[string]bool{}
	g.operations()
	if whole {
		g.markGone()
		if newer(g.version, m.Newest) {
			m.Newest = g.version
		}
	}
	slices.Sort(g.report.Added)
	slices.Sort(g.report.Contradictions)
	g.report.Contradictions = slices.Compact(g.report.Contradictions)
	return g.report
}

func newMerger(m *Model, root document.Object) *merger {
	return &merger{
		m: m, root: root, version: document.Version(root), visited: map[*Field]bool{}, done: map[string]bool{},
		identity: map[bool]map[string]string{true: {}, false: {}},
	}
}

// merger walks a document twice: first over the places that the model knows, which tells which thing each component
// schema is; then over all of it, so that a schema met in a new place is known from the old ones.
type merger struct {
	m        *Model
	root     document.Object
	version  string
	learning bool
	widen    bool
	// identity names the thing of a component schema, in requests (true) and in answers.
	identity map[bool]map[string]string
	visited  map[*Field]bool
	seen     []*Operation
	done     map[string]bool
	report   Report
	words    Words // nil where nobody asks
}

func (g *merger) added(format string, args ...any) {
	g.report.Added = append(g.report.Added, fmt.Sprintf(format, args...))
}

func (g *merger) contradiction(where, model, document string) {
	if g.m.Decided[where] != "" {
		return
	}
	g.report.Contradictions = append(g.report.Contradictions,
		fmt.Sprintf("%s is of type %s in the model, and %s here", where, model, document))
}

func (g *merger) operations() {
	routes := g.m.Routes()
	for _, found := range document.Operations(g.root) {
		name, known := routes[Route(found.Method, found.Path)]
		if !known {
			if g.learning {
				continue
			}
			name = g.fresh(GoName(found.ID), "Operation")
			g.added("operation %s", name)
			g.m.Operations[name] = &Operation{Method: found.Method, Path: found.Path, Params: map[string]*Field{}}
		}
		g.operation(name, g.m.Operations[name], found)
	}
}

func (g *merger) operation(name string, operation *Operation, found document.Operation) {
	if operation.Params == nil {
		operation.Params = map[string]*Field{}
	}
	if !g.learning {
		g.seen = append(g.seen, operation)
		if operation.ID == "" {
			operation.ID = found.ID
		}
		if operation.Args == nil {
			for _, placeholder := range Placeholders(found.Path) {
				operation.Args = append(operation.Args, argument(placeholder))
			}
		}
		if tags := texts(found.Object["tags"]); operation.Tag == "" && len(tags) > 0 {
			operation.Tag = tags[0]
		}
		if stream, _ := found.Object["x-twitter-streaming"].(bool); stream {
			operation.Stream = true
		}
	}
	g.answer(name, operation, found.Object)
	g.body(name, operation, found.Object)
	if !g.learning {
		g.parameters(name, operation, found)
	}
}

func (g *merger) resolve(value any) document.Object {
	object, _ := value.(document.Object)
	for range 10 {
		ref, ok := object["$ref"].(string)
		if !ok {
			break
		}
		object, _ = document.Resolve(g.root, ref).(document.Object)
	}
	return object
}

// answer merges the answers of success.
func (g *merger) answer(name string, operation *Operation, object document.Object) {
	responses, _ := object["responses"].(document.Object)
	var schemas []document.Object
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		content, _ := g.resolve(responses[status])["content"].(document.Object)
		if media, ok := content["application/json"].(document.Object); ok {
			if schema, ok := media["schema"].(document.Object); ok {
				schemas = append(schemas, schema)
			}
		} else if len(content) > 0 {
			operation.Bytes = true
		}
	}
	whole := flatten(g.root, schemas)
	if len(whole.fields) == 0 {
		return
	}
	operation.Answers = true
	bare := map[string][]document.Object{}
	for _, field := range slices.Sorted(maps.Keys(whole.fields)) {
		places := whole.fields[field]
		switch field {
		case "data":
			if g.decided(name+" data", operation.Data, places) {
				continue
			}
			operation.Data = g.place(places, operation.Data, name, name+"Data", false)
		case "includes":
			operation.Includes = true
			g.place(places, "Includes", name+" includes", "Includes", false)
		case "meta":
			g.place(places, "Meta", name+" meta", "Meta", false)
		case "errors":
			g.place(places, "[]Problem", name+" errors", "Problem", false)
		case "matching_rules":
			g.place(places, "[]MatchingRule", name+" matching_rules", "MatchingRule", false)
		default:
			bare[field] = places
		}
	}
	if len(bare) > 0 && whole.fields["data"] == nil {
		if !g.learning && operation.Data == "" {
			operation.Data = g.thing(g.fresh(name+"Data", ""))
		}
		if operation.Data != "" {
			operation.Bare = true
			g.fields(operation.Data, shape{fields: bare, required: whole.required}, false)
		}
	}
}

// decided reports whether the model's word counts at a place for which the document gives another thing.
func (g *merger) decided(where, typ string, places []document.Object) bool {
	if g.m.Decided[where] == "" {
		return false
	}
	for _, ref := range flatten(g.root, places).refs {
		if thing := g.identity[false][ref]; thing != "" && thing != typ {
			return true
		}
	}
	return false
}

// body merges the JSON body of a request, or the form where it has no JSON.
func (g *merger) body(name string, operation *Operation, object document.Object) {
	content, _ := g.resolve(object["requestBody"])["content"].(document.Object)
	if _, form := content["multipart/form-data"]; form {
		operation.Form = true
	}
	var schemas []document.Object
	for _, kind := range []string{"application/json", "multipart/form-data"} {
		if media, ok := content[kind].(document.Object); ok {
			if schema, ok := media["schema"].(document.Object); ok && len(schemas) == 0 {
				schemas = append(schemas, schema)
			}
		}
	}
	if len(schemas) > 0 {
		operation.Body = g.place(schemas, operation.Body, name, name+"Request", true)
	}
}

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
		g.words.note(typ, s.described)
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
	fresh := len(of.Fields) == 0
	for _, wire := range slices.Sorted(maps.Keys(s.fields)) {
		name, old := wire, ""
		if !request {
			name, old = g.m.Spelling.field(thing, wire)
		}
		field := of.Fields[name]
		if field == nil {
			if g.learning {
				continue
			}
			field = &Field{Required: fresh && s.required[wire], Old: old}
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
		g.words.note(thing+"."+name, s.fields[wire]...)
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

// singularIfList names one element of a field that is a list.
func singularIfList(root document.Object, schemas []document.Object, name string) string {
	if s := flatten(root, schemas); s.kinds["array"] {
		return singular(name)
	}
	return name
}

// field returns the new name of a field, and its old one where it has one.
func (s Spelling) field(thing, wire string) (name, old string) {
	if slices.Contains(s.Except, thing+"."+wire) {
		return wire, ""
	}
	if renamed, ok := s.Fields[wire]; ok {
		return renamed, wire
	}
	for before, after := range s.Fields {
		if after == wire {
			return wire, before
		}
	}
	return wire, ""
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

func (s Spelling) value(parameter, wire string) (name, old string) {
	if parameter == "" {
		return wire, ""
	}
	for _, key := range []string{parameter, "*"} {
		if renamed, ok := s.Values[key][wire]; ok {
			return renamed, wire
		}
	}
	for _, key := range []string{parameter, "*"} {
		for before, after := range s.Values[key] {
			if after == wire {
				return wire, before
			}
		}
	}
	return wire, ""
}

// scalar is the kind that serves all that the shape allows.
func scalar(s shape) string {
	kinds := maps.Clone(s.kinds)
	switch {
	case len(kinds) == 0 || kinds["object"] || kinds["array"]:
		return Raw
	case len(kinds) == 1:
		for kind := range kinds {
			return kind
		}
	}
	switch {
	case len(kinds) == 2 && kinds[String] && kinds[Time]:
		return Time
	case len(kinds) == 2 && kinds[String] && kinds[Int]:
		return Loose
	case len(kinds) == 2 && kinds[Int] && kinds[Number]:
		return Number
	}
	return Raw
}

// reconcile returns the type that serves a place that is typ in the model and s here.
func (g *merger) reconcile(typ string, s shape, where string) string {
	if g.m.Decided[where] != "" || typ == Raw || typ == Link || len(s.kinds) == 0 {
		return typ
	}
	prefix, element := container(typ)
	isThing := g.m.Things[typ] != nil
	object, array := s.kinds["object"], s.kinds["array"]
	switch {
	case prefix == "[1]":
		return typ
	case prefix == "[]" && array, prefix == "map[]" && object, isThing && object && !array:
		return typ
	case prefix == "[]" && object && len(s.fields) > 0, isThing && array:
		if g.widen {
			if isThing {
				element = typ
			}
			return "[1]" + element
		}
		g.contradiction(where, typ, "an object or a list")
		return typ
	case prefix != "" || isThing || object || array:
		if object && len(s.fields) == 0 && isThing { // an object of which nothing is told
			return typ
		}
		g.contradiction(where, typ, strings.Join(slices.Sorted(maps.Keys(s.kinds)), " or "))
		return typ
	}
	here := scalar(s)
	if g.m.Enums[typ] != nil {
		if here != String {
			g.contradiction(where, typ, here)
		}
		return typ
	}
	switch {
	case here == typ, typ == Loose && (here == Int || here == String), typ == Time && here == String, typ == Number && here == Int:
		return typ
	case typ == String && here == Time, typ == Int && here == Number, typ == Int && here == Loose, typ == String && here == Loose:
		if g.widen {
			return here
		}
	case g.widen && (typ == Int && here == String || typ == String && here == Int):
		return Loose
	}
	g.contradiction(where, typ, here)
	return typ
}

// markGone notes which version was the last to have what this one has not.
func (g *merger) markGone() {
	previous := g.m.Newest
	if previous == "" || !newer(g.version, previous) {
		return
	}
	for _, operation := range g.m.Operations {
		mark(&operation.Last, slices.Contains(g.seen, operation), previous)
		for _, parameter := range operation.Params {
			mark(&parameter.Last, g.visited[parameter], previous)
		}
	}
	for _, thing := range g.m.Things {
		for _, field := range thing.Fields {
			mark(&field.Last, g.visited[field], previous)
		}
	}
}

func mark(last *string, here bool, previous string) {
	switch {
	case here:
		*last = ""
	case *last == "":
		*last = previous
	}
}
