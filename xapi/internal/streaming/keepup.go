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
		var verdict Verdict
		if err == nil {
			end := e.read(ctx, c, body, true)
			if err = end.cause; err == nil {
				return nil
			}
			if ctx.Err() == nil {
				e.tell(c, Notice{Kind: Disconnected, Err: err, Raw: end.rest})
			}
			if verdict = e.source.Ended(err); verdict.Cause == Network && end.proved {
				verdict.Cause = Drop
			}
		} else if verdict = e.source.Refused(err); verdict.Untrusted && c.whole().IsZero() {
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
	since := c.whole()
	ask := e.ask(c, since)
	body, err := e.source.Open(ctx, ask)
	if err != nil && ask.Backfill > 0 && ctx.Err() == nil && e.source.Refused(err).Narrower {
		e.refused.Store(true)
		e.tell(c, Notice{Kind: BackfillRefused, Err: err})
		ask.Backfill = none
		body, err = e.source.Open(ctx, ask)
	}
	if err != nil {
		return nil, err
	}
	now := e.config.Clock.Now()
	e.config.Counters.Connections.Add(1)
	e.tell(c, Notice{Kind: Connected})
	if c.replay || since.IsZero() {
		c.connected(now, time.Time{})
	} else {
		e.bridge(ctx, c, since, now, ask)
	}
	return body, nil
}

const (
	// none is the backfill of a connection that is to have none, and maxBackfill the most minutes that it may have.
	none, maxBackfill = -1, 5
	// maxReplay is how far back X replays, and maxReplays how many replays it allows at a time.
	maxReplay  = 24 * time.Hour
	maxReplays = 2
)

// ask returns what a connection asks for, where nothing is missing that was made before since.
func (e *engine[R]) ask(c *connection, since time.Time) Connect {
	ask := Connect{Partition: c.partition, Stall: e.config.Stall}
	switch {
	case c.replay:
		// What broke off goes on a little earlier than it came to.
		if newest := c.newest(time.Time{}).Add(-time.Minute); newest.After(e.source.From) {
			ask.From = newest
		}
	case since.IsZero():
	case !e.source.From.IsZero():
		ask.Backfill = none
		if since.After(e.source.From) {
			ask.From = since
		}
	case !e.source.Backfill || e.config.NoBackfill:
	case e.refused.Load():
		ask.Backfill = none
	default:
		gap := e.config.Clock.Now().Sub(since)
		ask.Backfill = min(int((gap+time.Minute-1)/time.Minute), maxBackfill)
	}
	return ask
}

// bridge tells what became of the time between two connections, and has fetched what the second does not bring.
func (e *engine[R]) bridge(ctx context.Context, c *connection, since, now time.Time, asked Connect) {
	reach, filling := now, true // from when on the documents come
	switch {
	case !e.source.From.IsZero():
		reach = since
	case asked.Backfill > 0:
		if reach = now.Add(-time.Duration(asked.Backfill) * time.Minute); reach.Before(since) {
			reach = since
		}
	default:
		filling = false
	}
	if filling {
		c.connected(now, reach)
		e.tell(c, Notice{Kind: Backfilling, From: reach, To: now})
	} else {
		c.connected(now, time.Time{})
	}
	if !since.Before(reach) {
		return
	}
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
