package sql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Reserve is one transaction, of two round trips on PostgreSQL. It locks the windows of the request alone.
func (e *Engine) Reserve(ctx context.Context, request xapi.RateRequest) (grant xapi.RateGrant, err error) {
	if len(request.Windows) == 0 {
		return xapi.RateGrant{Calls: request.Calls}, ctx.Err()
	}
	names := make([]string, len(request.Windows))
	for i, key := range request.Windows {
		names[i] = rateKey(key)
	}
	// One order for all, so that no two wait for one another.
	slices.Sort(names)
	err = e.update(ctx, names, func(now time.Time, rows map[string][]byte) error {
		states := make(map[xapi.RateKey]*xapi.RateState, len(rows))
		for _, key := range request.Windows {
			states[key] = new(xapi.RateState)
			if row := rows[rateKey(key)]; row != nil {
				if err := json.Unmarshal(row, states[key]); err != nil {
					return fmt.Errorf("a window's state cannot be read: %w", err)
				}
			}
		}
		grant = request.Reserve(states, now)
		for key, state := range states {
			data, err := json.Marshal(state)
			if err != nil {
				return err
			}
			rows[rateKey(key)] = data
		}
		return nil
	})
	if err != nil {
		return xapi.RateGrant{}, fmt.Errorf("sql store: reserve calls: %w", err)
	}
	e.sweep(ctx)
	return grant, nil
}

func rateKey(key xapi.RateKey) string {
	return fmt.Sprintf("rate/{%s}/%s/%s/%s", url.QueryEscape(key.App), url.QueryEscape(key.User), url.QueryEscape(key.Operation), key.Length)
}

// rateTime is how long a window's state is kept: an hour longer than the longest window.
const rateTime = 25 * time.Hour

// updateAlone changes rows in a transaction of SQLite, which begins by keeping all others from writing.
func (e *Engine) updateAlone(ctx context.Context, names []string, change func(time.Time, map[string][]byte) error) error {
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // which does nothing after the commit
	rows := map[string][]byte{}
	var now int64
	if err := tx.QueryRowContext(ctx, e.say.clock).Scan(&now); err != nil {
		return err
	}
	for _, name := range names {
		var value []byte
		err := tx.QueryRowContext(ctx, e.say.get, name).Scan(&value)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		rows[name] = value
	}
	if err := change(time.UnixMilli(now), rows); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if _, err := tx.ExecContext(ctx, e.say.put, name, "", []byte{}, rows[name], milliseconds(rateTime), 1); err != nil {
			return err
		}
	}
	return tx.Commit()
}
