package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

func (g *merger) contradiction(where, model, document string) {
	if g.m.Decided[where] != "" {
		return
	}
	g.report.Contradictions = append(g.report.Contradictions,
		fmt.Sprintf("%s is of type %s in the model, and %s here", where, model, document))
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
