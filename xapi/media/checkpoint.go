package media

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Checkpoint is how far an upload has come: what another process needs to send the missing segments alone.
type Checkpoint struct {
	// Version is the layout's, checkpointVersion.
	Version int `json:"version"`
	// MediaID and MediaKey are what the server gave the upload. ExpiresAt is when it forgets it, zero where unknown.
	MediaID   string    `json:"media_id"`
	MediaKey  string    `json:"media_key,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// SHA256 and Bytes tell whether a source is the same. SHA256 is in hexadecimal.
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	// MediaType and Category are what the server was told.
	MediaType string   `json:"media_type"`
	Category  Category `json:"media_category,omitzero"`
	// SegmentSize is the size of every segment but the last, and Done the segments acknowledged, in ascending order.
	SegmentSize int64 `json:"segment_size"`
	Done        []int `json:"done"`
	// Finalized says that the server has put the segments together, Processing that it still has to process them.
	Finalized  bool `json:"finalized,omitzero"`
	Processing bool `json:"processing,omitzero"`
}

const (
	checkpointVersion = 1
	// maxCheckpoint bounds what is read: a thousand segment indexes and the rest take a few KB.
	maxCheckpoint = 1 << 20
	// largestSource is beyond what any server takes, and far from where sums of sizes overflow.
	largestSource = 1 << 50
)

var sha256Pattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// CheckpointStore keeps the checkpoint of one upload. Save must be atomic: a process that is killed meanwhile leaves
// the last checkpoint or the new one. It is used by one upload at a time, by one goroutine at a time.
type CheckpointStore interface {
	// Load returns the checkpoint, or nil where there is none.
	Load(ctx context.Context) (*Checkpoint, error)
	// Save replaces the checkpoint.
	Save(ctx context.Context, checkpoint Checkpoint) error
	// Delete removes the checkpoint. It is no error where there is none.
	Delete(ctx context.Context) error
}

// WithCheckpoint keeps a checkpoint in store as the upload goes, and goes on from the one that is there. A segment counts
// as done when store has it. Where the source or its category is another than the checkpoint's, or the upload has
// expired or is unknown to the server, the upload starts afresh, and Result.Restarts and WithRestartFunc tell why.
// The checkpoint is deleted when the upload is complete, or when X refuses the file for good.
//
// The source is read once more, to compute its digest, before anything is sent. What is in flight when a process dies is
// sent again by the next one, so that segments are smaller and fewer in flight than without a checkpoint: at most 1 MiB
// or 0.5 % of the source, whichever is more, unless WithSegmentSize or WithConcurrency say otherwise.
func WithCheckpoint(store CheckpointStore) Option {
	return func(s *settings) error { s.checkpoint = store; return nil }
}

// ParseCheckpoint reads a checkpoint as json.Marshal writes it, and refuses one that could not have been written.
func ParseCheckpoint(data []byte) (*Checkpoint, error) {
	if len(data) > maxCheckpoint {
		return nil, fmt.Errorf("media checkpoint: more than %d bytes", maxCheckpoint)
	}
	var c Checkpoint
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("media checkpoint: %w", err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("media checkpoint: more than one JSON value")
	}
	return &c, c.valid()
}

// valid returns what is wrong with a checkpoint.
func (c *Checkpoint) valid() error {
	switch {
	case c.Version != checkpointVersion:
		return fmt.Errorf("media checkpoint: version %d is not the %d that this release reads", c.Version, checkpointVersion)
	case !isID(c.MediaID):
		return fmt.Errorf("media checkpoint: %q is not a media id", c.MediaID)
	case !sha256Pattern.MatchString(c.SHA256):
		return fmt.Errorf("media checkpoint: the digest is not a sha256 in hexadecimal")
	case c.Bytes < 1 || c.Bytes > largestSource || c.SegmentSize < smallest(c.Bytes):
		return fmt.Errorf("media checkpoint: segments of %d bytes do not make %d bytes", c.SegmentSize, c.Bytes)
	}
	count := plan{total: c.Bytes, size: c.SegmentSize}.count()
	for i, index := range c.Done {
		if index < 0 || index >= count || i > 0 && index <= c.Done[i-1] {
			return fmt.Errorf("media checkpoint: segment %d is out of place among %d", index, count)
		}
	}
	return nil
}

// clone returns a copy that shares nothing with c.
func (c *Checkpoint) clone() Checkpoint {
	copied := *c
	copied.Done = slices.Clone(c.Done)
	return copied
}
