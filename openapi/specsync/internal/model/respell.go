package model

import (
	"maps"
	"slices"
	"strings"
)

// The one word that X says in two ways, in names that the model may not have been told of.
const (
	oldWord = "tweet"
	newWord = "post"
)

// respelled reports whether the one name is the other in the other spelling.
func respelled(a, b string) bool {
	return a != b && strings.ReplaceAll(a, oldWord, newWord) == strings.ReplaceAll(b, oldWord, newWord)
}

// known finds the field that a version calls name in fields: under that name, as the old name of a field, or as a field
// in the other spelling. Such a field goes by its new name from then on, also where a version has it under both.
func known(fields map[string]*Field, name string, learning bool) (is, old string, found bool) {
	if field := fields[name]; field != nil {
		return name, field.Old, true
	}
	for is, field := range fields {
		if field.Old == name {
			return is, name, true
		}
	}
	for _, other := range slices.Sorted(maps.Keys(fields)) {
		field := fields[other]
		switch {
		case !respelled(other, name):
			continue
		case learning:
			return other, field.Old, true
		case strings.Contains(other, oldWord):
			rekey(fields, other, name)
			return name, other, true
		default:
			return other, name, true
		}
	}
	return name, "", false
}

// rekey gives a field another name, and keeps the one it had as its old one.
func rekey(fields map[string]*Field, from, to string) {
	field := fields[from]
	if field.Go == "" {
		if name := GoName(from); name != GoName(to) {
			field.Go = name
		}
	}
	field.Old = from
	delete(fields, from)
	if fields[to] == nil {
		fields[to] = field
	} else {
		fields[to].Old = from
	}
}

// settle makes one field of those that an answer would have under a name which is old elsewhere in it: answers are
// translated by name alone.
func (m *Model) settle() {
	for _, name := range m.Names() {
		operation := m.Operations[name]
		if operation.Raw {
			continue
		}
		reached, renamed := m.Reached(operation), map[string]string{}
		for _, thing := range reached {
			for field, of := range m.Things[thing].Fields {
				if of.Old != "" {
					renamed[of.Old] = field
				}
			}
		}
		for _, thing := range reached {
			fields := m.Things[thing].Fields
			for _, old := range slices.Sorted(maps.Keys(renamed)) {
				if fields[old] != nil && fields[old].Old == "" {
					rekey(fields, old, renamed[old])
				}
			}
		}
	}
}

// freshName gives a new field a Go name of its own, where another field of the struct has the one that follows from its
// name.
func freshName(fields map[string]*Field, name string) string {
	taken := func(candidate string) bool {
		for other, field := range fields {
			if other != name && FieldName(other, field) == candidate {
				return true
			}
		}
		return false
	}
	if !taken(GoName(name)) {
		return ""
	}
	fresh := GoName(name) + "Too"
	for taken(fresh) {
		fresh += "Too"
	}
	return fresh
}
