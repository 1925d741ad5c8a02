package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// OpenPostgreSQL connects to a PostgreSQL server by a URL or a list of keywords and values, as libpq takes them, and
// creates the table where it is missing.
func OpenPostgreSQL(ctx context.Context, connection string) (*Engine, error) {
	config, err := pgx.ParseConfig(connection)
	if err != nil {
		return nil, fmt.Errorf("sql store: %w", err) // pgx leaves the password out
	}
	db := stdlib.OpenDB(*config)
	engine, err := PostgreSQL(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	engine.close = db.Close
	return engine, nil
}

// PostgreSQL returns an engine on a pool of the caller's, one of pgx through its package stdlib, which stays the caller's
// to close. It creates the table where it is missing.
func PostgreSQL(ctx context.Context, db *sql.DB) (*Engine, error) {
	var there bool
	if err := db.QueryRowContext(ctx, `SELECT to_regclass('xapi_store') IS NOT NULL`).Scan(&there); err != nil {
		return nil, fmt.Errorf("sql store: %w", err)
	}
	if !there {
		// PostgreSQL lets two create the same table at once, and fails one of them: they go one after the other.
		const lock = `SELECT pg_advisory_xact_lock(hashtext('xapi_store'))`
		if err := create(ctx, db, append([]string{lock}, postgreSQL.schema()...)); err != nil {
			return nil, err
		}
	}
	return newEngine(db, postgreSQL), nil
}

// busyTimeout is how long SQLite waits for another that has locked the file. It does not wait where several give a new
// file its log at once: that is tried again, after busyPause.
const (
	busyTimeout = 10 * time.Second
	busyPause   = 10 * time.Millisecond
)

// busy reports whether SQLite found the file locked and did not wait.
func busy(err error) bool {
	var failed *driver.Error
	return errors.As(err, &failed) && failed.Code()&0xff == codes.SQLITE_BUSY
}

// OpenSQLite opens or creates the file at path, which the processes of one machine may share, and creates the table
// where it is missing. Each step is on the disk when it returns.
func OpenSQLite(ctx context.Context, path string) (*Engine, error) {
	pragmas := url.Values{
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "journal_mode(WAL)", "synchronous(FULL)"},
		"_txlock": {"immediate"},
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: pragmas.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("sql store: %w", err)
	}
	err = create(ctx, db, sqlite.schema())
	for end := time.Now().Add(busyTimeout); busy(err) && time.Now().Before(end) && ctx.Err() == nil; {
		<-time.After(busyPause)
		err = create(ctx, db, sqlite.schema())
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	engine := newEngine(db, sqlite)
	engine.close = db.Close
	return engine, nil
}

func create(ctx context.Context, db *sql.DB, statements []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sql store: create the table: %w", err)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("sql store: create the table: %w", errors.Join(err, tx.Rollback()))
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sql store: create the table: %w", err)
	}
	return nil
}
