package streaming

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"
)

const (
	// lateAfter is when a heartbeat is late: X promises one every 20 seconds, and some take a moment longer on their way
	// than the one before.
	lateAfter = 20*time.Second + 250*time.Millisecond
	// waited is how long a read takes at least that found nothing at first.
	waited = time.Millisecond
)

// errClosed is an end of the body without a word: a server that closes the connection.
var errClosed = errors.New("the server closed the stream")

// end is how a connection ended.
type end struct {
	cause error // nil for a replay that is over
	// proved says that the connection was good for something: a document or a heartbeat came.
	proved bool
	// rest is the half of a document that came last.
	rest []byte
}

// read puts the documents that come over body into the queue until it ends. A live one is that of the connection; others
// replay what it missed.
func (e *engine[R]) read(ctx context.Context, c *connection, body io.ReadCloser, live bool) (end end) {
	defer func() { _ = body.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = body.Close() })
	defer stop()
	ear := &ear[R]{engine: e, body: body, connection: c, live: live}
	lines := newFramer(ear, e.config.MaxLine)
	for end.cause == nil || lines.buffered() {
		line, err := lines.next()
		switch {
		case err != nil:
			var tooLong *TooLongError
			if errors.As(err, &tooLong) {
				end.proved = true
				e.config.Counters.Broken.Add(1)
				e.tell(c, Notice{Kind: Broken, Err: err, Raw: line})
				continue
			}
			if whole(line) && e.source.Message(line) == nil {
				e.put(c, line, ear.at)
			} else if end.rest = bytes.Clone(line[:min(len(line), maxQuote)]); errors.Is(err, io.EOF) && len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			if end.cause == nil {
				end.cause = c.closed(err, live)
			}
			return end
		case len(line) == 0:
			end.proved = true
			e.config.Counters.Heartbeats.Add(1)
			if live {
				c.beat()
			}
		default:
			if message := e.source.Message(line); message != nil {
				end.cause = message
			} else if end.proved = true; !e.put(c, line, ear.at) {
				end.cause = errStopped
				return end
			}
		}
	}
	return end
}

// whole reports whether what stands behind the last line feed is a document that came whole all the same.
func whole(rest []byte) bool {
	return len(rest) > 0 && rest[0] == '{' && json.Valid(rest)
}

// closed returns what the end of a body means: nothing where it ends a replay.
func (c *connection) closed(err error, live bool) error {
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if !live || c.replay {
		return nil
	}
	return errClosed
}

func (e *engine[R]) put(c *connection, line []byte, at time.Time) bool {
	dropped, now, ok := e.queue.put(line, c, at)
	if ok {
		e.config.Counters.Queued.Store(int64(now.depth))
		e.rose(c, now, dropped)
	}
	return ok
}

// ear notes when something comes.
type ear[R any] struct {
	engine     *engine[R]
	body       io.Reader
	connection *connection
	live       bool
	at         time.Time
}

func (r *ear[R]) Read(p []byte) (int, error) {
	clock := &r.engine.config.Clock
	before := clock.Now()
	n, err := r.body.Read(p)
	if r.at = clock.Now(); n > 0 {
		r.engine.config.Counters.Bytes.Add(int64(n))
		if r.live {
			silent := r.at.Sub(before)
			r.connection.hear(r.at, silent >= waited)
			if silent > lateAfter {
				r.engine.tell(r.connection, Notice{Kind: Late, Wait: silent})
			}
		}
	}
	return n, err
}

// recover fetches what a connection missed, by a replay of the time between from and to.
func (e *engine[R]) recover(ctx context.Context, c *connection, from, to time.Time) {
	select {
	case e.replays <- struct{}{}:
		defer func() { <-e.replays }()
	case <-ctx.Done():
		return
	}
	// X counts whole seconds.
	ask := Connect{
		Partition: c.partition, Stall: e.config.Stall, Backfill: none,
		From: from.Truncate(time.Second), To: to.Add(time.Second - 1).Truncate(time.Second),
	}
	var attempts schedule
	for {
		body, err := e.source.Open(ctx, ask)
		var verdict Verdict
		if err == nil {
			if err = e.read(ctx, c, body, false).cause; err == nil {
				c.recovered(from)
				e.tell(c, Notice{Kind: Recovered, From: from, To: to})
				return
			}
			verdict = e.source.Ended(err)
		} else {
			verdict = e.source.Refused(err)
		}
		if ctx.Err() != nil {
			return
		}
		wait := max(attempts.wait(verdict.Cause), verdict.Until.Sub(e.config.Clock.Now()))
		if verdict.Cause == Final || attempts.failures() >= maxRecoveries {
			c.recovered(from)
			e.tell(c, Notice{Kind: RecoveryFailed, Err: err, From: from, To: to})
			return
		}
		if e.config.Clock.Sleep(ctx, wait) != nil {
			return
		}
	}
}

// maxRecoveries bounds how often a replay is tried.
const maxRecoveries = 10
