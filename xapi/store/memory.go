package store

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Memory is an [Engine] that lives and ends with its process: for tests, and for programs that are one process today.
// The zero value is empty and ready to use.
type Memory struct {
	rates xapi.MemoryRateStore

	mu      sync.Mutex
	entries map[string]entry
	// ahead is how far the engine's clock is ahead of the machine's.
	ahead time.Duration
}

type entry struct {
	value []byte
	count int64
	until time.Time // zero for ever
}

// Advance moves the clock by which values end.
func (m *Memory) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ahead += d
}

// Clear forgets everything.
func (m *Memory) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = nil
	m.rates = xapi.MemoryRateStore{}
}

// Reserve is that of [xapi.MemoryRateStore].
func (m *Memory) Reserve(ctx context.Context, request xapi.RateRequest) (xapi.RateGrant, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rates.Now = m.now
	return m.rates.Reserve(ctx, request)
}

// at returns what is at key. The caller holds the lock.
func (m *Memory) at(key string) entry {
	e := m.entries[key]
	if !e.until.IsZero() && !m.now().Before(e.until) {
		delete(m.entries, key)
		return entry{}
	}
	return e
}

func (m *Memory) now() time.Time { return time.Now().Add(m.ahead) }

func (m *Memory) put(key string, e entry) {
	if m.entries == nil {
		m.entries = map[string]entry{}
	}
	m.entries[key] = e
}

func (m *Memory) until(ttl time.Duration) time.Time {
	if ttl == 0 {
		return time.Time{}
	}
	return m.now().Add(ttl)
}

// Get returns a copy of the value.
func (m *Memory) Get(ctx context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.at(key).value), ctx.Err()
}

// Swap carries out a change.
func (m *Memory) Swap(ctx context.Context, change Change) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if change.While.Key != "" && !bytes.Equal(m.at(change.While.Key).value, change.While.Value) {
		return false, nil
	}
	is := m.at(change.Key).value
	if !change.Any && !same(is, change.Old) && !same(is, change.New) {
		return false, nil
	}
	if change.New == nil {
		delete(m.entries, change.Key)
	} else {
		m.put(change.Key, entry{value: bytes.Clone(change.New), until: m.until(change.TTL)})
	}
	return true, nil
}

func same(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

// Add adds to a counter.
func (m *Memory) Add(ctx context.Context, key string, n, most int64, ttl time.Duration) (int64, bool, error) {
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	counter := m.at(key)
	sum := counter.count + n
	if sum > most || sum < 0 {
		return counter.count, false, nil
	}
	if counter.count == 0 && counter.until.IsZero() {
		counter.until = m.until(ttl)
	}
	counter.count = sum
	m.put(key, counter)
	return sum, true, nil
}

// List yields the values whose keys begin with prefix.
func (m *Memory) List(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(Entry{}, err)
			return
		}
		for _, found := range m.find(prefix) {
			if !yield(found, nil) {
				return
			}
		}
	}
}

func (m *Memory) find(prefix string) []Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Entry
	for key := range m.entries {
		if value := m.at(key).value; strings.HasPrefix(key, prefix) && value != nil {
			found = append(found, Entry{Key: key, Value: bytes.Clone(value)})
		}
	}
	return found
}
