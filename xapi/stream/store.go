package stream

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/streaming"
)

// Store keeps how far a stream was read, and has one process at a time read it. An *xapi/store.Store is one for a fleet,
// a [File] one for a single process.
type Store interface {
	// Acquire makes owner the holder of the lease called name until ttl has passed, unless another holds it.
	Acquire(ctx context.Context, name, owner string, ttl time.Duration) (bool, error)
	// Renew has the time begin anew. False says that owner does not hold the lease any more.
	Renew(ctx context.Context, name, owner string, ttl time.Duration) (bool, error)
	// Release ends the lease where owner holds it.
	Release(ctx context.Context, name, owner string) error
	// Position returns what SetPosition stored last, nil where there is none.
	Position(ctx context.Context, name string) ([]byte, error)
	// SetPosition stores a position where owner holds the lease.
	SetPosition(ctx context.Context, name, owner string, position []byte) error
}

const (
	leaseTime   = 30 * time.Second
	leaseEvery  = leaseTime / 3
	storeWithin = 5 * time.Second
)

// WithStore reads the stream under the lease called name, which store gives to one process at a time, and goes on where
// the last reader stopped: what came since is asked for by a backfill, and what that does not cover is a [Gap].
//
// The position counts documents whose turn of the loop has ended; the one at which the loop is left comes again. It is
// stored every 10 seconds and at the end, with the ids of the latest 4096 documents of each partition: after a process was
// killed, documents may come again that it had been given in its last seconds, and no others. The lease is for 30
// seconds, renewed every 10. A process that loses it stops reading, and waits for it again.
func WithStore(store Store, name string) Option {
	return func(s *settings) error {
		if store == nil || name == "" {
			return errors.New("WithStore: give a store, and a name for the stream")
		}
		s.store, s.name = store, name
		return nil
	}
}

// errLeaseLost is why a run ends that the lease does not cover any more.
var errLeaseLost = errors.New("the lease is lost")

// owned runs the stream whenever this process holds its lease.
func (s *Stream[R]) owned(ctx context.Context, yield func(Document[R], error) bool) {
	owner := rand.Text()
	for waited := false; ; {
		held, err := s.settings.store.Acquire(ctx, s.settings.name, owner, leaseTime)
		switch {
		case ctx.Err() != nil:
			yield(Document[R]{}, context.Cause(ctx))
			return
		case err != nil && !waited:
			yield(Document[R]{}, fmt.Errorf("the stream %s: %w", s.settings.name, err))
			return
		case held:
			waited = true
			if !s.holding(ctx, owner, yield) {
				return
			}
			continue
		case err != nil:
			s.tell(Notice{Kind: Waiting, Err: err})
		case !waited:
			s.tell(Notice{Kind: Waiting})
		}
		waited = true
		if !pause(ctx, leaseEvery) {
			yield(Document[R]{}, context.Cause(ctx))
			return
		}
	}
}

// holding runs the stream under its lease. True says that the lease was lost, and is to be waited for again.
func (s *Stream[R]) holding(ctx context.Context, owner string, yield func(Document[R], error) bool) bool {
	k := &keeper{settings: &s.settings, owner: owner, tell: s.tell}
	running, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	config := s.settings.config
	var err error
	if config.Resume, err = k.resume(ctx); err != nil {
		_ = k.release(ctx)
		yield(Document[R]{}, err)
		return false
	}
	kept := make(chan struct{})
	config.Started = func(positions func() map[int]streaming.Position) {
		k.positions = positions
		go func() {
			defer close(kept)
			k.keep(running, lose)
		}()
	}
	lost := false
	s.run(running, config, func(document Document[R], err error) bool {
		if err != nil && ctx.Err() == nil && errors.Is(context.Cause(running), errLeaseLost) {
			lost = true
			return false
		}
		return yield(document, err)
	})
	lose(nil)
	if k.positions != nil {
		<-kept
	}
	if lost {
		return true
	}
	if err := k.finish(ctx); err != nil {
		s.tell(Notice{Kind: NotStored, Err: err})
	}
	return false
}

func (s *Stream[R]) tell(notice Notice) {
	if s.settings.notify != nil {
		notice.At = time.Now()
		s.settings.notify(notice)
	}
}

// keeper keeps the lease and the position of a run.
type keeper struct {
	settings  *settings
	owner     string
	positions func() map[int]streaming.Position
	tell      func(Notice)
}

// keep renews the lease and stores the position until ctx ends, or loses the run its lease.
func (k *keeper) keep(ctx context.Context, lose context.CancelCauseFunc) {
	renewed := time.Now()
	for pause(ctx, leaseEvery) {
		asked := time.Now()
		held, err := k.settings.store.Renew(ctx, k.settings.name, k.owner, leaseTime)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && held:
			renewed = asked
			if err := k.save(ctx); err != nil && ctx.Err() == nil {
				k.tell(Notice{Kind: NotStored, Err: err})
			}
		case err == nil, time.Since(renewed) > leaseTime-leaseEvery:
			k.tell(Notice{Kind: LeaseLost, Err: err})
			lose(errLeaseLost)
			return
		}
	}
}

// finish stores the last position and gives the lease up, also where ctx has ended.
func (k *keeper) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	var failed error
	if k.positions != nil {
		failed = k.save(ctx)
	}
	return errors.Join(failed, k.release(ctx))
}

func (k *keeper) release(ctx context.Context) error {
	return k.settings.store.Release(ctx, k.settings.name, k.owner)
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// stored is a position as it is stored.
type stored struct {
	Partition int       `json:"partition"`
	At        time.Time `json:"at"`
	// Seen are the keys of the latest documents, 8 bytes each.
	Seen string `json:"seen"`
}

func (k *keeper) save(ctx context.Context) error {
	var all []stored
	for partition, position := range k.positions() {
		if position.At.IsZero() {
			continue
		}
		keys := make([]byte, 0, 8*len(position.Seen))
		for _, key := range position.Seen {
			keys = binary.BigEndian.AppendUint64(keys, key)
		}
		all = append(all, stored{partition, position.At, base64.StdEncoding.EncodeToString(keys)})
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
		keys, err := base64.StdEncoding.DecodeString(each.Seen)
		if err != nil {
			return nil, fmt.Errorf("the position of the stream %s is damaged: %w", k.settings.name, err)
		}
		position := streaming.Position{At: each.At}
		for ; len(keys) >= 8; keys = keys[8:] {
			position.Seen = append(position.Seen, binary.BigEndian.Uint64(keys))
		}
		positions[each.Partition] = position
	}
	return positions, nil
}
