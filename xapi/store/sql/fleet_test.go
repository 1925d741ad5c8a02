package sql_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/internal/fleettest"
	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/sql"
)

func TestMain(m *testing.M) {
	fleettest.Main(m, func(ctx context.Context, address string) (store.Engine, error) {
		if strings.HasPrefix(address, "postgres:") {
			return sql.OpenPostgreSQL(ctx, address)
		}
		return sql.OpenSQLite(ctx, address)
	})
}

func TestFleet(t *testing.T) {
	if server.Real {
		postgres := startPostgreSQL(t)
		fleettest.Run(t, func(t *testing.T) fleettest.Place {
			name := schema(t, postgres)
			proxy := fleettest.NewProxy(t, postgres.Address)
			return fleettest.Place{
				Engine: openPostgreSQL(t, name), Address: strings.Replace(name, postgres.Address, proxy.Address, 1),
				Part: proxy.Part, Heal: func() { proxy.Lead(postgres.Address) },
				Lose: func() { require.NoError(t, sql.Exec(context.Background(), name, "TRUNCATE xapi_store")) },
			}
		})
		return
	}
	fleettest.Run(t, func(t *testing.T) fleettest.Place {
		path := filepath.Join(t.TempDir(), "fleet.db")
		engine := openSQLite(t, path)
		return fleettest.Place{Engine: engine, Address: path, Lose: func() { require.NoError(t, engine.Clear(context.Background())) }}
	})
}
