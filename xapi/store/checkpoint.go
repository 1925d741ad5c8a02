package store

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// Checkpoint keeps the checkpoint of one upload, so that another worker of the fleet can go on with it:
//
//	media.New(client).Upload(ctx, source, media.WithCheckpoint(fleet.Checkpoint("clip 17")))
//
// One upload at a time uses it. Its lock is a lease, which ends half a minute after its holder died; a holder that was
// stopped for longer stores nothing any more.
type Checkpoint struct {
	store *Store
	name  string
	guard Guard
}

var _ media.CheckpointLocker = (*Checkpoint)(nil)

// Checkpoint returns the checkpoint called name. A value is for one upload; another one has its own.
func (s *Store) Checkpoint(name string) *Checkpoint { return &Checkpoint{store: s, name: name} }

const (
	uploadKind  = "upload"
	uploadLease = 30 * time.Second
	// uploadTime is how long a checkpoint stays that nobody goes on with: X forgets an upload within a day.
	uploadTime = 7 * 24 * time.Hour
)

// Load returns the checkpoint, nil where there is none.
func (c *Checkpoint) Load(ctx context.Context) (*media.Checkpoint, error) {
	data, err := c.store.engine.Get(ctx, dataKey(uploadKind, c.name))
	if err != nil {
		return nil, unavailable("load the checkpoint "+c.name, err)
	}
	if data == nil {
		return nil, nil
	}
	checkpoint, err := media.ParseCheckpoint(data)
	if err != nil {
		return nil, fmt.Errorf("%q: %w: delete it, or name another", c.name, err)
	}
	return checkpoint, nil
}

// Save replaces the checkpoint.
func (c *Checkpoint) Save(ctx context.Context, checkpoint media.Checkpoint) error {
	data, err := json.Marshal(checkpoint)
	if err != nil {
		return fmt.Errorf("store the checkpoint %s: %w", c.name, err)
	}
	return c.swap(ctx, "store the checkpoint "+c.name, data)
}

// Delete removes the checkpoint.
func (c *Checkpoint) Delete(ctx context.Context) error {
	return c.swap(ctx, "delete the checkpoint "+c.name, nil)
}

func (c *Checkpoint) swap(ctx context.Context, step string, data []byte) error {
	done, err := c.store.engine.Swap(ctx, Change{
		Key: dataKey(uploadKind, c.name), Any: true, New: data, TTL: uploadTime, While: c.guard,
	})
	if err != nil {
		return unavailable(step, err)
	}
	if !done {
		return leaseLost(step)
	}
	return nil
}

// Lock makes the caller the only one to use the checkpoint. Where somebody does, it fails at once and says who: by host
// and process.
func (c *Checkpoint) Lock(ctx context.Context) (unlock func() error, err error) {
	step := "lock the checkpoint " + c.name
	host, _ := os.Hostname()
	owner := fmt.Sprintf("process %d on %s (%s)", os.Getpid(), host, newOwner())
	key := leaseKey(uploadKind, c.name)
	held, err := c.store.hold(ctx, key, owner, uploadLease, 0)
	if err != nil {
		return nil, unavailable(step, err)
	}
	if held == nil {
		holder, err := c.store.engine.Get(ctx, key)
		if err != nil {
			return nil, unavailable(step, err)
		}
		return nil, fmt.Errorf("%s: %s is at this upload: let it end, or wait %s after it died", step, holder, uploadLease)
	}
	c.guard = held.guard
	return func() error {
		c.guard = Guard{}
		if err := held.release(ctx); err != nil {
			return unavailable("unlock the checkpoint "+c.name, err)
		}
		return nil
	}, nil
}
