package generate

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// join is a method that finds what a thing refers to.
type join struct {
	thing, role string
	index       index
	paths       [][]model.Step
	expansions  []string
}

// index is a list of Includes and what of its elements they are found by.
type index struct{ thing, list, key string }

// field is the Go name of the index among those of a Join.
func (i index) field() string { return i.list + "By" + model.GoName(i.key) }

// lookup is the name of the method that finds one element.
func (i index) lookup() string {
	if i.key == username {
		return i.thing + "By" + model.GoName(i.key)
	}
	return i.thing
}

// username is the one field beside ids that things are referred to by.
const username = "username"

// Joins returns the Go source of the methods that find what the things of an answer refer to among its includes.
func Joins(m *model.Model) ([]byte, error) {
	joins, err := joinsOf(m)
	if err != nil {
		return nil, err
	}
	var indexes []index
	for _, j := range joins {
		if !slices.Contains(indexes, j.index) {
			indexes = append(indexes, j.index)
		}
	}
	slices.SortFunc(indexes, func(a, b index) int { return strings.Compare(a.field(), b.field()) })
	var out bytes.Buffer
	out.WriteString(notice + "package xapi\n\n// joined are the includes of an answer by what refers to them.\ntype joined struct {\n")
	for _, i := range indexes {
		fmt.Fprintf(&out, "%s index[%s]\n", lower(i.field()), i.thing)
	}
	out.WriteString("}\n\nfunc joinedOf(includes *Includes) joined {\nreturn joined{\n")
	for _, i := range indexes {
		fmt.Fprintf(&out, "%s: index[%s]{list: includes.%s, key: func(of *%s) string { return of.%s }},\n",
			lower(i.field()), i.thing, i.list, i.thing, model.GoName(i.key))
	}
	out.WriteString("}\n}\n\n")
	for _, i := range indexes {
		fmt.Fprintf(&out, "%sfunc (j *Join) %s(%s string) *%s { return j.%s.one(%s) }\n\n",
			wrapped(fmt.Sprintf("%s returns what the includes have of that %s, whatever its capitals, nil where they have nothing.", i.lookup(), i.key)),
			i.lookup(), i.argument(), i.thing, lower(i.field()), i.argument())
	}
	for _, j := range joins {
		j.write(&out)
	}
	return gofmt("the joins", out.Bytes())
}

// argument names the argument of the method that finds one element.
func (i index) argument() string {
	if i.key == username {
		return username
	}
	return i.key[strings.LastIndexByte(i.key, '_')+1:]
}

// joinsOf are the model's references, those that lead to one and the same together.
func joinsOf(m *model.Model) ([]join, error) {
	found := map[string]*join{}
	for thing, references := range m.References {
		for _, expansion := range slices.Sorted(maps.Keys(references)) {
			of := references[expansion]
			path, err := of.Path(m, thing, expansion)
			if err != nil {
				return nil, err
			}
			role := cmp.Or(of.As, role(expansion))
			j := found[thing+role]
			if j == nil {
				j = &join{thing: thing, role: role, index: indexOf(m, of.To, path)}
				found[thing+role] = j
			}
			j.paths = append(j.paths, path)
			j.expansions = append(j.expansions, expansion)
		}
	}
	return slices.SortedFunc(func(yield func(join) bool) {
		for _, j := range found {
			if !yield(*j) {
				return
			}
		}
	}, func(a, b join) int { return cmp.Or(cmp.Compare(a.thing, b.thing), cmp.Compare(a.role, b.role)) }), nil
}

// indexOf is what a reference is looked up in: by names where it ends in one, else by the ids that the thing has.
func indexOf(m *model.Model, thing string, path []model.Step) index {
	key := "id"
	if path[len(path)-1].Name == username {
		key = username
	} else if m.Things[thing].Fields[key] == nil {
		for name := range m.Things[thing].Fields {
			if strings.HasSuffix(name, "_key") {
				key = name
			}
		}
	}
	return index{thing: thing, list: model.GoName(m.Included(thing)), key: key}
}

