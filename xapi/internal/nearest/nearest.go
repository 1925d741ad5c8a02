// Package nearest compares names that people write with those that there are.
package nearest

// longest bounds the names that are compared letter by letter, in bytes.
const longest = 64

// Distance is how many bytes have to be put in, taken out or changed to make b of a. Of longer names it is the length of
// the longer one.
func Distance(a, b string) int {
	if len(a) > longest || len(b) > longest {
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
