// Package stream runs the streaming operations of a client with options of its own: with notices of all that happens,
// several decoders, all partitions at once, a position that outlives the process.
//
// A stream stays up by itself, with this package and without:
//
//	for post, err := range client.StreamPosts(ctx, params) { … }
//
// is to be used where that is enough. What is said below holds for it too. This package adds the rest:
//
//	posts := stream.New(client.StreamPosts, params,
//		stream.WithNotices(func(n stream.Notice) { log.Print(n) }),
//		stream.WithDecoders(2))
//	for document, err := range posts.Documents(ctx) {
//		if err != nil {
//			return err // it is over: nothing comes behind an error
//		}
//		save(document.Value, document.Raw)
//	}
//
// # Staying up
//
// Whatever ends a connection, the next is opened at the time that X asks for. After a connection that was good for
// something that is at once. Where connecting fails, it is after
//
//	an error of the network         250 ms, and 250 ms more each time, up to 16 s
//	5xx, 408, 425                   5 s, doubled each time up to 320 s
//	429                             1 min, doubled each time up to 16 min, and not before the window is renewed
//	any other answer                never: the stream ends with it
//
// and by chance up to a tenth longer. A document or a heartbeat sets all back to the beginning. A connection that is
// silent for 21 seconds is given up: X sends a heartbeat every 20. What the server says about the end, with the list of
// errors around it or without, is an error that unwraps to an *xapi.OperationalDisconnectProblem or an
// *xapi.ConnectionExceptionProblem; it stands in the notice of the end.
//
// # Losing nothing
//
// After a gap the next connection asks for a backfill as long as that, up to X's 5 minutes, and what comes twice is
// given once. Apps that may not have a backfill are refused it once, and go on without. What no backfill covers is told:
// a [Gap] with its beginning and end. [WithRecovery] fetches it, where the app may. A line that is no document is told
// as [Broken], with its bytes, and passed over. Where the consumer is too slow, X cuts the connection; a [Lagging] notice
// tells of it before, and [WithOverflow] chooses what is dropped instead.
//
// # Ends
//
// A stream ends when the loop is left, when its context ends, with a refusal that no wait changes, or when a replay of
// the past, by StartTime and EndTime, is over. When the loop has ended, no goroutine and no connection is left of it.
package stream
