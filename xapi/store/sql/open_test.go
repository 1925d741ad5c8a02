package sql_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/sql"
)

func TestManyOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fleet.db")
	opens := map[string]func() (*sql.Engine, error){
		"SQLite": func() (*sql.Engine, error) { return sql.OpenSQLite(t.Context(), path) },
	}
	if server.Real {
		url := schema(t, startPostgreSQL(t))
		opens["PostgreSQL"] = func() (*sql.Engine, error) { return sql.OpenPostgreSQL(t.Context(), url) }
	}
	for name, open := range opens {
		t.Run(name, func(t *testing.T) {
			errs := make([]error, 16)
			var group sync.WaitGroup
			for i := range errs {
				group.Go(func() {
					engine, err := open()
					if err == nil {
						_, err = engine.Swap(t.Context(), store.Change{Key: "a", Any: true, New: []byte("1")})
						require.NoError(t, engine.Close())
					}
					errs[i] = err
				})
			}
			group.Wait()
			for _, err := range errs {
				require.NoError(t, err)
			}
		})
	}
}

// TestWhatHasEndedIsSweptAway keeps the table from growing with the events of each day.
func TestWhatHasEndedIsSweptAway(t *testing.T) {
	engine := openSQLite(t, filepath.Join(t.TempDir(), "fleet.db"))
	for range 10 {
		_, _, err := engine.Add(t.Context(), "counter", 1, 10, time.Hour)
		require.NoError(t, err)
		_, err = engine.Swap(t.Context(), store.Change{Key: "value", Any: true, New: []byte("1"), TTL: time.Hour})
		require.NoError(t, err)
	}
	require.NoError(t, engine.Age(t.Context(), 2*time.Hour))
	require.Equal(t, 2, engine.Rows(t.Context()))
	for range 1000 {
		_, err := engine.Swap(t.Context(), store.Change{Key: "nothing"})
		require.NoError(t, err)
	}
	require.Zero(t, engine.Rows(t.Context()))
}

func TestAPasswordIsNotShown(t *testing.T) {
	for _, url := range []string{"postgres://user:canary@127.0.0.1:1/x?sslmode=disable", "postgres://user:canary@127.0.0.1:x/x"} {
		_, err := sql.OpenPostgreSQL(t.Context(), url)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "canary")
	}
}
