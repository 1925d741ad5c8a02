package xapi

import (
	"fmt"
	"slices"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// partitions is how many partitions the streams have that have any: the maximum of the parameter in the spec.
var partitions = map[string]int{
	"streamLikesFirehose":   20,
	"streamLikesSample10":   2,
	"streamPostsCompliance": 4,
	"streamPostsFirehose":   20,
	"streamPostsFirehoseEn": 8,
	"streamPostsFirehoseJa": 2,
	"streamPostsFirehoseKo": 2,
	"streamPostsFirehosePt": 2,
	"streamPostsSample10":   2,
	"streamUsersCompliance": 4,
}

// partitionsOf returns the partitions that config asks for: 0 alone is what the call's own parameters say.
func partitionsOf(op *gen.Endpoint, config *streaming.Config) ([]int, error) {
	most := partitions[op.ID]
	asked := config.Partitions
	if config.AllPartitions && most > 0 {
		asked = make([]int, most)
		for i := range asked {
			asked[i] = i + 1
		}
	}
	if len(asked) == 0 {
		return []int{0}, nil
	}
	for i, partition := range asked {
		if partition < 1 || partition > most || slices.Contains(asked[:i], partition) {
			return nil, fmt.Errorf("%s: partition %d: it has %d partitions, to be named once each, from 1", op.ID, partition, most)
		}
	}
	return asked, nil
}
