// Package redis keeps a fleet's state in Redis 6.2 or later, or a server that speaks like one.
//
// It is a module of its own, so that programs without it do not depend on a Redis client.
//
//	client := goredis.NewClient(&goredis.Options{Addr: "redis:6379", ContextTimeoutEnabled: true})
//	engine, err := redis.New(client)
//	...
//	fleet := store.New(engine)
//
// # What a Redis promises
//
// Every step is one script on the primary, so that none is seen half done. How long a step that was answered stays is
// for the server's configuration to say:
//
//   - appendonly no: since the last snapshot, everything is lost with the server. Not for logins.
//   - appendfsync everysec, the usual: a power failure may take the last second; a crash of the server alone nothing.
//   - appendfsync always: nothing.
//   - A failover to a replica takes what the replica did not have yet. [WithReplicas] has every step wait until replicas
//     have it, and fail where they do not, so that what goes on behind a step, such as presenting a refresh token,
//     does not happen where a failover could forget it. Give as many as can be lost together, at least one.
//   - maxmemory with an eviction policy other than noeviction drops logins like a cache: set noeviction.
//
// What the package store makes of a loss is told there.
package redis
