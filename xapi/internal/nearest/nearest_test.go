package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/nearest"
)

func TestDistanceCountsTheLettersThatDiffer(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "query", 5}, {"query", "query", 0}, {"qeury", "query", 2}, {"query", "queries", 3}, {"kitten", "sitting", 3},
	} {
		require.Equal(t, c.want, nearest.Distance(c.a, c.b), "%s and %s", c.a, c.b)
		require.Equal(t, c.want, nearest.Distance(c.b, c.a), "%s and %s", c.b, c.a)
	}
	long := strings.Repeat("a", 1000)
	require.Equal(t, 1000, nearest.Distance(long, long[:500]), "not compared letter by letter")
}
