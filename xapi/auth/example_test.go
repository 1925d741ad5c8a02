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
//	CREATE TABLE x_logins (id bigint PRIMARY KEY, login bytea NOT NULL)
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

// Save is one statement, committed and on disk when it returns (synchronous_commit = on).
func (s *rowStore) Save(ctx context.Context, record *auth.Record) error {
	if record == nil {
		_, err := s.db.ExecContext(ctx, `DELETE FROM x_logins WHERE id = $1`, s.id)
		return err
	}
	data, err := record.Encode()
	if err != nil {
		return err
	}
	sealed, err := s.seal(data)
	if err != nil {
		return fmt.Errorf("seal login %d: %w", s.id, err)
	}
	_, err = s.db.ExecContext(ctx,
		`INSERT INTO x_logins VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET login = excluded.login`, s.id, sealed)
	return err
}

// Lock holds an advisory lock on a connection of its own. The database gives it back when that connection ends, so a
// holder that dies blocks nobody.
func (s *rowStore) Lock(ctx context.Context) (func() error, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock login %d: %w", s.id, err)
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, s.id); err != nil {
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
	// finish the login: this is no redirected address: paste the whole line of the browser's address bar, from http to the end
}
