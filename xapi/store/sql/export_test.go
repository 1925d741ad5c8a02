package sql

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/xapi-go/xapi-go/xapi"
)

// Age makes everything older by d.
func (e *Engine) Age(ctx context.Context, d time.Duration) error {
	if _, err := e.db.ExecContext(ctx, `UPDATE xapi_store SET until = until - $1 WHERE until > 0`, milliseconds(d)); err != nil {
		return err
	}
	states := map[string]xapi.RateState{}
	for entry, err := range e.List(ctx, "rate/") {
		if err != nil {
			return err
		}
		var state xapi.RateState
		if err := json.Unmarshal(entry.Value, &state); err != nil {
			return err
		}
		if !state.End.IsZero() {
			state.End = state.End.Add(-d)
		}
		for name, lease := range state.Leases {
			lease.RunsOut = lease.RunsOut.Add(-d)
			state.Leases[name] = lease
		}
		states[entry.Key] = state
	}
	for key, state := range states {
		data, err := json.Marshal(state)
		if err != nil {
			return err
		}
		if _, err := e.db.ExecContext(ctx, `UPDATE xapi_store SET value = $2 WHERE key = $1`, key, data); err != nil {
			return err
		}
	}
	return nil
}

// Exec carries out a statement on a PostgreSQL server, once that takes them.
func Exec(ctx context.Context, connection, statement string) error {
	config, err := pgx.ParseConfig(connection)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*config)
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// Clear removes everything.
func (e *Engine) Clear(ctx context.Context) error {
	_, err := e.db.ExecContext(ctx, `DELETE FROM xapi_store`)
	return err
}

// Rows counts all rows, those that have ended included.
func (e *Engine) Rows(ctx context.Context) (n int) {
	if err := e.db.QueryRowContext(ctx, `SELECT count(*) FROM xapi_store`).Scan(&n); err != nil {
		return -1
	}
	return n
}
