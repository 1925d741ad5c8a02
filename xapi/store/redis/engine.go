package redis

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/xapi-go/xapi-go/xapi/store"
)

// Engine is a [store.Engine] on Redis. It is safe for concurrent use.
type Engine struct {
	client   goredis.UniversalClient
	prefix   string
	replicas int
	patience time.Duration
}

var _ store.Engine = (*Engine)(nil)

// ErrNotReplicated means that a step was carried out on the primary, and that fewer replicas than WithReplicas demands
// had it in time. A failover may take it back.
var ErrNotReplicated = errors.New("too few replicas have the change")

// Option sets up an Engine.
type Option func(*Engine)

// WithPrefix puts prefix in front of every key: "xapi:" unless told otherwise. Two fleets on one Redis need two. It has
// no braces, by which a cluster finds what belongs together.
func WithPrefix(prefix string) Option { return func(e *Engine) { e.prefix = prefix } }

// WithReplicas has every change wait until n replicas have it, at most for patience, whole milliseconds and at least
// one. Where fewer do, the change fails with ErrNotReplicated.
func WithReplicas(n int, patience time.Duration) Option {
	return func(e *Engine) { e.replicas, e.patience = n, patience }
}

// New returns an engine on the caller's client, which stays the caller's to close: a *redis.Client, with or without
// sentinels, or a *redis.ClusterClient. Nothing is sent.
//
// The client has to heed contexts, ContextTimeoutEnabled, and to read from the primary alone.
func New(client goredis.UniversalClient, options ...Option) (*Engine, error) {
	e := &Engine{client: client, prefix: "xapi:"}
	for _, option := range options {
		option(e)
	}
	var heeds, lags bool
	switch client := client.(type) {
	case *goredis.Client:
		heeds = client.Options().ContextTimeoutEnabled
	case *goredis.ClusterClient:
		o := client.Options()
		heeds, lags = o.ContextTimeoutEnabled, o.ReadOnly || o.RouteByLatency || o.RouteRandomly
	default:
		return nil, fmt.Errorf("redis store: %T is no client that this package knows: give a Client or a ClusterClient", client)
	}
	switch {
	case !heeds:
		return nil, errors.New("redis store: the client does not heed contexts: set ContextTimeoutEnabled in its options")
	case lags:
		return nil, errors.New("redis store: the client reads from replicas, which lag behind: turn ReadOnly, RouteByLatency and RouteRandomly off")
	case strings.ContainsAny(e.prefix, "{}"):
		return nil, fmt.Errorf("redis store: the prefix %q has braces: choose one without", e.prefix)
	case e.replicas < 0 || e.replicas > 0 && e.patience < time.Millisecond:
		return nil, fmt.Errorf("redis store: %d replicas within %s: give none, or at least a millisecond", e.replicas, e.patience)
	}
	return e, nil
}

// Get reads from the primary.
func (e *Engine) Get(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	value, err := e.client.Get(ctx, e.prefix+key).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("redis store: get: %w", err)
	}
	return []byte(value), nil
}

//go:embed swap.lua
var swapScript string

// Swap is one script.
func (e *Engine) Swap(ctx context.Context, change store.Change) (bool, error) {
	keys := []string{e.prefix + change.Key}
	if change.While.Key != "" {
		keys = append(keys, e.prefix+change.While.Key)
	}
	done, err := e.run(ctx, swapScript, keys,
		change.Any, change.Old != nil, change.Old, change.New != nil, change.New, milliseconds(change.TTL), change.While.Value)
	if err != nil {
		return false, fmt.Errorf("redis store: change: %w", err)
	}
	return done[0] == 1, nil
}

//go:embed add.lua
var addScript string

// Add is one script.
func (e *Engine) Add(ctx context.Context, key string, n, most int64, ttl time.Duration) (int64, bool, error) {
	answer, err := e.run(ctx, addScript, []string{e.prefix + key}, n, most, milliseconds(ttl))
	if err != nil {
		return 0, false, fmt.Errorf("redis store: add: %w", err)
	}
	return answer[0], answer[1] == 1, nil
}

// milliseconds rounds up, as 0 means for good.
func milliseconds(d time.Duration) int64 { return int64((d + time.Millisecond - 1) / time.Millisecond) }

// run sends a script, which answers with two integers, and has replicas confirm it.
func (e *Engine) run(ctx context.Context, script string, keys []string, args ...any) ([]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if e.replicas == 0 {
		return goredis.NewScript(script).Run(ctx, e.client, keys, args...).Int64Slice()
	}
	// WAIT asks about what its own connection wrote, and a pipeline has one.
	var node goredis.Cmdable = e.client
	if cluster, ok := e.client.(*goredis.ClusterClient); ok {
		primary, err := cluster.MasterForKey(ctx, keys[0])
		if err != nil {
			return nil, err
		}
		node = primary
	}
	pipeline := node.Pipeline()
	answer := pipeline.Eval(ctx, script, keys, args...)
	have := pipeline.Do(ctx, "WAIT", e.replicas, e.patience.Milliseconds())
	if _, err := pipeline.Exec(ctx); err != nil {
		return nil, err
	}
	got, err := have.Int64()
	if err != nil {
		return nil, err
	}
	if got < int64(e.replicas) {
		return nil, fmt.Errorf("%w: %d of %d within %s", ErrNotReplicated, got, e.replicas, e.patience)
	}
	return answer.Int64Slice()
}
