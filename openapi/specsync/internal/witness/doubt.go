package witness

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/corrected"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/diff"
	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Doubt looks for requests that were valid and are refused, of operations whose requests the report says nothing about
// that breaks the wire. It tries at most so many values of each body and parameter, changed at random in several places
// at once, and returns what it finds, which is a fault of the report.
func Doubt(report diff.Report, base, head document.Object, tries int, seed uint64) ([]string, error) {
	before, err := corrected.Load(base)
	if err != nil {
		return nil, fmt.Errorf("the base: %w", err)
	}
	after, err := corrected.Load(head)
	if err != nil {
		return nil, fmt.Errorf("the head: %w", err)
	}
	breaks := map[string]bool{}
	for _, change := range report.Changes {
		if change.Class == diff.Wire && change.Way != "answer" {
			for _, operation := range change.Operations {
				breaks[operation] = true
			}
		}
	}
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // values to try
	var faults []string
	for _, pair := range plainFirst(base, head, before, after) {
		if breaks[pair.id] {
			continue
		}
		was, required := bodyOf(pair.was)
		is, requiredNow := bodyOf(pair.is)
		if requiredNow && !required {
			faults = append(faults, pair.id+": a body is required")
		}
		if was != nil && is != nil {
			faults = append(faults, doubted(pair.id, was, is, tries, random)...)
		}
		parameters := parametersOf(pair.is)
		for name, parameter := range parametersOf(pair.was) {
			if now := parameters[name]; now != nil && parameter.Schema != nil && now.Schema != nil {
				faults = append(faults, doubted(pair.id+" "+name, parameter.Schema.Value, now.Schema.Value, tries, random)...)
			}
		}
	}
	slices.Sort(faults)
	return faults, nil
}

// doubted returns the first value found that the one schema takes and the other refuses.
func doubted(where string, from, to *openapi3.Schema, tries int, random *rand.Rand) []string {
	m := newMaker(nil)
	refuses := func(value any) []string {
		if from.VisitJSON(value, lenient...) != nil {
			return nil
		}
		if err := to.VisitJSON(value, lenient...); err != nil {
			text, _ := json.Marshal(value)
			return []string{fmt.Sprintf("%s: %.200s was valid and is refused: %v", where, text, ofError(err)[0])}
		}
		return nil
	}
	var values []any
	var found []string
	m.variants(from, func(value any) bool {
		values = append(values, value)
		found = refuses(value)
		return found == nil && len(values) < tries
	})
	for n := len(values); found == nil && n < tries && len(values) > 0; n++ {
		found = refuses(mixed(values[random.IntN(len(values))], values[random.IntN(len(values))], random))
	}
	return found
}

// mixed takes, at each place, what one of two values has.
func mixed(a, b any, random *rand.Rand) any {
	one, isObject := a.(object)
	other, alsoObject := b.(object)
	if !isObject || !alsoObject {
		if random.IntN(2) == 0 {
			return a
		}
		return b
	}
	made := object{}
	for name, value := range one {
		if with, both := other[name]; both {
			made[name] = mixed(value, with, random)
		} else if random.IntN(2) == 0 {
			made[name] = value
		}
	}
	for name, value := range other {
		if _, has := one[name]; !has && random.IntN(2) == 0 {
			made[name] = value
		}
	}
	return made
}
