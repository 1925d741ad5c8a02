package witness

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// shown is the value as JSON, without what it does not take to be refused.
func (e evidence) shown() string {
	if e.value == nil && e.from == nil {
		return "a request without it"
	}
	value := e.value
	if e.from != nil && e.to != nil {
		value = e.shrunk(e.value, func(value any) any { return value }, 0)
	}
	if list, ok := value.([]any); ok && len(list) > mostItems {
		return fmt.Sprintf("%d times %s", len(list), written(list[0]))
	}
	return written(value)
}

// mostItems is how many items of a list are written out.
const mostItems = 10

func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	const most = 400
	if len(text) > most {
		return string(text[:most]) + "..."
	}
	return string(text)
}

// shrunk drops, one after the other, the fields and items that are not needed for the refusal.
func (e evidence) shrunk(value any, whole func(any) any, depth int) any {
	needed := func(smaller any) bool {
		candidate := whole(smaller)
		held := candidate
		if e.held != nil {
			held = e.held(candidate)
		}
		return len(refusals(e.from, candidate)) > 0 || !slices.ContainsFunc(refusals(e.to, held), func(one refusal) bool {
			return one.reason == e.reason && strings.HasSuffix(e.at, one.at)
		})
	}
	if depth > maxDepth {
		return value
	}
	switch of := value.(type) {
	case object:
		for _, name := range slices.Sorted(maps.Keys(of)) {
			without := maps.Clone(of)
			delete(without, name)
			if !needed(without) {
				of = without
			}
		}
		for _, name := range slices.Sorted(maps.Keys(of)) {
			smaller := maps.Clone(of)
			smaller[name] = e.shrunk(of[name], func(inner any) any {
				with := maps.Clone(of)
				with[name] = inner
				return whole(with)
			}, depth+1)
			of = smaller
		}
		return of
	case []any:
		if len(of) == 1 {
			return []any{e.shrunk(of[0], func(inner any) any { return whole([]any{inner}) }, depth+1)}
		}
	}
	return value
}
