package streaming

import (
	"context"
	"sync"
	"time"
)

// healing closes connections that nobody reads any more, not too often.
type healing struct {
	mu   sync.Mutex
	last time.Time
}

// heal has the app's connections closed, and reports whether they were.
func (e *engine[R]) heal(ctx context.Context, c *connection) bool {
	if e.config.Heal == nil {
		return false
	}
	h := &e.healing
	h.mu.Lock()
	defer h.mu.Unlock()
	now := e.config.Clock.Now()
	if !h.last.IsZero() && now.Sub(h.last) < e.config.HealEvery {
		return false
	}
	h.last = now
	err := e.config.Heal(ctx, e.source.Operation)
	if ctx.Err() != nil {
		return false
	}
	e.tell(c, Notice{Kind: ConnectionsClosed, Err: err})
	return err == nil
}
