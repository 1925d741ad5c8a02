package store

import (
	"context"
	"time"
)

// mostCounted is the largest sum that an engine counts.
const mostCounted = 1 << 53

// Spend adds amount to what the fleet has spent under name, unless that would be more than limit, and reports whether it
// did, and how much is spent. The unit is the caller's, millionths of a dollar for one; sums reach to 1<<53.
//
// The count ends, and begins at 0 again, when period has passed since the first spending; 0 keeps it for good. For a
// calendar month, name the month and give a period that is longer. A negative amount gives back what was not spent.
//
// What is refused is not counted. Where an error leaves open whether amount was counted, it may have been: repeating the
// call never makes the fleet spend more than limit, and may make it spend less. A database that loses the count begins
// at 0.
func (s *Store) Spend(ctx context.Context, name string, amount, limit int64, period time.Duration) (spent int64, done bool, err error) {
	spent, done, err = s.engine.Add(ctx, dataKey("spent", name), amount, min(limit, mostCounted), period)
	if err != nil {
		return 0, false, unavailable("count what "+name+" spends", err)
	}
	return spent, done, nil
}

// Spent returns how much is spent under name.
func (s *Store) Spent(ctx context.Context, name string) (int64, error) {
	spent, _, err := s.engine.Add(ctx, dataKey("spent", name), 1, -1, 0)
	if err != nil {
		return 0, unavailable("read what "+name+" has spent", err)
	}
	return spent, nil
}
