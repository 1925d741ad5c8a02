package xapitest

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/nearest"
)

// What it costs to make one path of another, by the segment: to put in what is missing, to take out an id or a word that is
// too much, to take a word for an id, and to take another word, which costs less the more alike they are.
const (
	lackingSegment = 0.75
	surplusID      = 0.9
	surplusWord    = 1.2
	wordForID      = 1.2
	otherMethod    = 0.15
	// farPath is the least cost of a path that nobody can have meant.
	farPath = 1.85
)

// nearPath returns the operation that somebody meant who called a path that is none, nil where nothing comes near. Its path
// has the word as it stands, where there is one.
func nearPath(method, path, word string) *gen.Operation {
	asked := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(asked) > 0 && asked[0] == "v2" {
		asked[0] = "2"
	}
	if len(asked) == 0 || len(asked) > maxSegments {
		return nil
	}
	var best *gen.Operation
	least := farPath
	for op := range operations() {
		template := strings.Split(strings.Trim(op.Path, "/"), "/")
		if word != "" && !slices.Contains(template, word) {
			continue
		}
		cost := apart(template, asked)
		if op.Method != method {
			cost += otherMethod
		}
		if cost < least {
			best, least = op, cost
		}
	}
	return best
}

// maxSegments bounds the paths that are compared.
const maxSegments = 16

var identifier = regexp.MustCompile(`^[0-9]+(_[0-9]+)?$`)

// apart is what it costs to make the template of the path.
func apart(template, path []string) float64 {
	row := make([]float64, len(path)+1)
	for j, got := range path {
		row[j+1] = row[j] + surplus(got)
	}
	for _, want := range template {
		before := row[0]
		row[0] += lackingSegment
		for j, got := range path {
			least := math.Min(before+unlike(want, got), math.Min(row[j+1]+lackingSegment, row[j]+surplus(got)))
			before, row[j+1] = row[j+1], least
		}
	}
	return row[len(path)]
}

func surplus(segment string) float64 {
	if identifier.MatchString(segment) {
		return surplusID
	}
	return surplusWord
}

// unlike is what it costs to take one segment for another.
func unlike(want, got string) float64 {
	switch {
	case want == got:
		return 0
	case wildcard(want) && (identifier.MatchString(got) || strings.Contains(want, "name")):
		return 0
	case wildcard(want):
		return wordForID
	case len(want) >= minPart && len(got) >= minPart && (strings.HasPrefix(want, got) || strings.HasPrefix(got, want)):
		return 1 - float64(min(len(want), len(got)))/float64(max(len(want), len(got)))
	}
	share := float64(nearest.Distance(want, got)) / float64(max(len(want), len(got)))
	if share >= 0.5 {
		return farPath // no word for the other
	}
	return share
}
