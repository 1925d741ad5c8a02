//go:build fleet

package redis_test

import (
	"context"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store/internal/server"
	"github.com/xapi-go/xapi-go/xapi/store/storetest"
)

// TestCluster runs the suite on a cluster, which refuses a step over keys that are not kept together, one node or many.
func TestCluster(t *testing.T) {
	address := server.Redis(t, "--cluster-enabled", "yes").Address
	node := connect(t, address)
	require.NoError(t, node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err())
	require.Eventually(t, func() bool {
		info, err := node.ClusterInfo(context.Background()).Result()
		return err == nil && strings.HasPrefix(info, "cluster_state:ok")
	}, 10*time.Second, 20*time.Millisecond)
	storetest.Run(t, func(t *testing.T) storetest.Fixture {
		require.NoError(t, node.FlushAll(t.Context()).Err())
		cluster := goredis.NewClusterClient(&goredis.ClusterOptions{Addrs: []string{address}, ContextTimeoutEnabled: true})
		t.Cleanup(func() { require.NoError(t, cluster.Close()) })
		return storetest.Fixture{Engine: engineOn(t, cluster), Advance: func(d time.Duration) { age(t, node, d) }}
	})
}
