package xapi

import (
	"fmt"
	"slices"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// partitionsOf returns the partitions that config asks for: 0 alone is what the call's own parameters say.
func partitionsOf(op *gen.Endpoint, config *streaming.Config) ([]int, error) {
	most := op.Partitions
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
