package auth

import "context"

// Keeper is a [Store] that can lose what was stored, as a database in memory can.
type Keeper interface {
	Store
	// Keep may look whether the store still has what it gave to this process or took from it, and bring back what it
	// lost. A session calls it each time that it gives out a token which it has at hand, by any number of goroutines: it
	// looks now and then only, and returns soon.
	Keep(ctx context.Context)
}

func (s *Session) keepStored(ctx context.Context) {
	if keeper, ok := s.store.(Keeper); ok {
		keeper.Keep(ctx)
	}
}
