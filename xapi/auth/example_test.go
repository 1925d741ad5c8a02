package auth_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// rowStore keeps a login in one row of a PostgreSQL table that a fleet shares:
//
//	CREATE TABLE x_logins (id bigint PRIMARY KEY, login bytea NOT NULL, fingerprint text NOT NULL)
type rowStore struct {
	db   *sql.DB
	id   int64
	seal func([]byte) ([]byte, error) // encrypts a login, bound to its id
	open func([]byte) ([]byte, error)
}

// Load reads from the primary: a replica may lag behind and hold a refresh token that is spent.
func (s *rowStore) Load(ctx context.Context) (*auth.Record, error) {
	var sealed []byte
	err := s.db.QueryRowContext(ctx, `SELECT login FROM x_logins WHERE id = $1`, s.id).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("login %d: %w: %w", s.id, auth.ErrNoLogin, auth.ErrLoginRequired)
	}
	if err != nil {
		return nil, fmt.Errorf("load login %d: %w", s.id, err)
	}
	data, err := s.open(sealed)
	if err != nil {
		return nil, fmt.Errorf("open login %d: %w", s.id, err)
	}
	return auth.DecodeRecord(data)
}

// Save is one statement, committed and on disk when it returns (synchronous_commit = on). It compares fingerprints, since
// the same login is sealed differently each time.
func (s *rowStore) Save(ctx context.Context, next, prior *auth.Record) error {
	var result sql.Result
	sealed, err := s.sealed(next)
	switch {
	case err != nil:
		return err
	case prior == nil && next == nil:
		return errors.New("there is nothing to store")
	case prior == nil:
		result, err = s.db.ExecContext(ctx, `INSERT INTO x_logins VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			s.id, sealed, next.Fingerprint())
	case next == nil:
		result, err = s.db.ExecContext(ctx, `DELETE FROM x_logins WHERE id = $1 AND fingerprint = $2`,
			s.id, prior.Fingerprint())
	default:
		result, err = s.db.ExecContext(ctx,
			`UPDATE x_logins SET login = $2, fingerprint = $3 WHERE id = $1 AND fingerprint = $4`,
			s.id, sealed, next.Fingerprint(), prior.Fingerprint())
	}
	if err != nil {
		return fmt.Errorf("store login %d: %w", s.id, err)
	}
	if rows, err := result.RowsAffected(); err != nil || rows == 1 {
		return err
	}
	return fmt.Errorf("store login %d: %w", s.id, auth.ErrStale)
}

// Replace asks for nothing.
func (s *rowStore) Replace(ctx context.Context, next *auth.Record) error {
	sealed, err := s.sealed(next)
	switch {
	case err != nil:
		return err
	case next == nil:
		_, err = s.db.ExecContext(ctx, `DELETE FROM x_logins WHERE id = $1`, s.id)
	default:
		_, err = s.db.ExecContext(ctx, `INSERT INTO x_logins VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET login = excluded.login, fingerprint = excluded.fingerprint`,
			s.id, sealed, next.Fingerprint())
	}
	if err != nil {
		return fmt.Errorf("store login %d: %w", s.id, err)
	}
	return nil
}

func (s *rowStore) sealed(record *auth.Record) ([]byte, error) {
	if record == nil {
		return nil, nil
	}
	data, err := record.Encode()
	if err != nil {
		return nil, err
	}
	sealed, err := s.seal(data)
	if err != nil {
		return nil, fmt.Errorf("seal login %d: %w", s.id, err)
	}
	return sealed, nil
}

// Lock holds an advisory lock on a connection of its own. The database gives it back when that connection ends, so a
// holder that dies blocks nobody.
func (s *rowStore) Lock(ctx context.Context) (func() error, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock login %d: %w", s.id, err)
	}
	var locked bool
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, s.id).Scan(&locked)
	if err == nil && !locked {
		err = auth.ErrLocked
	}
	if err != nil {
		return nil, fmt.Errorf("lock login %d: %w", s.id, errors.Join(err, conn.Close()))
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, s.id)
		return errors.Join(err, conn.Close())
	}, nil
}

// A fleet shares a login through a database.
func ExampleStore() {
	var db *sql.DB // opened with the fleet's driver
	var store auth.Store = &rowStore{db: db, id: 17}
	session := auth.NewSession(auth.OAuth2{ClientID: "the app's client id"}, store)
	_ = session // hand it to xapi.WithLogin
}

// A command line logs in without a browser of its own.
func ExampleOAuth2_Begin() {
	ctx := context.Background()
	app := auth.OAuth2{ClientID: "the app's client id"}
	login, err := app.Begin()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("open the authorize address, then paste where you end up:", login.URL != "")

	var pasted string // the whole line of the browser's address bar
	record, err := login.Finish(ctx, pasted)
	if err != nil {
		fmt.Println(err)
		return
	}
	session := auth.NewSession(app, auth.NewFileStore("token.json"))
	if err := session.Login(ctx, record); err != nil {
		fmt.Println(err)
	}
	// Output:
	// open the authorize address, then paste where you end up: true
	// finish the login: this is not the address at which the login ends: paste the whole line of the browser's address bar, to its end
}
