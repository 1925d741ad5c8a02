package redis_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/internal/fleettest"
	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/redis"
)

func TestMain(m *testing.M) {
	fleettest.Main(m, func(_ context.Context, address string) (store.Engine, error) {
		var options []redis.Option
		address, demands := strings.CutPrefix(address, replicated)
		if demands {
			options = append(options, redis.WithReplicas(1, time.Second))
		}
		return redis.New(goredis.NewClient(&goredis.Options{
			Addr: address, ContextTimeoutEnabled: true, DialTimeout: time.Second, ReadTimeout: 2 * time.Second,
		}), options...)
	})
}

// replicated is in front of an address where a replica has to confirm.
const replicated = "replicated:"

func TestFleet(t *testing.T) {
	fleettest.Run(t, func(t *testing.T) fleettest.Place {
		var address string
		if server.Real {
			address = server.Redis(t).Address
		} else {
			standIn := miniredis.RunT(t)
			standIn.ClockTTL(true)
			address = standIn.Addr()
		}
		client := connect(t, address)
		proxy := fleettest.NewProxy(t, address)
		return fleettest.Place{
			Engine: engineOn(t, client), Address: proxy.Address,
			Part: proxy.Part, Heal: func() { proxy.Lead(address) },
			Lose: func() { require.NoError(t, client.FlushAll(context.Background()).Err()) },
		}
	})
}
