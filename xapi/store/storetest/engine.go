// Package storetest holds an engine of the package store to what its interface says.
package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/internal/ratetest"
	"github.com/xapi-go/xapi-go/xapi/store"
)

// Fixture is an engine under test.
type Fixture struct {
	// Engine is empty at the start.
	Engine store.Engine
	// Advance lets the engine's clock run for d: by moving it, or what it measures, or by waiting.
	Advance func(d time.Duration)
}

// Engine runs the suite. Open returns a new and empty engine, and cleans up after the test by itself.
func Engine(t *testing.T, open func(t *testing.T) Fixture) {
	for name, test := range map[string]func(*testing.T, Fixture){
		"a value is there until it is removed":      valueStays,
		"a change needs the value that it replaces": changeCompares,
		"a change may ask for nothing":              changeOfAny,
		"a change that was carried out is done":     changeRepeats,
		"a value ends with its time":                valueEnds,
		"a guard holds in the same step":            guardHolds,
		"bytes are kept as they are":                bytesStay,
		"one of many wins a change":                 oneWins,
		"a counter stays within its limit":          counterBounds,
		"a counter ends with its time":              counterEnds,
		"many add to one counter":                   counterShared,
		"values are found by how their keys begin":  valuesFound,
		"a context that ended is heeded":            contextHeeded,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
	ratetest.Run(t, func(t *testing.T) ratetest.Store {
		fixture := open(t)
		return ratetest.Store{RateStore: fixture.Engine, Advance: fixture.Advance}
	})
}

func swap(t *testing.T, e store.Engine, change store.Change) bool {
	t.Helper()
	done, err := e.Swap(t.Context(), change)
	require.NoError(t, err)
	return done
}

func get(t *testing.T, e store.Engine, key string) []byte {
	t.Helper()
	value, err := e.Get(t.Context(), key)
	require.NoError(t, err)
	return value
}

func valueStays(t *testing.T, f Fixture) {
	require.Nil(t, get(t, f.Engine, "a"))
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", New: []byte("1")}))
	f.Advance(time.Hour)
	require.Equal(t, "1", string(get(t, f.Engine, "a")))
	require.Nil(t, get(t, f.Engine, "b"))
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("1")}))
	require.Nil(t, get(t, f.Engine, "a"))
}

func changeCompares(t *testing.T, f Fixture) {
	require.False(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("1"), New: []byte("2")}), "there is none")
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", New: []byte("1")}))
	require.False(t, swap(t, f.Engine, store.Change{Key: "a", New: []byte("2")}), "there is one")
	require.False(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("0"), New: []byte("2")}), "it is another")
	require.False(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("0")}), "it is another")
	require.Equal(t, "1", string(get(t, f.Engine, "a")))
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("1"), New: []byte("2")}))
	require.Equal(t, "2", string(get(t, f.Engine, "a")))
}

func changeOfAny(t *testing.T, f Fixture) {
	for _, value := range []string{"1", "2"} {
		require.True(t, swap(t, f.Engine, store.Change{Key: "v/{a}", Any: true, New: []byte(value), TTL: time.Second}))
		require.Equal(t, value, string(get(t, f.Engine, "v/{a}")))
	}
	require.False(t, swap(t, f.Engine, store.Change{Key: "v/{a}", Any: true, While: store.Guard{Key: "lease/{a}", Value: []byte("me")}}))
	for range 2 {
		require.True(t, swap(t, f.Engine, store.Change{Key: "v/{a}", Any: true}))
		require.Nil(t, get(t, f.Engine, "v/{a}"))
	}
}

func changeRepeats(t *testing.T, f Fixture) {
	for range 2 {
		require.True(t, swap(t, f.Engine, store.Change{Key: "a", New: []byte("1")}))
	}
	for range 2 {
		require.True(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("1"), New: []byte("2")}))
	}
	for range 2 {
		require.True(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("2")}))
	}
	require.Nil(t, get(t, f.Engine, "a"))
}

func valueEnds(t *testing.T, f Fixture) {
	const ttl = 500 * time.Millisecond
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", New: []byte("1"), TTL: ttl}))
	require.Equal(t, "1", string(get(t, f.Engine, "a")))
	f.Advance(ttl + time.Millisecond)
	require.Nil(t, get(t, f.Engine, "a"))
	require.False(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("1"), New: []byte("1"), TTL: ttl}), "it has ended")
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", New: []byte("2"), TTL: ttl}), "its place is free")
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("2"), New: []byte("2"), TTL: time.Hour}), "made longer")
	f.Advance(2 * ttl)
	require.Equal(t, "2", string(get(t, f.Engine, "a")))
	require.True(t, swap(t, f.Engine, store.Change{Key: "a", Old: []byte("2"), New: []byte("3")}), "kept for good")
	f.Advance(2 * time.Hour)
	require.Equal(t, "3", string(get(t, f.Engine, "a")))
}

