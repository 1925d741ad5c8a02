package stream

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// stored is the position of a partition as it is stored.
type stored struct {
	Partition int       `json:"partition"`
	At        time.Time `json:"at"`
	Made      time.Time `json:"made,omitzero"`
	// Seen are the keys of the latest documents, 8 bytes each.
	Seen []byte `json:"seen,omitempty"`
}

// save stores how far this run has read.
func (k *keeper) save(ctx context.Context) error {
	var all []stored
	for partition, position := range k.positions() {
		if position.At.IsZero() {
			continue // it has not been connected
		}
		keys := make([]byte, 0, 8*len(position.Seen))
		for _, key := range position.Seen {
			keys = binary.BigEndian.AppendUint64(keys, key)
		}
		all = append(all, stored{partition, position.At.UTC(), position.Made.UTC(), keys})
	}
	if len(all) == 0 {
		return nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return k.settings.store.SetPosition(ctx, k.settings.name, k.owner, text)
}

// resume reads how far the last run came.
func (k *keeper) resume(ctx context.Context) (map[int]streaming.Position, error) {
	text, err := k.settings.store.Position(ctx, k.settings.name)
	if err != nil || len(text) == 0 {
		return nil, err
	}
	var all []stored
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("the position of the stream %s is not one that this package stores: %w", k.settings.name, err)
	}
	positions := make(map[int]streaming.Position, len(all))
	for _, each := range all {
		position := streaming.Position{At: each.At, Made: each.Made}
		for keys := each.Seen; len(keys) >= 8; keys = keys[8:] {
			position.Seen = append(position.Seen, binary.BigEndian.Uint64(keys))
		}
		positions[each.Partition] = position
	}
	return positions, nil
}
