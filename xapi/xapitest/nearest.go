package xapitest

import "strings"

// nearest returns the name that somebody meant by another: one that differs by nothing but case and signs, or by few
// letters, or is a part of it. It is empty where none comes near.
func nearest(meant string, names []string) string {
	bare := strings.NewReplacer("_", "", ".", "", "-", "", " ", "").Replace
	meant = strings.ToLower(bare(meant))
	best, least := "", 1+len(meant)/4
	for _, name := range names {
		plain := strings.ToLower(bare(name))
		if steps := distance(meant, plain); steps < least || steps == least && best == "" {
			best, least = name, steps
		}
	}
	if best != "" || len(meant) < minPart {
		return best
	}
	for _, name := range names {
		if plain := strings.ToLower(bare(name)); strings.HasPrefix(plain, meant) || strings.HasSuffix(plain, meant) {
			return name
		}
	}
	return ""
}

// minPart is how many letters of a name make one think of it.
const minPart = 4

// maxCompared bounds the names that are compared letter by letter, in bytes.
const maxCompared = 64

// distance is how many bytes have to be put in, taken out or changed to make b of a.
func distance(a, b string) int {
	if len(a) > maxCompared || len(b) > maxCompared {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			steps := before
			if a[i] != b[j] {
				steps++
			}
			before = row[j+1]
			row[j+1] = min(steps, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
