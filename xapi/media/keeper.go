package media

import (
	"context"
	"sync"
)

// ledger is the checkpoint of the upload under way.
type ledger struct {
	mu      sync.Mutex
	state   Checkpoint
	changes uint64
}

// change applies f to the checkpoint and returns the number of the change.
func (l *ledger) change(f func(*Checkpoint)) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.state)
	l.changes++
	return l.changes
}

// snapshot returns a copy of the checkpoint and the number of its last change.
func (l *ledger) snapshot() (Checkpoint, uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.clone(), l.changes
}

// keeper puts the ledger into the caller's store. A nil keeper keeps nothing.
type keeper struct {
	store  CheckpointStore
	unlock func() error
	ledger *ledger
	mu     sync.Mutex
	saved  uint64
}

// keep returns a keeper that has the store for itself.
func keep(ctx context.Context, store CheckpointStore, l *ledger, c *content) (*keeper, error) {
	if file, ok := store.(*checkpointFile); ok {
		if err := file.differs(c); err != nil {
			return nil, err
		}
	}
	k := &keeper{store: store, ledger: l, unlock: func() error { return nil }}
	if locker, ok := store.(CheckpointLocker); ok {
		unlock, err := locker.Lock(ctx)
		if err != nil {
			return nil, err
		}
		k.unlock = unlock
	}
	return k, nil
}

// close gives the store back.
func (k *keeper) close() error { return k.unlock() }

// commit returns when the store has the change. Changes that arrive while one is being saved are saved together.
func (k *keeper) commit(ctx context.Context, change uint64) error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.saved >= change {
		return nil
	}
	state, last := k.ledger.snapshot()
	// A segment that was acknowledged is worth noting even where the upload was just cancelled.
	if err := k.store.Save(context.WithoutCancel(ctx), state); err != nil {
		return err
	}
	k.saved = last
	return nil
}

// forget deletes the checkpoint.
func (k *keeper) forget(ctx context.Context) error {
	if k == nil {
		return nil
	}
	return k.store.Delete(context.WithoutCancel(ctx))
}
