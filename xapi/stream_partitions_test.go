package xapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
)

func TestPartitionsAreAsManyAsTheSpecSays(t *testing.T) {
	known := 0
	for row := range gen.Operations() {
		if !row.Stream || row.Gone {
			continue
		}
		document, err := spec.Operation(row.ID)
		require.NoError(t, err)
		most := 0
		if partition := document.Paths.Value(row.Path).Get.Parameters.GetByInAndName("query", "partition"); partition != nil {
			most = int(*partition.Schema.Value.Max)
			known++
		}
		require.Equal(t, most, row.Partitions, row.ID)
	}
	require.NotZero(t, known)
}
