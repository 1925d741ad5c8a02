package store

import (
	"context"
	"time"
)

// Acquire makes owner the holder of the lease called name until ttl has passed, and reports whether it is: false where
// another holds it. Its holder may acquire it again, which has the time begin anew.
//
// An owner is text by which nobody else acquires, a random one. A lease ends by the clock of the store, whether its
// holder knows or not: what must not be done without it is done under it, as SetPosition is.
func (s *Store) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	held, err := s.engine.Swap(ctx, Change{Key: leaseKey("own", name), New: []byte(owner), TTL: ttl})
	if err != nil {
		return false, unavailable("acquire "+name, err)
	}
	return held, nil
}

// Renew has the time of a lease begin anew. False says that owner does not hold it any more, and somebody else may have
// held it since: what owner believes of the state that the lease is for may be outdated.
func (s *Store) Renew(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	held, err := s.engine.Swap(ctx, Change{Key: leaseKey("own", name), Old: []byte(owner), New: []byte(owner), TTL: ttl})
	if err != nil {
		return false, unavailable("renew "+name, err)
	}
	return held, nil
}

// Release ends a lease where owner holds it, and leaves it alone elsewhere.
func (s *Store) Release(ctx context.Context, name, owner string) error {
	if _, err := s.engine.Swap(ctx, Change{Key: leaseKey("own", name), Old: []byte(owner)}); err != nil {
		return unavailable("release "+name, err)
	}
	return nil
}

// Position returns what SetPosition stored last under name, nil where there is none.
func (s *Store) Position(ctx context.Context, name string) ([]byte, error) {
	position, err := s.engine.Get(ctx, dataKey("own", name))
	if err != nil {
		return nil, unavailable("read the position of "+name, err)
	}
	return position, nil
}

// SetPosition stores how far owner has come, for whoever holds the lease called name next. Where owner does not hold it,
// the error matches [ErrLeaseLost] and nothing is stored.
func (s *Store) SetPosition(ctx context.Context, name, owner string, position []byte) error {
	done, err := s.engine.Swap(ctx, Change{
		Key: dataKey("own", name), Any: true, New: append([]byte{}, position...),
		While: Guard{Key: leaseKey("own", name), Value: []byte(owner)},
	})
	if err != nil {
		return unavailable("store the position of "+name, err)
	}
	if !done {
		return leaseLost("store the position of " + name)
	}
	return nil
}
