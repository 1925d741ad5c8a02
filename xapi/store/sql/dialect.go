package sql

import "strings"

// A dialect is what the two databases say differently.
type dialect struct {
	// bytes is the type of bytes, now the database's clock in milliseconds.
	bytes, now string
	// share keeps a row as it is until the statement is through.
	share string
	// prefix compares the beginnings of keys.
	prefix string
}

var (
	postgreSQL = dialect{
		bytes: "bytea", now: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)", share: "FOR SHARE",
		prefix: "starts_with(key, $1)",
	}
	// SQLite lets one statement at a time write, so that nothing has to be shared.
	sqlite = dialect{
		bytes: "blob", now: "CAST(unixepoch('subsec') * 1000 AS bigint)",
		prefix: "substr(key, 1, length($1)) = $1",
	}
)

// schema is the table: values, and counters, whose value is null. A row whose until has come is none; 0 is for good.
func (d dialect) schema() []string {
	return []string{
		d.say(`CREATE TABLE IF NOT EXISTS xapi_store (
	key text PRIMARY KEY,
	value {bytes},
	sum bigint NOT NULL DEFAULT 0,
	until bigint NOT NULL DEFAULT 0
)`),
		`CREATE INDEX IF NOT EXISTS xapi_store_until ON xapi_store (until) WHERE until > 0`,
	}
}

// statements are the steps of the engine, one statement each.
type statements struct {
	get, list, sweep, clock       string
	put, replace, remove, missing string
	add, subtract, sum            string
}

func (d dialect) statements() statements {
	// A guard is a row that must be there, at $2 with value $3. It is locked against a takeover until the change is done.
	const (
		held = `WITH held AS (SELECT 1 FROM xapi_store
	WHERE key = CAST($2 AS text) AND value = CAST($3 AS {bytes}) AND {live} {share}) `
		guard = `(CAST($2 AS text) = '' OR EXISTS (SELECT 1 FROM held))`
		until = `CASE WHEN CAST($5 AS bigint) = 0 THEN 0 ELSE {now} + CAST($5 AS bigint) END`
	)
	return statements{
		get:   d.say(`SELECT value FROM xapi_store WHERE key = $1 AND value IS NOT NULL AND {live}`),
		list:  d.say(`SELECT key, value FROM xapi_store WHERE {prefix} AND value IS NOT NULL AND {live}`),
		clock: d.say(`SELECT {now}`),
		sweep: d.say(`DELETE FROM xapi_store WHERE NOT {live}`),

		put: d.say(held + `INSERT INTO xapi_store AS s (key, value, until)
	SELECT CAST($1 AS text), CAST($4 AS {bytes}), ` + until + ` WHERE ` + guard + `
	ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until
	WHERE CAST($6 AS bigint) = 1 OR s.value = excluded.value OR NOT (s.until = 0 OR s.until > {now})`),
		replace: d.say(held + `UPDATE xapi_store SET value = CAST($4 AS {bytes}), until = ` + until + `
	WHERE key = $1 AND {live} AND (value = CAST($6 AS {bytes}) OR value = CAST($4 AS {bytes})) AND ` + guard),
		remove: d.say(held + `DELETE FROM xapi_store
	WHERE key = $1 AND {live} AND (CAST($5 AS bigint) = 1 OR value = CAST($4 AS {bytes})) AND ` + guard),
		missing: d.say(held + `SELECT NOT EXISTS (SELECT 1 FROM xapi_store WHERE key = $1 AND {live}) AND ` + guard),

		add: d.say(`INSERT INTO xapi_store AS s (key, sum, until)
	SELECT CAST($1 AS text), CAST($2 AS bigint), CASE WHEN CAST($4 AS bigint) = 0 THEN 0 ELSE {now} + CAST($4 AS bigint) END
	WHERE CAST($2 AS bigint) <= CAST($3 AS bigint)
	ON CONFLICT (key) DO UPDATE SET
		sum = CASE WHEN s.until = 0 OR s.until > {now} THEN s.sum + excluded.sum ELSE excluded.sum END,
		until = CASE WHEN s.until = 0 OR s.until > {now} THEN s.until ELSE excluded.until END
	WHERE NOT (s.until = 0 OR s.until > {now}) OR s.sum <= CAST($3 AS bigint) - excluded.sum
	RETURNING sum`),
		subtract: d.say(`UPDATE xapi_store SET sum = sum + CAST($2 AS bigint)
	WHERE key = $1 AND {live} AND sum + CAST($2 AS bigint) BETWEEN 0 AND CAST($3 AS bigint) RETURNING sum`),
		sum: d.say(`SELECT sum FROM xapi_store WHERE key = $1 AND {live}`),
	}
}

func (d dialect) say(text string) string {
	text = strings.ReplaceAll(text, "{live}", "(until = 0 OR until > {now})")
	return strings.NewReplacer("{now}", d.now, "{bytes}", d.bytes, "{share}", d.share, "{prefix}", d.prefix).Replace(text)
}
