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

// Checkpoint is how far an upload has come: what another process needs to send what is missing alone.
type Checkpoint struct {
	// Version is the layout's, checkpointVersion.
	Version int `json:"version"`
	// MediaID and MediaKey are what the server gave the upload. ExpiresAt is when it forgets it, zero where unknown.
	MediaID   string    `json:"media_id"`
	MediaKey  string    `json:"media_key,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Bytes is the size of the source. MediaType and Category are what the server was told.
	Bytes     int64    `json:"bytes"`
	MediaType string   `json:"media_type"`
	Category  Category `json:"media_category,omitzero"`
	// Segments are those that the source has been cut into so far, from its beginning on. What follows them is not cut yet.
	Segments []Segment `json:"segments"`
	// Finalized says that the server has put the segments together, Processing that it still has to process them.
	Finalized  bool `json:"finalized,omitzero"`
	Processing bool `json:"processing,omitzero"`
}

// Segment is a stretch of the source, which begins where the one before it ends.
type Segment struct {
	Bytes int64 `json:"bytes"`
	// Sum is the checksum of its bytes where the server has acknowledged them, 8 digits in hexadecimal. It is empty where
	// it has not.
	Sum string `json:"sum,omitzero"`
}

const (
	checkpointVersion = 1
	// maxCheckpoint bounds what is read: a thousand segments and the rest take 60 KB.
	maxCheckpoint = 1 << 20
	// largestSource is more than any server takes, and so little that sums of sizes do not overflow.
	largestSource = 1 << 50
)

var sumPattern = regexp.MustCompile(`^[0-9a-f]{8}$`)

// Acknowledged returns how many bytes of the source the server has confirmed, and in how many segments.
func (c *Checkpoint) Acknowledged() (bytes int64, segments int) {
	for _, s := range c.Segments {
		if s.Sum != "" {
			bytes += s.Bytes
			segments++
		}
	}
	return bytes, segments
}

// cut returns how many bytes the segments are together.
func (c *Checkpoint) cut() (bytes int64) {
	for _, s := range c.Segments {
		bytes += s.Bytes
	}
	return bytes
}

// CheckpointStore keeps the checkpoint of one upload. Save must be atomic: a process that is killed meanwhile leaves
// the last checkpoint or the new one. It is used by one goroutine at a time. A store that two processes could use at once
// implements CheckpointLocker too.
type CheckpointStore interface {
	// Load returns the checkpoint, or nil where there is none.
	Load(ctx context.Context) (*Checkpoint, error)
	// Save replaces the checkpoint.
	Save(ctx context.Context, checkpoint Checkpoint) error
	// Delete removes the checkpoint. It is no error where there is none.
	Delete(ctx context.Context) error
}

// CheckpointLocker is a CheckpointStore that one upload at a time may use.
type CheckpointLocker interface {
	CheckpointStore
	// Lock fails at once where another upload uses the store, and says who does. The returned function gives it back.
	Lock(ctx context.Context) (unlock func() error, err error)
}

// WithCheckpoint keeps a checkpoint in store as the upload goes, and goes on from the one that is there. A segment counts
// as done when store has it. Where the source or its category is another than the checkpoint's, or the upload has
// expired or is unknown to the server, the upload starts afresh, and Result.Restarts and WithRestartFunc tell why.
// The checkpoint is deleted when the upload is complete, or when X refuses the file for good.
//
// Of the source, what the server has is read again and compared before an upload goes on. What is in flight when a
// process dies is sent again by the next one: eight segments at most, unless WithConcurrency says otherwise. An upload
// that is cancelled waits up to a quarter of a second for what is about to arrive.
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
	case c.Bytes < 1 || c.Bytes > largestSource:
		return fmt.Errorf("media checkpoint: %d bytes are no source", c.Bytes)
	case len(c.Segments) > maxSegments:
		return fmt.Errorf("media checkpoint: %d segments are more than %d", len(c.Segments), maxSegments)
	}
	left := c.Bytes
	for i, s := range c.Segments {
		if left -= s.Bytes; s.Bytes < 1 || left < 0 || s.Sum != "" && !sumPattern.MatchString(s.Sum) {
			return fmt.Errorf("media checkpoint: segment %d of %d bytes is none of %d bytes", i, s.Bytes, c.Bytes)
		}
	}
	if left > 0 && len(c.Segments) == maxSegments {
		return fmt.Errorf("media checkpoint: %d segments leave %d bytes", maxSegments, left)
	}
	return nil
}

// clone returns a copy that shares nothing with c.
func (c *Checkpoint) clone() Checkpoint {
	copied := *c
	copied.Segments = slices.Clone(c.Segments)
	return copied
}
