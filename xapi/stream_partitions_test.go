package xapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi"
)

func TestPartitionsAreAsManyAsTheSpecSays(t *testing.T) {
	known := 0
	for row := range gen.Operations() {
		if !row.Stream {
			continue
		}
		document, err := spec.Operation(row.ID)
		require.NoError(t, err)
		most := 0
		if partition := document.Paths.Value(row.Path).Get.Parameters.GetByInAndName("query", "partition"); partition != nil {
			most = int(*partition.Schema.Value.Max)
			known++
		}
		require.Equal(t, most, xapi.Partitions[row.ID], row.ID)
	}
	require.Len(t, xapi.Partitions, known)
}
