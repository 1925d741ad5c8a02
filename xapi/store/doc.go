// Package store keeps what the processes of a fleet share: logins, windows of rate limits, who reads which stream and how
// far, events of webhooks, checkpoints of uploads, and what is spent.
//
// A [Store] stands on an [Engine], a database that the fleet runs already. The modules xapi/store/redis and
// xapi/store/sql, for PostgreSQL and SQLite, are engines; [Memory] is one for tests.
//
//	fleet := store.New(engine)
//	logins, err := fleet.Logins(store.LoginOptions{Seals: []store.Seal{{ID: "2026-11", AEAD: gcm}}})
//	...
//	session := auth.NewSession(app, logins.Store(app.Key("ada")))
//	client, err := xapi.New(xapi.WithLogin(session), …)
//
// # Logins
//
// [Logins] are an auth.Keyring: one login per server, app and user, encrypted by a key of the caller's. Any number of
// processes renew one login once: one of them holds a lease, and the others read until its result is there.
//
// A refresh token that was answered is not presented again, and a pair that was answered is not lost, while
//
//   - processes die at any time, save that the pair is lost with a process that dies between the answer and the end of
//     its storing, some milliseconds: the user logs in again;
//   - processes are stopped, or cut off from the database, for as long as LoginOptions.Silence; cut off, they use their
//     token while it lives and then fail with [ErrUnavailable];
//   - the database goes back in time, as a failover to a replica that lagged lets it, provided that a replica has each
//     step before it is confirmed: redis.WithReplicas, or a synchronous standby;
//   - the database loses everything, while some process that uses the login lives. Each of them brings the login back
//     when it next hands out its token, see [Login.Restore]. In the last two minutes of a token's life, or the last fifth
//     of a life that is shorter than ten minutes, nobody can know whether the login was renewed: the refresh token is
//     not presented then, and the error matches [ErrLost] unless the one who was at it stores the new pair.
//
// What was removed stays removed: a tombstone tells it from what was lost.
//
// # Rate windows
//
// [Store.Rates] is a RateStore for xapi.WithRateStore. A database that loses the windows learns them anew from the next
// answers; where it is away, each client goes on with its share.
//
// # Streams
//
// One process at a time owns a stream, or a partition of one, by a lease: [Store.Acquire], [Store.Renew],
// [Store.Release]. How far it came is stored under the lease, [Store.SetPosition], so that one that lost it cannot take
// the next owner back. After a takeover or a loss of the database, what lies between the position and now comes twice
// or, beyond what backfill gives, not at all.
//
// # Webhooks, uploads, spending
//
// [Store.Events] is a webhook.Window: an event that was committed is not given again while it is kept. [Store.Checkpoint]
// is a media.CheckpointStore with a lock: an upload begun by one worker is finished by another. [Store.Spend] counts up
// to a limit. A database that loses these gives an event again, begins an upload anew, counts from 0.
//
// # Engines
//
// All that is above is made of four steps of an engine, each of them atomic; the rate windows are a fifth. Whoever brings
// an engine for another database has the package storetest to hold it to that.
package store
