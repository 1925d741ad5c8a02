package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"github.com/xapi-go/xapi-go/xapi/store"
)

// List walks through all keys of the database, those of others included, a thousand at a time.
func (e *Engine) List(ctx context.Context, prefix string) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		if err := e.list(ctx, prefix, func(entry store.Entry) bool { return yield(entry, nil) }); err != nil {
			yield(store.Entry{}, fmt.Errorf("redis store: list: %w", err))
		}
	}
}

func (e *Engine) list(ctx context.Context, prefix string, yield func(store.Entry) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	nodes, err := e.primaries(ctx)
	if err != nil {
		return err
	}
	told := map[string]bool{} // a walk may come by a key twice
	for _, node := range nodes {
		for cursor, done := uint64(0), false; !done; {
			var keys []string
			keys, cursor, err = node.ScanType(ctx, cursor, literally(e.prefix+prefix)+"*", 1000, "string").Result()
			if err != nil {
				return err
			}
			done = cursor == 0
			values, err := read(ctx, node, keys)
			if err != nil {
				return err
			}
			for i, key := range keys {
				if values[i] == nil || told[key] {
					continue
				}
				told[key] = true
				if !yield(store.Entry{Key: strings.TrimPrefix(key, e.prefix), Value: values[i]}) {
					return nil
				}
			}
		}
	}
	return nil
}

// primaries returns a client for each part of the database.
func (e *Engine) primaries(ctx context.Context) (nodes []goredis.Cmdable, err error) {
	cluster, ok := e.client.(*goredis.ClusterClient)
	if !ok {
		return []goredis.Cmdable{e.client}, nil
	}
	var mu sync.Mutex
	err = cluster.ForEachMaster(ctx, func(_ context.Context, node *goredis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		nodes = append(nodes, node)
		return nil
	})
	return nodes, err
}

// read gets the values of keys in one round trip, nil for those that are gone.
func read(ctx context.Context, node goredis.Cmdable, keys []string) ([][]byte, error) {
	values := make([][]byte, len(keys))
	if len(keys) == 0 {
		return values, nil
	}
	pipeline := node.Pipeline()
	answers := make([]*goredis.StringCmd, len(keys))
	for i, key := range keys {
		answers[i] = pipeline.Get(ctx, key)
	}
	if _, err := pipeline.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
		return nil, err
	}
	for i, answer := range answers {
		value, err := answer.Result()
		switch {
		case err == nil:
			values[i] = []byte(value)
		case !errors.Is(err, goredis.Nil):
			return nil, err
		}
	}
	return values, nil
}

// literally keeps a pattern of SCAN from taking text for wildcards.
func literally(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(text)
}
