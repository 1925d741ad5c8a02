package contract

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// merge puts the parts together into one canonical document. A path item, operation or component that two parts give
// must be the same in both. What stands at the top of the document (info, servers, tags) comes from published pages
// where there are any, since a transcribed part's info is about the part. Each part is of the spec version that it
// gives itself, which the lock keeps: an operation that came with a later version stands in a part of that version.
func merge(parts []Part) (document.Object, error) {
	if len(parts) == 0 {
		return nil, errors.New("there are no parts to build the contract from")
	}
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Part) int {
		if (a.Origin == page) != (b.Origin == page) {
			if a.Origin == page {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Path, b.Path)
	})
	m := merger{whole: document.Object{}, from: map[string]string{}}
	for _, part := range parts {
		if err := m.add(part); err != nil {
			return nil, err
		}
	}
	document.Canonicalize(m.whole)
	if err := document.Check(m.whole); err != nil {
		return nil, err
	}
	return m.whole, nil
}

type merger struct {
	whole document.Object
	// from names the part that gave each key.
	from map[string]string
}

func (m *merger) add(part Part) error {
	for _, key := range slices.Sorted(maps.Keys(part.root)) {
		value := part.root[key]
		var err error
		switch key {
		case "openapi", "info":
			if _, given := m.whole[key]; !given {
				m.whole[key] = value
			}
		case "tags":
			err = m.addTags(part, value)
		case "paths", "components":
			// components nest by kind and name; path items by path and method.
			err = m.addNested(m.whole, key, value, part, key, 2)
		default:
			err = m.addNested(m.whole, key, value, part, key, 0)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addNested puts value under into[key]. Objects merge down to the given depth; below it, what is given twice must be
// the same.
func (m *merger) addNested(into document.Object, key string, value any, part Part, at string, depth int) error {
	present, given := into[key]
	if !given && depth == 0 {
		into[key] = value
		m.from[at] = part.Path
		return nil
	}
	object, isObject := value.(document.Object)
	if depth > 0 && isObject {
		target, ok := present.(document.Object)
		if given && !ok {
			return fmt.Errorf("%s: %s is an object, elsewhere it is none", part.Path, at)
		}
		if !given {
			target = document.Object{}
			into[key] = target
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if err := m.addNested(target, name, object[name], part, at+"/"+name, depth-1); err != nil {
				return err
			}
		}
		return nil
	}
	if !bytes.Equal(document.JSON(present), document.JSON(value)) {
		return fmt.Errorf("%s and %s give different content for %s: make them the same, or keep it in one of them",
			m.from[at], part.Path, at)
	}
	return nil
}

// addTags joins the lists of tags by name.
func (m *merger) addTags(part Part, value any) error {
	list, _ := value.([]any)
	all, _ := m.whole["tags"].([]any)
	for _, tag := range list {
		object, _ := tag.(document.Object)
		name, _ := object["name"].(string)
		if name == "" {
			return fmt.Errorf("%s: a tag has no name", part.Path)
		}
		same := func(other any) bool {
			object, ok := other.(document.Object)
			return ok && object["name"] == name
		}
		if at := slices.IndexFunc(all, same); at < 0 {
			all = append(all, tag)
			m.from["tags/"+name] = part.Path
		} else if !bytes.Equal(document.JSON(all[at]), document.JSON(tag)) {
			return fmt.Errorf("%s and %s describe the tag %s differently", m.from["tags/"+name], part.Path, name)
		}
	}
	m.whole["tags"] = all
	return nil
}