func guardHolds(t *testing.T, f Fixture) {
	guarded := store.Change{Key: "v/{a}", New: []byte("1"), While: store.Guard{Key: "lease/{a}", Value: []byte("me")}}
	require.False(t, swap(t, f.Engine, guarded), "no one holds it")
	require.True(t, swap(t, f.Engine, store.Change{Key: "lease/{a}", New: []byte("other"), TTL: time.Second}))
	require.False(t, swap(t, f.Engine, guarded), "another holds it")
	f.Advance(time.Second + time.Millisecond)
	require.True(t, swap(t, f.Engine, store.Change{Key: "lease/{a}", New: []byte("me"), TTL: time.Second}))
	require.True(t, swap(t, f.Engine, guarded))
	f.Advance(time.Second + time.Millisecond)
	guarded.Old, guarded.New = []byte("1"), []byte("2")
	require.False(t, swap(t, f.Engine, guarded), "it has ended")
	require.Equal(t, "1", string(get(t, f.Engine, "v/{a}")))
}

func bytesStay(t *testing.T, f Fixture) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	large := make([]byte, 1<<20)
	for i, value := range [][]byte{every, {0}, {}, []byte("'; --\" $1 ?1 %s"), large} {
		key := fmt.Sprintf("é/%%2F*?[x]\\ %d\n", i)
		require.True(t, swap(t, f.Engine, store.Change{Key: key, New: value}))
		is := get(t, f.Engine, key)
		require.NotNil(t, is)
		require.Len(t, is, len(value))
		require.Equal(t, string(value), string(is))
		require.True(t, swap(t, f.Engine, store.Change{Key: key, Old: value, New: []byte("next")}))
	}
}

func oneWins(t *testing.T, f Fixture) {
	const rounds, workers = 10, 16
	var wins [rounds]atomic.Int32
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for round := range rounds {
				done, err := f.Engine.Swap(t.Context(), store.Change{
					Key: fmt.Sprint(round), New: fmt.Appendf(nil, "worker %d", worker), TTL: time.Hour,
				})
				if err == nil && done {
					wins[round].Add(1)
				}
			}
		})
	}
	group.Wait()
	for round := range rounds {
		require.EqualValues(t, 1, wins[round].Load(), "round %d", round)
	}
}

func counterBounds(t *testing.T, f Fixture) {
	const large = 1 << 53
	for _, step := range []struct {
		n, most, sum int64
		added        bool
	}{
		{0, 10, 0, true}, {4, 10, 4, true}, {7, 10, 4, false}, {6, 10, 10, true}, {1, 10, 10, false}, {-3, 10, 7, true},
		{-8, 10, 7, false}, {-1, 5, 7, false}, {-2, 5, 5, true}, {large - 5, large, large, true}, {1, large, large, false},
	} {
		sum, added, err := f.Engine.Add(t.Context(), "a", step.n, step.most, time.Hour)
		require.NoError(t, err)
		require.Equal(t, step.added, added, "%+v", step)
		require.Equal(t, step.sum, sum, "%+v", step)
	}
}

func counterEnds(t *testing.T, f Fixture) {
	_, added, err := f.Engine.Add(t.Context(), "a", 3, 10, time.Second)
	require.NoError(t, err)
	require.True(t, added)
	f.Advance(600 * time.Millisecond)
	sum, _, err := f.Engine.Add(t.Context(), "a", 3, 10, time.Second)
	require.NoError(t, err)
	require.EqualValues(t, 6, sum)
	f.Advance(600 * time.Millisecond)
	sum, _, err = f.Engine.Add(t.Context(), "a", 1, 10, time.Second)
	require.NoError(t, err)
	require.EqualValues(t, 1, sum, "its time began with the first addition")
}

func counterShared(t *testing.T, f Fixture) {
	const workers, most = 16, 100
	var taken atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range 10 {
				if _, added, err := f.Engine.Add(t.Context(), "a", 1, most, time.Hour); err == nil && added {
					taken.Add(1)
				}
			}
		})
	}
	group.Wait()
	require.EqualValues(t, most, taken.Load())
}

func valuesFound(t *testing.T, f Fixture) {
	for _, key := range []string{"a/1", "a/2", "a*", "b/1", "A/1", "a_1", "a%1"} {
		require.True(t, swap(t, f.Engine, store.Change{Key: key, New: []byte("x")}))
	}
	require.True(t, swap(t, f.Engine, store.Change{Key: "a/ended", New: []byte("x"), TTL: time.Millisecond}))
	f.Advance(2 * time.Millisecond)
	for prefix, want := range map[string][]string{
		"a/": {"a/1", "a/2"}, "a*": {"a*"}, "a_": {"a_1"}, "a%": {"a%1"}, "c": nil, "[a]": nil, "A": {"A/1"},
		"": {"a/1", "a/2", "a*", "b/1", "A/1", "a_1", "a%1"},
	} {
		require.ElementsMatch(t, want, list(t, f.Engine, prefix), "%q", prefix)
	}
	for range f.Engine.List(t.Context(), "a") {
		break // whoever has seen enough may stop
	}
}

func list(t *testing.T, e store.Engine, prefix string) []string {
	t.Helper()
	var keys []string
	for entry, err := range e.List(t.Context(), prefix) {
		require.NoError(t, err)
		require.Equal(t, "x", string(entry.Value))
		keys = append(keys, entry.Key)
	}
	return keys
}

func contextHeeded(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Engine.Get(ctx, "a")
	require.ErrorIs(t, err, context.Canceled)
	_, err = f.Engine.Swap(ctx, store.Change{Key: "a", New: []byte("1")})
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = f.Engine.Add(ctx, "b", 1, 1, time.Hour)
	require.ErrorIs(t, err, context.Canceled)
	for _, err = range f.Engine.List(ctx, "") {
	}
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, get(t, f.Engine, "a"))
}
