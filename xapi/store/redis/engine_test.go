package redis_test

import (
	"context"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/redis"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

func TestEngine(t *testing.T) { storetest.Run(t, open) }

// open returns an engine on a server of its own.
func open(t *testing.T) storetest.Fixture {
	if server.Real {
		client := connect(t, server.Redis(t).Address)
		return storetest.Fixture{Engine: engineOn(t, client), Advance: func(d time.Duration) { age(t, client, d) }}
	}
	standIn := miniredis.RunT(t)
	now := time.Now()
	standIn.SetTime(now)
	return storetest.Fixture{Engine: engineOn(t, connect(t, standIn.Addr())), Advance: func(d time.Duration) {
		now = now.Add(d)
		standIn.SetTime(now)
		standIn.FastForward(d)
	}}
}

func connect(t *testing.T, address string) *goredis.Client {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: address, ContextTimeoutEnabled: true})
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func engineOn(t *testing.T, client goredis.UniversalClient, options ...redis.Option) *redis.Engine {
	t.Helper()
	engine, err := redis.New(client, options...)
	require.NoError(t, err)
	return engine
}

// age makes all that a server keeps older by d.
func age(t *testing.T, client *goredis.Client, d time.Duration) {
	t.Helper()
	const script = `
for _, key in ipairs(redis.call('KEYS', '*')) do
	if redis.call('TYPE', key).ok == 'hash' then
		local renewal = redis.call('HGET', key, 'renewal')
		if renewal then redis.call('HINCRBY', key, 'renewal', -ARGV[1]) end
		for _, name in ipairs(redis.call('HKEYS', key)) do
			if string.sub(name, 1, 1) == '@' then
				local calls, runsOut, former = string.match(redis.call('HGET', key, name), '^(%d+) (%d+) (%d)$')
				redis.call('HSET', key, name, string.format('%.0f %.0f %d', calls, runsOut - ARGV[1], former))
			end
		end
	end
	local left = redis.call('PTTL', key)
	if left >= 0 then redis.call('PEXPIRE', key, math.max(left - ARGV[1], 0)) end
end`
	err := goredis.NewScript(script).Run(context.Background(), client, nil, d.Milliseconds()).Err()
	require.ErrorIs(t, err, goredis.Nil, "the script answers nothing")
}
