package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// alternatives explains a oneOf or an anyOf that does not hold. In this order:
//
//   - what every alternative refuses is reported by itself, as if there were no alternatives;
//   - alternatives that each demand another list to be empty, or not to be, are one sentence;
//   - where all but one are of another type, the remaining one is meant, and what it refuses is reported;
//   - otherwise each alternative's first refusal is listed.
func (f *findings) alternatives(err *openapi3.SchemaError, at []string, refs openapi3.SchemaRefs) {
	if err.Schema.Discriminator != nil && f.discriminated(err, at, refs) {
		return
	}
	refusals := make([][]Finding, 0, len(refs))
	var held []string
	for i, ref := range refs {
		branch := findings{contract: f.contract, redact: f.redact, request: true, in: f.in, base: f.base, root: f.root}
		branch.explain(ref.Value.VisitJSON(err.Value, f.options()...), at)
		refusals = append(refusals, branch.sorted())
		if len(branch.list) == 0 {
			held = append(held, fmt.Sprint(i+1))
		}
	}
	if len(held) > 0 {
		f.addAt(at, err.SchemaField, "matches more than one of the alternatives ("+strings.Join(held, ", ")+"), must match exactly one", nil)
		return
	}
	common := inAll(refusals)
	switch meant := onlyOne(refusals, at); {
	case len(common) > 0:
		f.addAll(common)
	case each(refusals, "maxItems", "must be empty"):
		f.addAt(at, err.SchemaField, "one of the "+number(len(refs))+" lists must be empty", nil)
	case each(refusals, "minItems", "must have at least 1 item"):
		f.addAt(at, err.SchemaField, "one of the "+number(len(refs))+" lists must have an item", nil)
	case meant != nil:
		f.addAll(meant)
	default:
		f.addAt(at, err.SchemaField, "matches none of the alternatives: "+first(refusals, at), err.Value)
	}
}

// discriminated explains the alternative that the discriminator names. It reports whether there is one.
func (f *findings) discriminated(err *openapi3.SchemaError, at []string, refs openapi3.SchemaRefs) bool {
	object, _ := err.Value.(map[string]any)
	value, _ := object[err.Schema.Discriminator.PropertyName].(string)
	target, ok := err.Schema.Discriminator.Mapping[value]
	if !ok {
		return false
	}
	for _, ref := range refs {
		if ref.Ref == target.Ref {
			f.explain(ref.Value.VisitJSON(err.Value, f.options()...), at)
			return true
		}
	}
	return false
}

func (f *findings) addAll(list []Finding) {
	for _, finding := range list {
		f.add(finding)
	}
}

// inAll returns the refusals that all alternatives share.
func inAll(refusals [][]Finding) []Finding {
	var common []Finding
	for _, finding := range refusals[0] {
		shared := true
		for _, other := range refusals[1:] {
			shared = shared && slices.Contains(other, finding)
		}
		if shared {
			common = append(common, finding)
		}
	}
	return common
}

// each reports whether every alternative refuses one thing alone, by that rule, and each another thing.
func each(refusals [][]Finding, rule, reason string) bool {
	places := make(map[string]bool)
	for _, list := range refusals {
		if len(list) != 1 || list[0].Rule != rule || list[0].Reason != reason {
			return false
		}
		places[list[0].Pointer] = true
	}
	return len(places) == len(refusals)
}

// onlyOne returns the refusals of the one alternative that the value is of the type of, or nil.
func onlyOne(refusals [][]Finding, at []string) []Finding {
	var meant []Finding
	for _, list := range refusals {
		if len(list) == 1 && list[0].Rule == "type" && list[0].Pointer == pointer(at...) {
			continue
		}
		if meant != nil {
			return nil
		}
		meant = list
	}
	return meant
}

// first lists the first refusal of each alternative, its place counted from at.
func first(refusals [][]Finding, at []string) string {
	var listed []string
	for i, list := range refusals {
		place := strings.TrimPrefix(list[0].Pointer, pointer(at...))
		if place != "" {
			place += " "
		}
		listed = append(listed, fmt.Sprintf("(%d) %s%s", i+1, place, list[0].Reason))
	}
	return strings.Join(listed, ", ")
}

func number(n int) string {
	if words := []string{"no", "one", "two", "three", "four", "five", "six"}; n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}
