// Package webhook receives what X pushes: account activity, X Activity and matches of the filtered stream.
//
// A Handler is mounted under the URL that is registered with X. It answers X's challenges, checks that a delivery is
// X's, and gives each event of it to a function of the caller's as a typed value:
//
//	handler, err := webhook.New(webhook.Secrets{Client: []auth.Secret{auth.NewSecret(os.Getenv("X_CLIENT_SECRET"))}},
//		func(ctx context.Context, event *webhook.Event) error {
//			return queue.Put(ctx, event.ID, event.Raw()) // what is taken here is acknowledged to X
//		})
//	http.Handle("/webhooks/x", handler)
//
// # What acknowledged means
//
// X expects its answer within 10 seconds. A delivery is answered with 200 when the function has returned nil for each
// of its events, and with 503 when it has not: it returned an error, took longer than the deadline, or too many
// deliveries were under way. It is X's then to send it again, and a replay brings back what X gave up. So the function
// should store or queue the event, and work on it elsewhere.
//
// # Not twice
//
// X sends some events twice, and sends again what was not acknowledged in time. A Window remembers what was taken, by
// Event.ID, for 25 hours unless WithKeep says otherwise, so that a replay of the last 24 does not repeat what came
// through. The default window is the process's memory. Where several processes receive, or one is to survive its end,
// give WithWindow one that they share.
//
// The order is: claim the id in the window, call the function, commit. A process killed before its function is done has
// acknowledged nothing; X sends again, and the claim, whose lease has run out by then, is given anew. A process killed
// after its function is done and before the commit leaves a question that no window can answer: whether the event was
// stored. Event.Attempt is then above 1, and a function that looks up Event.ID among what it stored, or stores under
// it as a unique key, takes each event exactly once.
//
// # Signatures
//
// X signs the raw body with HMAC-SHA256, by the OAuth 2.0 client secret, by the legacy consumer secret, or both. Where
// the handler has client secrets and the newer header was sent, that header alone decides. Whoever wants no legacy
// signature to be accepted gives no consumer secret. X's scheme has no time in it: what keeps a recorded delivery from
// being played to the handler again is the window.
package webhook
