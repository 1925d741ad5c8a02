package streaming

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// errStopped is the end of a stream that nobody wants any more.
var errStopped = errors.New("the stream was stopped")

// keepUp connects a partition again and again. It returns nil for a replay that is over, errStopped once ctx has ended,
// and else why it is of no use to go on.
func (e *engine[R]) keepUp(ctx context.Context, c *connection) error {
	c.began = e.config.Clock.Now()
	for {
		body, err := e.connect(ctx, c)
		verdict := Verdict{Cause: Drop}
		if err == nil {
			end := e.read(ctx, c, body, true)
			if err = end.cause; err == nil {
				return nil
			}
			if ctx.Err() == nil {
				e.tell(c, Notice{Kind: Disconnected, Err: err, Raw: end.rest})
			}
			switch {
			case e.source.Final(err):
				verdict.Cause = Final
			case !end.proved:
				verdict.Cause = Network
			}
		} else if verdict = e.source.Judge(err); verdict.Untrusted && c.whole().IsZero() {
			verdict.Cause = Final
		}
		if ctx.Err() != nil {
			return errStopped
		}
		if verdict.Cause == Final {
			return err
		}
		if err := e.pause(ctx, c, verdict, err); err != nil {
			return err
		}
	}
}

// pause waits until the next attempt is due, after err.
func (e *engine[R]) pause(ctx context.Context, c *connection, verdict Verdict, err error) error {
	now := e.config.Clock.Now()
	if verdict.Cause == Drop {
		c.began = now
	}
	wait := c.schedule.wait(verdict.Cause)
	wait = max(wait, verdict.Until.Sub(now)) // a difference to the zero time is far below zero
	if verdict.Crowded && e.heal(ctx, c) {
		wait, c.schedule.limited = 0, 0
	}
	failures := c.schedule.failures()
	if most := e.config.MaxFailures; most > 0 && failures >= most {
		return fmt.Errorf("%s: given up after %d attempts in a row to connect: %w", e.source.Operation, failures, err)
	}
	if most := e.config.MaxOutage; most > 0 && now.Add(wait).Sub(c.began) > most {
		return fmt.Errorf("%s: given up, as no connection comes about within %s: %w", e.source.Operation, most, err)
	}
	wait += time.Duration(e.config.Clock.Random() * spread * float64(wait))
	e.tell(c, Notice{Kind: Reconnecting, Err: err, Wait: wait, Attempt: failures + 1})
	if wait > 0 && e.config.Clock.Sleep(ctx, wait) != nil || ctx.Err() != nil {
		return errStopped
	}
	return nil
}

// connect opens one connection, and tells of what is missing between the last and this.
func (e *engine[R]) connect(ctx context.Context, c *connection) (io.ReadCloser, error) {
	ask := Connect{Partition: c.partition, Stall: e.config.Stall}
	since := c.whole()
	replay := !e.source.From.IsZero() || !e.source.To.IsZero()
	switch {
	case replay:
		ask.From = e.replayFrom(c)
	case since.IsZero() || !e.source.Backfill || e.config.NoBackfill:
	case e.refused.Load():
		ask.Backfill = -1
	default:
		ask.Backfill = backfill(e.config.Clock.Now().Sub(since))
	}
	body, err := e.source.Open(ctx, ask)
	if err != nil && ask.Backfill > 0 && ctx.Err() == nil && e.source.Judge(err).Refused {
		e.refused.Store(true)
		e.tell(c, Notice{Kind: BackfillRefused, Err: err})
		ask.Backfill = -1
		body, err = e.source.Open(ctx, ask)
	}
	if err != nil {
		return nil, err
	}
	now := e.config.Clock.Now()
	e.config.Counters.Connections.Add(1)
	if replay || since.IsZero() {
		c.connected(now, time.Time{})
		e.tell(c, Notice{Kind: Connected})
		return body, nil
	}
	e.tell(c, Notice{Kind: Connected})
	e.bridge(ctx, c, since, now, ask.Backfill)
	return body, nil
}

const (
	maxBackfill = 5 // minutes
	// backfillSlack is how much later than it was made X may send a post.
	backfillSlack = 10 * time.Second
	// maxReplay is how far back X replays, and maxReplays how many replays it allows at a time.
	maxReplay  = 24 * time.Hour
	maxReplays = 2
	// replayOverlap is how much of what came before is asked for again where a replay broke off.
	replayOverlap = time.Minute
)

// backfill returns how many minutes before a connection are wanted after a silence of gap.
func backfill(gap time.Duration) int {
	minutes := int((gap + backfillSlack + time.Minute - 1) / time.Minute)
	return min(max(minutes, 1), maxBackfill)
}

// replayFrom returns where a replay that broke off goes on, zero for where the caller said.
func (e *engine[R]) replayFrom(c *connection) time.Time {
	if newest := c.newest(time.Time{}).Add(-replayOverlap); newest.After(e.source.From) {
		return newest
	}
	return time.Time{}
}

// bridge tells what became of the time between two connections, and has fetched what a backfill does not bring.
func (e *engine[R]) bridge(ctx context.Context, c *connection, since, now time.Time, minutes int) {
	reach, filling := now, time.Time{}
	if minutes > 0 {
		if reach = now.Add(-time.Duration(minutes) * time.Minute); reach.Before(since) {
			reach = since
		}
		filling = reach
	}
	c.connected(now, filling)
	if since.Before(reach) {
		e.tell(c, Notice{Kind: Gap, From: since, To: reach})
		if e.config.Recover && e.source.Replay && now.Sub(since) <= maxReplay {
			c.recovering(since)
			e.queue.enter()
			e.running.Go(func() {
				defer e.queue.leave()
				e.recover(ctx, c, since, reach)
			})
		}
	}
	if minutes > 0 {
		e.tell(c, Notice{Kind: Healed, From: reach, To: now})
	}
}
