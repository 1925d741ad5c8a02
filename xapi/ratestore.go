package xapi

import (
	"context"
	"time"
)

// RateStore is where the processes of a fleet keep what they know of the rate limit windows that they share, so that
// together they use them up and never go beyond. WithRateStore gives one to a client; without it each client counts for
// itself. MemoryRateStore serves the clients of one process; xapi/store has stores for a fleet.
//
// A client asks the store for some calls at a time, a lease, and sends them without asking again. What it learns from
// the answers, and what became of the lease, goes along with its next request, so that a call costs a fraction of a
// round trip. A store knows nothing of the API: it counts.
//
// # What a store promises
//
// Reserve is one atomic step over all windows of the request: no two of them, from whichever process, are seen by one
// another half done. Durability is not asked for: a store that lost its data is one to which nothing has been told yet,
// and until the next answers have told it anew, a fleet may go beyond a window by the leases that were lost.
//
// Time is the store's own, one clock for all processes; nothing in a request depends on the clock of the process that
// made it. Whatever is kept of a window may be forgotten one hour after its end, and of one without a limit after
// [RateKey].Length; nothing else may be forgotten on purpose.
//
// The windows of a request are all of one App, so that a store spread over several servers can keep them together.
// Holder, App, User and Operation are text of the caller's, at most 256 bytes each, and no secrets.
//
// It is safe for concurrent use, and Reserve ends with its context. Any error means that the store is away: the client
// then goes on with its static share, under another Holder, as the request may have been carried out all the same.
type RateStore interface {
	// Reserve does the following, in this order, at the time now of the store. RateRequest.Reserve is the same in Go, for
	// stores that can run it on what they keep; a store that cannot does as it does.
	//
	//  1. A window past its end begins anew: its Limit remains, none are taken by others, and the leases that have not
	//     run out by its end are taken, as leases of the window before.
	//  2. Each of the request's Readings is taken in, by the rules of [RateReading].
	//  3. If the request is Answered, each of its Windows of which nothing is known becomes one without a limit.
	//  4. The Holder's lease on each of the Windows shrinks to Open calls. Of those that are over, the Unused are no
	//     longer taken; of a lease of the window before, all of them. Where the store knows of fewer calls than are Open,
	//     the difference is taken. As others' count as many calls as are missing from the Limit, beyond what remains and
	//     what is taken, at the most that this ever came to in the window.
	//  5. The grant is the largest number up to Calls that no window is against. A window without a limit is against
	//     none. A window that is known allows no more than a twentieth of its Limit, rounded down, though at least one
	//     call; no more than its Remaining; and no more than its Limit less what is taken, by the fleet and by others. If
	//     nothing at all is known of any of the Windows, the grant is one call where no other holder has a lease that has
	//     not run out, else none: the first call of a fleet goes alone.
	//  6. The grant is taken. The Holder's lease on each of the Windows becomes Open and the grant together, and runs out
	//     at now and Lease; one of no calls is gone at once. A lease that ran out still counts, see [RateReading] for when
	//     it ends: its holder may have died after sending.
	//
	// A request of zero Calls settles without reserving: a client that has been idle gives back what it did not use.
	Reserve(ctx context.Context, request RateRequest) (RateGrant, error)
}

// RateKey names a window: so many calls of one operation by one app or one user in each span of time.
type RateKey struct {
	// App and User are the names under which the caller counts, those of WithRateStore. User is empty for a window that
	// all users of the app share.
	App, User string
	// Operation is the operationId.
	Operation string
	// Length is 15 minutes or 24 hours.
	Length time.Duration
}

// RateRequest is what a client says to a RateStore, and asks of it.
type RateRequest struct {
	// Holder names the client and its operation, by chance: no two share it.
	Holder string
	// Windows are those that a call counts against, one to three. A Holder always names the same.
	Windows []RateKey
	// Readings are what answers told since the last request, at most one of each of the Windows.
	Readings []RateReading
	// Answered says that an answer has come, whether it told of windows or not.
	Answered bool
	// Open is how many calls of the Holder's lease may still be sent or are under way; the others are over. Unused is how
	// many of those were not sent.
	Open, Unused int
	// Calls is how many more calls are wanted.
	Calls int
	// Lease is how long the calls granted, and those that are open, may be sent.
	Lease time.Duration
}

// RateReading is what is known of a window: in a request, from the headers of an answer; in a grant, by the store.
//
// A store takes a reading in as follows. It ends those leases of other holders that had run out when its call was sent,
// which are no longer taken: what they came to is in the reading. Where nothing is known of the window, where it is past
// its end, where the reading's Reset is more than two seconds later than the known one, and where it is Refused, the
// reading replaces what is known, and the end of the window is RenewedIn from now; a window that had not ended by the
// store's clock begins anew with a later Reset, and so does one of which nothing is known. Where the Reset is within two
// seconds of the known one, the lower Remaining counts. An earlier one is of a window that is over, and is passed over.
type RateReading struct {
	RateKey
	// Limit is how many calls the window allows in all, and Remaining how many of them are left.
	Limit, Remaining int
	// Reset is when the window is renewed by the clock of the API's server. It tells one window from the next, and is
	// never to be held against another clock.
	Reset time.Time
	// RenewedIn is how long it takes until then, between a second and Length and a second.
	RenewedIn time.Duration
	// Age is how long ago the call that this is the answer to was sent. It is zero in a grant.
	Age time.Duration
	// Refused says that the answer was a 429 for this window, so that it is spent whatever is known. It is false in a
	// grant.
	Refused bool
}

// RateGrant is what a RateStore grants.
type RateGrant struct {
	// Calls is how many calls may be sent, none to as many as were asked for.
	Calls int
	// Known are those of the request's windows that are known and not past their end. Remaining takes no account of
	// leases.
	Known []RateReading
}
