package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"github.com/xapi-go/xapi-go/xapi/store"
)

// Engine is a [store.Engine] on a database. It is safe for concurrent use.
type Engine struct {
	db    *sql.DB
	say   statements
	close func() error
	steps atomic.Uint64
	// update changes values at names together: change gets what there is, nil for none, and leaves what shall be there.
	update func(ctx context.Context, names []string, change func(now time.Time, values map[string][]byte) error) error
}

var _ store.Engine = (*Engine)(nil)

func newEngine(db *sql.DB, d dialect) *Engine {
	e := &Engine{db: db, say: d.statements(), close: func() error { return nil }}
	e.update = e.updateAlone
	if d == postgreSQL {
		e.update = e.updatePipelined
	}
	return e
}

// Close closes the connections that the engine opened.
func (e *Engine) Close() error { return e.close() }

// Get reads what was committed last.
func (e *Engine) Get(ctx context.Context, key string) ([]byte, error) {
	var value []byte
	err := e.db.QueryRowContext(ctx, e.say.get, key).Scan(&value)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("sql store: get: %w", err)
	case value == nil:
		return []byte{}, nil
	}
	return value, nil
}

// Swap is one statement; the removal of a value that is not there takes a second one to find that out.
func (e *Engine) Swap(ctx context.Context, change store.Change) (bool, error) {
	done, err := e.swap(ctx, change)
	if err != nil {
		return false, fmt.Errorf("sql store: change: %w", err)
	}
	e.sweep(ctx)
	return done, nil
}

func (e *Engine) swap(ctx context.Context, c store.Change) (bool, error) {
	ttl := milliseconds(c.TTL)
	guard, old := bytesOf(c.While.Value), bytesOf(c.Old)
	whatever := 0 // SQLite knows no booleans
	if c.Any {
		whatever = 1
	}
	switch {
	case c.New != nil && (c.Any || c.Old == nil):
		return e.exec(ctx, e.say.put, c.Key, c.While.Key, guard, c.New, ttl, whatever)
	case c.New != nil:
		return e.exec(ctx, e.say.replace, c.Key, c.While.Key, guard, c.New, ttl, old)
	}
	if c.Any || c.Old != nil {
		if done, err := e.exec(ctx, e.say.remove, c.Key, c.While.Key, guard, old, whatever); done || err != nil {
			return done, err
		}
	}
	var missing bool
	err := e.db.QueryRowContext(ctx, e.say.missing, c.Key, c.While.Key, guard).Scan(&missing)
	return missing, err
}

// bytesOf keeps no bytes from becoming a null, which equals nothing.
func bytesOf(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}

func (e *Engine) exec(ctx context.Context, statement string, args ...any) (bool, error) {
	result, err := e.db.ExecContext(ctx, statement, args...)
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	return rows > 0, err
}

// Add is one statement; a refusal takes a second one to tell the sum.
func (e *Engine) Add(ctx context.Context, key string, n, most int64, ttl time.Duration) (sum int64, added bool, err error) {
	if n < 0 {
		err = e.db.QueryRowContext(ctx, e.say.subtract, key, n, most).Scan(&sum)
	} else {
		err = e.db.QueryRowContext(ctx, e.say.add, key, n, most, milliseconds(ttl)).Scan(&sum)
	}
	added = err == nil
	if errors.Is(err, sql.ErrNoRows) {
		err = e.db.QueryRowContext(ctx, e.say.sum, key).Scan(&sum)
		if errors.Is(err, sql.ErrNoRows) {
			sum, err = 0, nil
		}
	}
	if err != nil {
		return 0, false, fmt.Errorf("sql store: add: %w", err)
	}
	e.sweep(ctx)
	return sum, added, nil
}

// milliseconds rounds up, as 0 means for good.
func milliseconds(d time.Duration) int64 { return int64((d + time.Millisecond - 1) / time.Millisecond) }

// List reads the whole table.
func (e *Engine) List(ctx context.Context, prefix string) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		if err := e.list(ctx, prefix, func(entry store.Entry) bool { return yield(entry, nil) }); err != nil {
			yield(store.Entry{}, fmt.Errorf("sql store: list: %w", err))
		}
	}
}

func (e *Engine) list(ctx context.Context, prefix string, yield func(store.Entry) bool) (err error) {
	rows, err := e.db.QueryContext(ctx, e.say.list, prefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var entry store.Entry
		if err := rows.Scan(&entry.Key, &entry.Value); err != nil {
			return err
		}
		if !yield(entry) {
			return nil
		}
	}
	return rows.Err()
}

// sweep removes the rows that have ended, once in a thousand steps. Nobody sees them any more, so that a failure to do
// so is the next sweep's.
func (e *Engine) sweep(ctx context.Context) {
	if e.steps.Add(1)%1000 == 0 {
		_, _ = e.db.ExecContext(ctx, e.say.sweep)
	}
}
