package face

import (
	"sync"
	"sync/atomic"
)

// News wakes those who wait for something to happen. What happened is not part of it: they look themselves, so that a slow
// one costs nothing. The zero News is ready for use.
type News struct {
	count atomic.Int64
	mu    sync.Mutex
	next  chan struct{}
}

// Tell wakes all who wait.
func (n *News) Tell() {
	n.count.Add(1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next != nil {
		close(n.next)
		n.next = nil
	}
}

// Count is how often there was news so far.
func (n *News) Count() int64 { return n.count.Load() }

// Next returns a channel that is closed with the next news.
func (n *News) Next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next == nil {
		n.next = make(chan struct{})
	}
	return n.next
}
