//go:build fleet

package redis_test

import (
	"context"
	"net"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/internal/fleettest"
	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/redis"
)

// pair is a primary with one replica, as real servers.
type pair struct {
	t                *testing.T
	primary, replica *server.Process
	proxy            *fleettest.Proxy // leads to the primary
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{t: t, primary: server.Redis(t)}
	p.replica = p.replicaOf(p.primary)
	p.proxy = fleettest.NewProxy(t, p.primary.Address)
	return p
}

func (p *pair) replicaOf(primary *server.Process) *server.Process {
	p.t.Helper()
	host, port, err := net.SplitHostPort(primary.Address)
	require.NoError(p.t, err)
	replica := server.Redis(p.t, "--replicaof", host+" "+port)
	p.inStep(primary)
	return replica
}

// inStep waits until the primary has a replica that confirms.
func (p *pair) inStep(primary *server.Process) {
	p.t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: primary.Address})
	defer func() { require.NoError(p.t, client.Close()) }()
	require.Eventually(p.t, func() bool {
		n, err := client.Wait(context.Background(), 1, 100*time.Millisecond).Result()
		return err == nil && n == 1
	}, 20*time.Second, 20*time.Millisecond)
}

// fail kills the primary and makes the replica the primary, with a replica of its own.
func (p *pair) fail() {
	p.primary.Kill()
	p.proxy.Part()
	client := goredis.NewClient(&goredis.Options{Addr: p.replica.Address})
	defer func() { require.NoError(p.t, client.Close()) }()
	require.NoError(p.t, client.Do(context.Background(), "REPLICAOF", "NO", "ONE").Err())
	p.primary = p.replica
	p.replica = p.replicaOf(p.primary)
	p.proxy.Lead(p.primary.Address)
}

// TestFailover has the primary die in the middle of refreshes, again and again.
func TestFailover(t *testing.T) {
	pair := newPair(t)
	fleettest.Failover(t, fleettest.Place{
		Engine: engineOn(t, connect(t, pair.proxy.Address), redis.WithReplicas(1, time.Second)), Address: replicated + pair.proxy.Address,
	}, pair.fail)
}

// TestReplicasConfirm holds a change back where no replica has it.
func TestReplicasConfirm(t *testing.T) {
	pair := newPair(t)
	client := connect(t, pair.primary.Address)
	engine := engineOn(t, client, redis.WithReplicas(1, 200*time.Millisecond))
	done, err := engine.Swap(t.Context(), store.Change{Key: "a", New: []byte("1")})
	require.NoError(t, err)
	require.True(t, done)
	onReplica := engineOn(t, connect(t, pair.replica.Address))
	value, err := onReplica.Get(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, "1", string(value))

	pair.replica.Kill()
	_, err = engine.Swap(t.Context(), store.Change{Key: "a", Old: []byte("1"), New: []byte("2")})
	require.ErrorIs(t, err, redis.ErrNotReplicated)
	_, _, err = engine.Add(t.Context(), "b", 1, 1, 0)
	require.ErrorIs(t, err, redis.ErrNotReplicated)
}

// TestRestart has a server die and come back, which keeps what it confirmed.
func TestRestart(t *testing.T) {
	process := server.Redis(t)
	fleettest.Failover(t, fleettest.Place{
		Engine: engineOn(t, connect(t, process.Address)), Address: process.Address,
	}, func() {
		process.Kill()
		process.Start()
	})
}
