package sql_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/sql"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

func TestEngine(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Fixture {
			return fixture(t, openSQLite(t, filepath.Join(t.TempDir(), "a fleet?%.db")))
		})
	})
	if server.Real {
		t.Run("PostgreSQL", func(t *testing.T) {
			postgres := startPostgreSQL(t)
			storetest.Run(t, func(t *testing.T) storetest.Fixture { return fixture(t, openPostgreSQL(t, schema(t, postgres))) })
		})
	}
}

func fixture(t *testing.T, engine *sql.Engine) storetest.Fixture {
	return storetest.Fixture{Engine: engine, Advance: func(d time.Duration) { require.NoError(t, engine.Age(t.Context(), d)) }}
}

func openSQLite(t *testing.T, path string) *sql.Engine {
	t.Helper()
	engine, err := sql.OpenSQLite(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	return engine
}

func openPostgreSQL(t *testing.T, url string) *sql.Engine {
	t.Helper()
	engine, err := sql.OpenPostgreSQL(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	return engine
}

// startPostgreSQL returns once the server answers questions, a while after it takes connections.
func startPostgreSQL(t *testing.T) *server.Process {
	t.Helper()
	postgres := server.PostgreSQL(t)
	require.Eventually(t, func() bool {
		return sql.Exec(context.Background(), address(postgres), "SELECT 1") == nil
	}, 20*time.Second, 50*time.Millisecond)
	return postgres
}

func address(postgres *server.Process) string {
	return fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable", postgres.Address)
}

var schemas atomic.Int64

// schema returns the address of a schema that is new.
func schema(t *testing.T, postgres *server.Process) string {
	t.Helper()
	name := fmt.Sprint("fleet", schemas.Add(1))
	require.NoError(t, sql.Exec(t.Context(), address(postgres), "CREATE SCHEMA "+name))
	return address(postgres) + "&search_path=" + name
}
