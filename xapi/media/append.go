package media

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/xapi-go/xapi-go/xapi"
)

const (
	// passes is how often the segments that are missing are gone through. What fails has been retried by the client
	// already; by the next pass minutes may have gone by.
	passes = 3
	// breakdown is how many segments in a row may fail, with none acknowledged in between, before the upload is given up.
	breakdown = 2 * MaxConcurrency
)

// appending is the sending of the missing segments of one upload.
type appending struct {
	*upload
	id    string
	plan  plan
	meter *meter

	// workers is how many segments are in flight at most, inherited how many were done before.
	workers, inherited int

	mu           sync.Mutex
	todo, failed []int
	lastErr      error
	// inRow counts the failures since a segment was last acknowledged.
	inRow int
	acked bool
	stop  context.CancelCauseFunc
}

// append sends the segments that the ledger does not have as done, concurrency of them at once. A segment that fails
// for a passing reason does not stop the others: it is tried again after them.
func (u *upload) append(ctx context.Context, concurrency int) error {
	state, _ := u.ledger.snapshot()
	p := plan{total: state.Bytes, size: state.SegmentSize}
	a := &appending{
		upload: u, id: state.MediaID, plan: p, meter: newMeter(u.tracker, p.count()),
		workers: concurrency, inherited: len(state.Done), acked: len(state.Done) > 0,
	}
	for i := range p.count() {
		if _, done := slices.BinarySearch(state.Done, i); !done {
			a.todo = append(a.todo, i)
		}
	}
	for _, i := range state.Done {
		_, size := p.segment(i)
		a.meter.at(i, size)
	}
	u.tracker.update(func(pr *Progress) {
		pr.Phase, pr.Segments, pr.SegmentsDone, pr.Acknowledged = Uploading, p.count(), len(state.Done), p.bytes(state.Done)
	})
	for range passes {
		if len(a.todo) == 0 {
			return nil
		}
		before := len(a.todo)
		if err := a.pass(ctx, min(a.workers, before)); err != nil {
			return err
		}
		a.todo, a.failed = a.failed, nil
		if len(a.todo) == before {
			return a.lastErr
		}
	}
	if len(a.todo) > 0 {
		return a.lastErr
	}
	return nil
}

// pass sends what is to do once, with as many workers, and returns what makes going on pointless.
func (a *appending) pass(ctx context.Context, workers int) error {
	within, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	a.stop = stop
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				i, ok := a.next(within)
				if !ok {
					return
				}
				a.finish(i, a.send(within, i))
			}
		})
	}
	group.Wait()
	if within.Err() != nil {
		return context.Cause(within)
	}
	return nil
}

// next takes the first segment that is to do.
func (a *appending) next(ctx context.Context) (int, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.todo) == 0 || ctx.Err() != nil {
		return 0, false
	}
	i := a.todo[0]
	a.todo = a.todo[1:]
	return i, true
}

// finish notes how segment i went.
func (a *appending) finish(i int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err == nil:
		a.inRow, a.acked = 0, true
	case !passing(err) || a.content.err() != nil || isFinal(err):
		a.stop(err)
	default:
		a.failed = append(a.failed, i)
		a.lastErr = err
		if a.inRow++; a.inRow >= breakdown {
			a.stop(err)
		}
	}
}

// isFinal reports whether err is one of ours, which no repetition changes.
func isFinal(err error) bool {
	var restart *again
	return errors.As(err, &restart) || errors.Is(err, errCheckpoint)
}

var errCheckpoint = errors.New("the checkpoint could not be saved")

// send sends segment i and has it noted.
func (a *appending) send(ctx context.Context, i int) error {
	err := a.transmit(ctx, i)
	if refusesMultipart(err) {
		// All that are in flight at that moment are refused, and each comes by here.
		first := !a.edge.base64.Swap(true)
		if first && a.segmentSize == 0 && !a.acknowledged() && a.plan.size > base64Segment {
			return &again{reason: "the server takes no multipart", keepID: true, cause: err}
		}
		err = a.transmit(ctx, i)
	}
	if err != nil {
		return a.judge(err)
	}
	var done int
	var acknowledged int64
	change := a.ledger.change(func(c *Checkpoint) {
		if at, there := slices.BinarySearch(c.Done, i); !there {
			c.Done = slices.Insert(c.Done, at, i)
		}
		done, acknowledged = len(c.Done), a.plan.bytes(c.Done)
	})
	if err := a.keeper.commit(ctx, change); err != nil {
		return fmt.Errorf("%w: %w", errCheckpoint, err)
	}
	a.tracker.update(func(p *Progress) { p.SegmentsDone, p.Acknowledged = done, acknowledged })
	return nil
}

// transmit sends segment i in the form that the server is known to take.
func (a *appending) transmit(ctx context.Context, i int) error {
	offset, size := a.plan.segment(i)
	segment := part{content: a.content, offset: offset, size: size, sent: func(n int64) { a.meter.at(i, n) }}
	index := field{"segment_index", i}
	var body *xapi.Body
	var err error
	contentType := jsonType
	if a.edge.base64.Load() {
		body, err = segment.jsonBody(index)
	} else {
		body, contentType, err = segment.multipartBody(index)
	}
	if err != nil {
		return err
	}
	_, err = a.api.AppendMediaUploadForm(ctx, a.id, contentType, body, a.call...)
	// Nothing in the answer matters. Servers leave it empty, against the spec, and what else they write is no failure.
	var unread *xapi.DecodeError
	if errors.As(err, &unread) {
		return nil
	}
	return err
}
