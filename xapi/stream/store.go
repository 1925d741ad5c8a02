package stream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
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
	defaultLease  = 30 * time.Second
	shortestLease = 100 * time.Millisecond
	storeWithin   = 5 * time.Second
)

// WithStore reads the stream under the lease called name, which store gives to one process at a time, and goes on where
// the last reader stopped: what came since is asked for by a backfill, and what that does not cover is a [Gap].
//
// The position counts documents whose turn of the loop has ended; the one at which the loop is left comes again. It is
// stored at the end and whenever the lease is renewed, every 10 seconds, with the ids of the latest 8192 documents of each
// partition: after a process was killed, documents may come again that it had been given since then, and no others. A
// process that loses the lease stops reading, and waits for it again.
func WithStore(store Store, name string) Option {
	return func(s *settings) error {
		if store == nil || name == "" {
			return errors.New("WithStore: give a store, and a name for the stream")
		}
		s.store, s.name = store, name
		return nil
	}
}

// WithLease has the lease of [WithStore] run out after d, and be renewed when a third of that has passed. 30 seconds
// without this option. After a reader was killed, nobody reads for as long as its lease has left.
func WithLease(d time.Duration) Option {
	return func(s *settings) error {
		if d < shortestLease {
			return fmt.Errorf("WithLease: %s is less than the %s that renewing may take", d, shortestLease)
		}
		s.lease = d
		return nil
	}
}

// errLeaseLost is why a run ends whose lease is lost.
var errLeaseLost = errors.New("the lease is lost")

// owned waits for the lease and runs the stream while this process holds it, again and again.
func (s *Stream[R]) owned(ctx context.Context, yield func(Document[R], error) bool) {
	k := &keeper{settings: &s.settings, owner: rand.Text(), tell: s.tell}
	for waited := false; ; waited = true {
		held, err := k.acquire(ctx)
		switch {
		case ctx.Err() != nil:
			yield(Document[R]{}, s.stopped(ctx))
			return
		case err != nil && !waited:
			yield(Document[R]{}, fmt.Errorf("the stream %s: %w", s.settings.name, err))
			return
		case held:
			if again := s.holding(ctx, k, yield); !again {
				return
			}
			continue
		case err != nil || !waited:
			s.tell(Notice{Kind: Waiting, Err: err})
		}
		if !pause(ctx, k.every()) {
			yield(Document[R]{}, s.stopped(ctx))
			return
		}
	}
}

func (s *Stream[R]) stopped(ctx context.Context) error {
	return fmt.Errorf("the stream %s was stopped: %w", s.settings.name, context.Cause(ctx))
}

// holding runs the stream under its lease. True says that the lease was lost, and is to be waited for again.
func (s *Stream[R]) holding(ctx context.Context, k *keeper, yield func(Document[R], error) bool) bool {
	running, end := context.WithCancelCause(ctx)
	defer end(nil)
	var once sync.Once
	lose := func(err error) {
		once.Do(func() {
			s.tell(Notice{Kind: LeaseLost, Err: err})
			end(errLeaseLost)
		})
	}
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
		if err == nil && k.expired() { // the process, or the loop, stood still
			lose(nil)
		}
		if lost = ctx.Err() == nil && errors.Is(context.Cause(running), errLeaseLost); lost {
			return false
		}
		return yield(document, err)
	})
	end(nil)
	if k.positions != nil {
		<-kept
	}
	if lost {
		k.positions = nil
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

// keeper keeps the lease and the position of a stream.
type keeper struct {
	settings  *settings
	owner     string
	positions func() map[int]streaming.Position
	tell      func(Notice)
	// held is when the lease was asked for that is held, which is when it began at the earliest, in nanoseconds since start.
	held  atomic.Int64
	start time.Time
}

func (k *keeper) acquire(ctx context.Context) (bool, error) {
	asked := time.Now()
	held, err := k.settings.store.Acquire(ctx, k.settings.name, k.owner, k.settings.lease)
	if held {
		k.start = asked
		k.held.Store(0)
	}
	return held, err
}

// every is how often the lease is renewed.
func (k *keeper) every() time.Duration { return k.settings.lease / 3 }

func (k *keeper) renew(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, k.every())
	defer cancel()
	return k.settings.store.Renew(ctx, k.settings.name, k.owner, k.settings.lease)
}

// expired reports whether the lease has run out unless it was renewed without this process knowing.
func (k *keeper) expired() bool {
	return time.Since(k.start)-time.Duration(k.held.Load()) > k.settings.lease
}

// keep renews the lease and stores the position until ctx ends, or loses the run its lease.
func (k *keeper) keep(ctx context.Context, lose func(error)) {
	for pause(ctx, k.every()) {
		asked := time.Since(k.start)
		held, err := k.renew(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && held:
			k.held.Store(int64(asked))
			if err := k.save(ctx); err != nil && ctx.Err() == nil {
				k.tell(Notice{Kind: NotStored, Err: err})
			}
		case err == nil, asked-time.Duration(k.held.Load()) >= k.settings.lease-k.every():
			lose(err)
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
