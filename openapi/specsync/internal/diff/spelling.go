package diff

import (
	"fmt"
	"strings"
)

// words are what X says in two ways. What only went from one to the other is told as that.
var words = strings.NewReplacer("Tweet", "Post", "tweet", "post")

// respelled reports whether the one name is the other in the other spelling.
func respelled(a, b string) bool { return a != b && words.Replace(a) == words.Replace(b) }

// counterpart finds in which of the names that are new a name that is gone lives on.
func counterpart[V any](name string, before, after map[string]V) string {
	for _, other := range union(nil, after) {
		if _, was := before[other]; !was && respelled(name, other) {
			return other
		}
	}
	return ""
}

// respelledValues notes the values of two sets that only changed their spelling, and returns the sets without them.
func (c *comparison) respelledValues(p place, what string, before, after []any) (restBefore, restAfter []any) {
	restBefore, restAfter = before, after
	for _, was := range without(before, after) {
		for _, is := range without(restAfter, before) {
			from, isText := was.(string)
			to, alsoText := is.(string)
			if isText && alsoText && respelled(from, to) {
				c.note(p, Wire, what+"-respelled", fmt.Sprintf("%s is now spelled %s", from, to), from, to)
				restBefore, restAfter = without(restBefore, []any{was}), without(restAfter, []any{is})
				break
			}
		}
	}
	return restBefore, restAfter
}
