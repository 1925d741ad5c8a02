package webhook

import (
	"context"
	"time"
)

// What Window.Claim answers in place of an attempt.
const (
	// Committed says that the event was taken.
	Committed = 0
	// Held says that another delivery of the event is under way.
	Held = -1
)

// Window remembers which events were taken, for the processes that share it. It must be safe for concurrent use, across
// these processes, and keep to ctx. Times are by the clock of whatever keeps it.
//
// A store knows an id in one of three states: held by an owner until a lease runs out, open after a claim that came to
// nothing, and committed. It counts the claims, and forgets the id once keep has passed since the last of these calls.
type Window interface {
	// Claim makes owner the holder of id until lease has passed, and returns how many times the id has been claimed,
	// this one included: 1 for an event that is new. Above 1, an earlier claim was released, or ran out without a
	// word. It returns Held where another owner's lease is running, and Committed where the id was committed.
	//
	// The owner's own claim is renewed by claiming again: the lease runs anew, and the count stays.
	Claim(ctx context.Context, id, owner string, lease, keep time.Duration) (attempt int, err error)
	// Commit has the id committed, whoever holds it, and whether or not anybody does.
	Commit(ctx context.Context, id string, keep time.Duration) error
	// Release opens the id, where owner holds it: the next claim need not wait for the lease to run out.
	Release(ctx context.Context, id, owner string) error
}
