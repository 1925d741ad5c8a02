// Package sql keeps a fleet's state in PostgreSQL 12 or later, or, for the processes of one machine, in a SQLite file.
//
// It is a module of its own, so that programs without it do not depend on a database driver.
//
//	engine, err := sql.OpenPostgreSQL(ctx, os.Getenv("DATABASE_URL"))
//	...
//	defer engine.Close()
//	fleet := store.New(engine)
//
// Everything is in one table, xapi_store, which is created where it is missing.
//
// # What a database promises
//
// Every step is one statement. PostgreSQL has it on its disk when it answers, unless synchronous_commit is off, which
// loses the last moments with a crash of the server: leave it on. A failover to a standby takes what the standby did
// not have yet, unless the standby is synchronous (synchronous_standby_names): make it so where logins are kept. Connect
// to the primary (target_session_attrs=read-write), and through a pooler only if that gives read-write connections.
//
// A SQLite file is flushed to the disk by each step. It must not be on a network file system.
//
// What the package store makes of a loss is told there.
package sql
