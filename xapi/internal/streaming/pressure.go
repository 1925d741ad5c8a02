package streaming

// A consumer counts as too slow from highWater of the queue on, and as caught up at lowWater.
const highWater, lowWater = 0.75, 0.25

// rose is told of every document that was put into the queue, and of those that were dropped for it.
func (e *engine[R]) rose(c *connection, now level, dropped int) {
	if dropped > 0 {
		e.config.Counters.Dropped.Add(int64(dropped))
		if e.dropped.Add(int64(dropped)) == int64(dropped) {
			e.pressed(c, Dropped, now, int64(dropped))
		}
	}
	if now.share >= highWater && e.lagging.CompareAndSwap(false, true) {
		e.pressed(c, Lagging, now, 0)
	}
}

// eased is told of every document that left the queue.
func (e *engine[R]) eased(now level) {
	if now.share <= lowWater && e.lagging.CompareAndSwap(true, false) {
		e.pressed(nil, CaughtUp, now, e.dropped.Swap(0))
	}
}

func (e *engine[R]) pressed(c *connection, kind Kind, now level, dropped int64) {
	notice := Notice{Kind: kind, Queued: now.depth, Dropped: dropped}
	if oldest := e.queue.oldest(); !oldest.IsZero() {
		notice.Lag = e.config.Clock.Now().Sub(oldest)
	}
	e.tell(c, notice)
}