// role names what is referred to: the last word of the expansion that says so, without what makes it an id.
func role(expansion string) string {
	words := strings.Split(expansion, ".")
	if words[len(words)-1] == username {
		words = words[:len(words)-1]
	}
	name := words[len(words)-1]
	for _, suffix := range []string{"_ids", "_keys"} {
		if bare, ok := strings.CutSuffix(name, suffix); ok {
			if bare == "media" {
				return "Media"
			}
			return model.GoName(bare + "s")
		}
	}
	return model.GoName(strings.TrimSuffix(strings.TrimSuffix(name, "_id"), "_key"))
}

// write writes the method.
func (j join) write(out *bytes.Buffer) {
	var asked, from []string
	for i, expansion := range j.expansions {
		asked = append(asked, fmt.Sprintf("[%sExpansion%s]", j.thing, model.Constant(expansion)))
		from = append(from, fieldPath(j.paths[i]))
	}
	path := j.paths[0]
	lists := slices.IndexFunc(path, func(s model.Step) bool { _, isList := model.Element(s.Field.Type); return isList })
	text, result := "%s%s returns the %s of %s, in this order and each once, without those that are not there. Ask for them by %s.", "[]*"+j.index.thing
	named := strings.ToLower(j.index.list)
	if lists < 0 {
		text, result = "%s%s returns the %s of %s, nil where it is not there. Ask for it by %s.", "*"+j.index.thing
		named = strings.ToLower(j.index.thing)
	}
	out.WriteString(wrapped(fmt.Sprintf(text, j.thing, j.role, named, strings.Join(from, " and "), strings.Join(asked, " and "))))
	fmt.Fprintf(out, "func (j *Join) %s%s(of *%s) %s {\n", j.thing, j.role, j.thing, result)
	switch field := lower(j.index.field()); {
	case lists < 0:
		fmt.Fprintf(out, "return j.%s.one(%s)\n}\n\n", field, only(out, path))
	case lists == len(path)-1 && len(j.paths) == 1:
		fmt.Fprintf(out, "return j.%s.all(%s)\n}\n\n", field, only(out, path))
	default:
		out.WriteString("var keys []string\n")
		for _, path := range j.paths {
			collect(out, "of", path)
		}
		fmt.Fprintf(out, "return j.%s.all(keys)\n}\n\n", field)
	}
}

// only writes the way to the one field at the end of a path, and returns it.
func only(out *bytes.Buffer, path []model.Step) string {
	at := "of"
	for i, step := range path {
		at += "." + model.FieldName(step.Name, step.Field)
		if i < len(path)-1 {
			fmt.Fprintf(out, "if %s == nil {\nreturn nil\n}\n", at)
		}
	}
	return at
}

// collect writes the statements that gather the keys at the end of a path.
func collect(out *bytes.Buffer, at string, path []model.Step) {
	step := path[0]
	at += "." + model.FieldName(step.Name, step.Field)
	_, isList := model.Element(step.Field.Type)
	switch {
	case len(path) == 1 && isList:
		fmt.Fprintf(out, "keys = append(keys, %s...)\n", at)
		return
	case len(path) == 1:
		fmt.Fprintf(out, "keys = append(keys, %s)\n", at)
		return
	case isList:
		fmt.Fprintf(out, "for i := range %s {\n", at)
		at += "[i]"
	default:
		fmt.Fprintf(out, "if %s != nil {\n", at)
	}
	collect(out, at, path[1:])
	out.WriteString("}\n")
}

// fieldPath is the way to the ids in Go.
func fieldPath(path []model.Step) string {
	var names []string
	for _, step := range path {
		names = append(names, model.FieldName(step.Name, step.Field))
	}
	return strings.Join(names, ".")
}
