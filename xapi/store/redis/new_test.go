package redis_test

import (
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store/redis"
)

func TestAClientThatWouldLieIsRefused(t *testing.T) {
	good := connect(t, "127.0.0.1:1")
	for name, test := range map[string]struct {
		client  goredis.UniversalClient
		options []redis.Option
		want    string
	}{
		"deaf to contexts":   {client: goredis.NewClient(&goredis.Options{}), want: "ContextTimeoutEnabled"},
		"reads replicas":     {client: goredis.NewClusterClient(&goredis.ClusterOptions{ContextTimeoutEnabled: true, ReadOnly: true}), want: "ReadOnly"},
		"spread by itself":   {client: goredis.NewRing(&goredis.RingOptions{}), want: "no client that this package knows"},
		"braces in a prefix": {client: good, options: []redis.Option{redis.WithPrefix("{a}")}, want: "braces"},
		"no patience":        {client: good, options: []redis.Option{redis.WithReplicas(1, 0)}, want: "millisecond"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := redis.New(test.client, test.options...)
			require.ErrorContains(t, err, test.want)
			if test.client != good {
				require.NoError(t, test.client.Close())
			}
		})
	}
	_, err := redis.New(good, redis.WithPrefix("fleet 1:"), redis.WithReplicas(2, time.Second))
	require.NoError(t, err)
}
