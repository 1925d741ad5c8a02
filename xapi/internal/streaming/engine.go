package streaming

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
)

// Run yields the documents of a stream until the consumer stops, ctx ends, a replay is over, or no connection can be had
// any more; then why comes last, beside nil. When it returns, nothing of it is left.
func Run[R any](ctx context.Context, source *Source[R], config Config) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		e := &engine[R]{source: source, config: config, queue: newQueue[R](&config), replays: make(chan struct{}, maxReplays)}
		if e.config.Counters == nil {
			e.config.Counters = new(Counters)
		}
		running, cancel := context.WithCancel(ctx)
		defer e.running.Wait()
		defer cancel()
		stop := context.AfterFunc(running, e.queue.close)
		defer stop()
		defer e.queue.close()
		e.start(running)
		if !e.deliver(yield) {
			return
		}
		if err := context.Cause(ctx); err != nil {
			yield(nil, fmt.Errorf("%s: the stream was stopped: %w", source.Operation, err))
		} else if err := e.ended(); err != nil {
			yield(nil, err)
		}
	}
}

// engine is one run of a stream.
type engine[R any] struct {
	source      *Source[R]
	config      Config
	queue       *queue[R]
	connections []*connection
	running     sync.WaitGroup
	replays     chan struct{}

	decoded atomic.Int64
	refused atomic.Bool // backfill, by the server
	healing healing
	// lagging says that the consumer was told to be too slow, and dropped how many documents it has cost since.
	lagging atomic.Bool
	dropped atomic.Int64

	telling sync.Mutex
	failing sync.Mutex
	failed  []error
}

// start opens the connections and sets the decoders to work.
func (e *engine[R]) start(ctx context.Context) {
	for _, partition := range e.config.Partitions {
		c := newConnection(partition, e.config.Window, !e.source.To.IsZero(), e.config.Resume[partition])
		e.connections = append(e.connections, c)
	}
	if e.config.Started != nil {
		e.config.Started(e.positions)
	}
	for _, c := range e.connections {
		e.running.Go(func() {
			defer e.queue.leave()
			e.fail(c, e.keepUp(ctx, c))
		})
	}
	for range e.config.Decoders {
		e.running.Go(e.decode)
	}
}

// fail notes why a partition ended, nil for a replay that is over.
func (e *engine[R]) fail(c *connection, err error) {
	if errors.Is(err, errStopped) {
		return
	}
	e.tell(c, Notice{Kind: Ended, Err: err})
	if err == nil {
		return
	}
	if c.partition != 0 {
		err = fmt.Errorf("partition %d: %w", c.partition, err)
	}
	e.failing.Lock()
	defer e.failing.Unlock()
	e.failed = append(e.failed, err)
}

// ended returns why all partitions have.
func (e *engine[R]) ended() error {
	e.failing.Lock()
	defer e.failing.Unlock()
	if len(e.failed) == 1 {
		return e.failed[0]
	}
	return errors.Join(e.failed...)
}

func (e *engine[R]) positions() map[int]Position {
	all := make(map[int]Position, len(e.connections))
	for _, c := range e.connections {
		all[c.partition] = c.position()
	}
	return all
}

// decode is one decoder.
func (e *engine[R]) decode() {
	scratch := make([]byte, 0, 64)
	for {
		it := e.queue.take()
		if it == nil {
			return
		}
		if it.raw[0] == '{' {
			it.value, it.err = e.source.Decode(it.raw)
		} else {
			it.err = errors.New("the line is no JSON object")
		}
		if it.value == nil {
			it.key = keyOf(it.raw)
		} else {
			it.key = keyOf(e.source.Key(scratch[:0], it.value, it.raw))
			it.made = e.source.Made(it.value)
			it.from.newest(it.made)
			if n := e.config.CheckEvery; n > 0 && e.decoded.Add(1)%int64(n) == 1%int64(n) {
				e.source.Check(it.raw)
			}
		}
		e.queue.done(it)
	}
}

// deliver hands over the documents, each once, until there will be none. False says that the consumer wants no more.
func (e *engine[R]) deliver(yield func(*R, error) bool) bool {
	count := e.config.Counters
	var it *item[R]
	for {
		var left level
		if it, left = e.queue.pop(it); it == nil {
			return true
		}
		count.Queued.Store(int64(left.depth))
		e.eased(left)
		switch {
		case !it.from.give(it.made, it.key):
			count.Duplicates.Add(1)
		case it.value == nil:
			count.Broken.Add(1)
			e.tell(it.from, Notice{Kind: Broken, Err: it.err, Raw: bytes.Clone(it.raw)})
		default:
			count.Documents.Add(1)
			if e.config.Current != nil {
				*e.config.Current = Document{Raw: it.raw, At: it.at, Partition: it.from.partition}
			}
			if !yield(it.value, nil) {
				return false
			}
		}
		it.from.took(it.at, it.made)
	}
}

// tell hands a notice over, one at a time.
func (e *engine[R]) tell(c *connection, notice Notice) {
	if e.config.Notify == nil {
		return
	}
	notice.Operation, notice.At = e.source.Operation, e.config.Clock.Now()
	if c != nil {
		notice.Partition = c.partition
	}
	e.telling.Lock()
	defer e.telling.Unlock()
	e.config.Notify(notice)
}
