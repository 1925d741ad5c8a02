package sql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// updatePipelined changes rows in a transaction of PostgreSQL, sent in two batches: begin, lock and read; write and
// commit. Rows that are not there yet are made first, as what is not there cannot be locked.
func (e *Engine) updatePipelined(ctx context.Context, names []string, change func(time.Time, map[string][]byte) error) error {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(c any) error {
		pg, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection of pgx: open the pool through its package stdlib", c)
		}
		err := update(ctx, pg.Conn(), names, change)
		if err != nil && pg.Conn().PgConn().TxStatus() != 'I' {
			return errors.Join(driver.ErrBadConn, err) // the pool throws it away, and the transaction with it
		}
		return err
	})
	return errors.Join(err, conn.Close())
}

func update(ctx context.Context, conn *pgx.Conn, names []string, change func(time.Time, map[string][]byte) error) error {
	for {
		rows := map[string][]byte{}
		var now time.Time
		read := new(pgx.Batch)
		read.Queue("BEGIN")
		read.Queue(postgreSQL.say(`SELECT key, CASE WHEN {live} THEN value END, {now} FROM xapi_store
	WHERE key = ANY($1) ORDER BY key FOR UPDATE`), names).Query(func(found pgx.Rows) error {
			var name string
			var value []byte
			var clock int64
			_, err := pgx.ForEachRow(found, []any{&name, &value, &clock}, func() error {
				rows[name], now = value, time.UnixMilli(clock)
				value = nil
				return nil
			})
			return err
		})
		if err := conn.SendBatch(ctx, read).Close(); err != nil {
			return err
		}
		write := new(pgx.Batch)
		complete := len(rows) == len(names)
		if complete {
			if err := change(now, rows); err != nil {
				return err
			}
			for name, value := range rows {
				write.Queue(postgreSQL.say(`UPDATE xapi_store SET value = $2, until = {now} + $3 WHERE key = $1`),
					name, value, milliseconds(rateTime))
			}
		} else {
			write.Queue(postgreSQL.say(`INSERT INTO xapi_store (key, until) SELECT unnest(CAST($1 AS text[])), {now} + $2
	ON CONFLICT DO NOTHING`), names, milliseconds(rateTime))
		}
		write.Queue("COMMIT")
		if err := conn.SendBatch(ctx, write).Close(); err != nil || complete {
			return err
		}
	}
}
