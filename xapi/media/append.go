package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// appending is the sending of what the server does not have yet of one upload. Segments are cut as they are sent, each
// as large as the pace has it then. One that failed is a hole: it is sent again with its index and its bytes, and cut
// anew where the link has turned out too slow for it.
type appending struct {
	*upload
	id string

	mu     sync.Mutex
	flying map[int]*flight
	// acknowledged is how many bytes the server has, in how many segments; inherited how many it had before.
	acknowledged, inherited int64
	segments                int
	// holes are the segments to be sent again, each not before its time. lost are those that failed in this process.
	holes map[int]time.Time
	lost  map[int]bool
	// sent is how many indexes the server may have seen.
	sent int
	// alone says that one segment at a time is sent, since the server refused one of several.
	alone   bool
	trouble trouble
	// event tells that something has changed.
	event chan struct{}
	stop  context.CancelCauseFunc
}

// flight is one segment on its way.
type flight struct {
	index        int
	offset, size int64
	turn         *turn
	part         *part
	// base64 is the form that it goes in. alone says that nothing else is in flight.
	base64, alone bool
}

// append sends what the ledger does not have as acknowledged. A segment that fails for a passing reason does not stop
// the others.
func (u *upload) append(ctx context.Context) error {
	state, _ := u.ledger.snapshot()
	a := &appending{
		upload: u, id: state.MediaID, flying: map[int]*flight{}, holes: map[int]time.Time{}, lost: map[int]bool{}, sent: len(state.Segments),
		event: make(chan struct{}, 1), alone: u.edge.ordered.holds(),
	}
	a.acknowledged, a.segments = state.Acknowledged()
	a.inherited = a.acknowledged
	for i, s := range state.Segments {
		if s.Sum == "" {
			a.holes[i] = time.Time{}
		}
	}
	u.tracker.phase(Uploading)
	a.report()
	sending, stop := u.sending(ctx)
	defer stop(nil)
	open, shut := context.WithCancelCause(ctx)
	defer shut(nil)
	a.stop = func(err error) { stop(err); shut(err) }
	var group sync.WaitGroup
	err := a.dispatch(open, sending, &group)
	group.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if sending.Err() != nil {
		return context.Cause(sending)
	}
	return err
}

// fastest is the rate, in bytes a second, at which an upload hands segments to the network at most. Begun one shortly
// after the other, the bytes of one go out while the others wait for their answers; begun at once, all compete for the
// link and then wait together. Where a request takes 50 ms that was measured to save a twentieth of the time.
const fastest = 3 << 30

// farewell is how long the segments in flight may go on after an upload with a checkpoint was cancelled, so that those
// about to arrive are in the checkpoint.
const farewell = 250 * time.Millisecond

// sending returns the context of the segments.
func (u *upload) sending(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	if u.keeper == nil {
		return context.WithCancelCause(ctx)
	}
	later, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	cancel := context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		later, cancel = context.WithDeadline(later, deadline.Add(farewell))
	}
	forget := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(farewell, func() { stop(context.Cause(ctx)) })
		context.AfterFunc(later, func() { timer.Stop() })
	})
	return later, func(cause error) {
		forget()
		stop(cause)
		cancel()
	}
}

// dispatch sends one segment after the other as the pace allows, until all have arrived or open ends.
func (a *appending) dispatch(open, sending context.Context, group *sync.WaitGroup) error {
	for {
		want, wait, done := a.plan()
		switch {
		case done:
			return nil
		case open.Err() != nil:
			return context.Cause(open)
		case want == nil:
			a.await(open, wait)
			continue
		}
		turn, err := a.pace.enter(open, a.lane, want)
		if err != nil {
			return err
		}
		f := a.take(turn)
		if f == nil { // what was planned has changed meanwhile
			a.pace.leave(turn)
			continue
		}
		group.Go(func() {
			defer a.pace.leave(f.turn)
			a.finish(f, a.send(sending, f))
		})
		_ = transport.Sleep(open, time.Duration(f.size)*time.Second/fastest)
	}
}

// await returns when something has changed, at the latest after wait where that is not zero.
func (a *appending) await(ctx context.Context, wait time.Duration) {
	var passed <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		passed = timer.C
	}
	select {
	case <-a.event:
	case <-passed:
	case <-ctx.Done():
	}
}

// plan returns how large the next segment will be, or how long to wait for one where nothing happens before.
func (a *appending) plan() (want func(window int64) int64, wait time.Duration, done bool) {
	window := a.pace.size()
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if a.alone && len(a.flying) > 0 {
		return nil, 0, false
	}
	if !a.recut(window) {
		return nil, 0, false
	}
	if i, at, there := a.hole(); there {
		if wait = at.Sub(now); wait <= 0 {
			size := a.segment(i).Bytes
			return func(int64) int64 { return size }, 0, false
		}
		if a.alone {
			return nil, wait, false
		}
	}
	state, _ := a.ledger.snapshot()
	index, left := len(state.Segments), state.Bytes-state.cut()
	if left == 0 {
		return nil, wait, len(a.flying) == 0 && len(a.holes) == 0
	}
	if pause := a.trouble.pause(now); pause > 0 {
		return nil, pause, false
	}
	sent := a.sent
	return func(window int64) int64 { return a.next(window, left, index, sent) }, 0, false
}

// hole returns the hole that may be sent again first.
func (a *appending) hole() (index int, at time.Time, there bool) {
	for i, t := range a.holes {
		if !there || i < index && (a.alone || !t.After(at)) || !a.alone && t.Before(at) {
			index, at, there = i, t, true
		}
	}
	return index, at, there
}

// recut drops the failed segments that are too large for the link by now, and every segment behind the first of them:
// that part of the source is cut anew, and the new segments replace those of the same index that the server has. It
// reports false where that has to wait for what is in flight.
func (a *appending) recut(window int64) bool {
	if len(a.holes) == 0 {
		return true
	}
	state, _ := a.ledger.snapshot()
	first, left := -1, state.Bytes
	for i, s := range state.Segments {
		if _, hole := a.holes[i]; hole && a.lost[i] && !a.fits(s.Bytes, window, left, i) {
			first = i
			break
		}
		left -= s.Bytes
	}
	if first < 0 {
		return true
	}
	if len(a.flying) > 0 {
		return false
	}
	a.ledger.change(func(c *Checkpoint) { c.Segments = slices.Clone(c.Segments[:first]) })
	if a.replaced == nil {
		a.replaced = map[int]bool{}
	}
	for i, s := range state.Segments[first:] {
		a.replaced[first+i] = true
		if s.Sum != "" {
			a.acknowledged -= s.Bytes
			a.segments--
		}
	}
	for i := range a.holes {
		if i >= first {
			delete(a.holes, i)
		}
	}
	return true
}

func (a *appending) segment(i int) Segment {
	state, _ := a.ledger.snapshot()
	return state.Segments[i]
}

// take begins the segment whose turn it is: a failed one that may be sent again, else the next of what is not cut yet.
// It returns nil where neither may be sent any more.
func (a *appending) take(t *turn) *flight {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.alone && len(a.flying) > 0 {
		return nil
	}
	f := &flight{turn: t, base64: a.edge.base64.holds(), alone: a.alone}
	state, _ := a.ledger.snapshot()
	if i, at, there := a.hole(); there && !time.Now().Before(at) {
		delete(a.holes, i)
		f.index = i
	} else {
		left := state.Bytes - state.cut()
		if left == 0 {
			return nil
		}
		f.index = len(state.Segments)
		next := Segment{Bytes: min(t.bytes, left)}
		a.ledger.change(func(c *Checkpoint) { c.Segments = append(c.Segments, next) })
		state.Segments = append(state.Segments, next)
		a.sent = max(a.sent, len(state.Segments))
	}
	for _, s := range state.Segments[:f.index] {
		f.offset += s.Bytes
	}
	f.size = state.Segments[f.index].Bytes
	if f.size != t.bytes {
		a.pace.resize(t, f.size)
	}
	f.part = &part{
		content: a.content, offset: f.offset, size: f.size, begun: func() { a.pace.begin(t) }, moved: a.report,
	}
	a.flying[f.index] = f
	return f
}

// send sends the segment and has it noted.
func (a *appending) send(ctx context.Context, f *flight) error {
	// Where a checkpoint is kept, it knows of each index before the server does.
	_, change := a.ledger.snapshot()
	if err := a.keeper.commit(ctx, change); err != nil {
		return fmt.Errorf("%w: %w", errCheckpoint, err)
	}
	if err := a.transmit(ctx, f); err != nil {
		return err
	}
	sum, err := f.part.sum(ctx)
	if err != nil {
		return err
	}
	a.pace.arrived(f.turn)
	change = a.ledger.change(func(c *Checkpoint) { c.Segments[f.index].Sum = sum })
	if err := a.keeper.commit(ctx, change); err != nil {
		return fmt.Errorf("%w: %w", errCheckpoint, err)
	}
	return nil
}

// transmit sends the segment in its form.
func (a *appending) transmit(ctx context.Context, f *flight) (err error) {
	index := field{"segment_index", f.index}
	var body *xapi.Body
	contentType := jsonType
	if f.base64 {
		body, err = f.part.jsonBody(index)
	} else {
		body, contentType, err = f.part.multipartBody(index)
	}
	if err != nil {
		return err
	}
	// The upload repeats it by itself, in the size and at the time that are best then.
	once := a.calls(xapi.WithMaxAttempts(1))
	_, err = a.api.AppendMediaUploadForm(ctx, a.id, contentType, body, once...)
	// Nothing in the answer matters. Servers leave it empty, against the spec, and what else they write is no failure. A
	// page for people, though, comes from something between here and the server, which may not have the segment.
	var unread *xapi.DecodeError
	if errors.As(err, &unread) && !bytes.HasPrefix(bytes.TrimSpace(unread.Body), []byte("<")) {
		return nil
	}
	return err
}

// finish notes how the segment went.
func (a *appending) finish(f *flight, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.flying, f.index)
	if err == nil {
		a.trouble = trouble{}
		a.acknowledged += f.size
		a.segments++
	} else if err := a.judge(f, err); err != nil {
		a.stop(err)
	}
	a.reportLocked()
	select {
	case a.event <- struct{}{}:
	default:
	}
}

// report tells the caller how much has gone out and arrived.
func (a *appending) report() {
	if a.tracker == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reportLocked()
}

func (a *appending) reportLocked() {
	sent := a.acknowledged
	for _, f := range a.flying {
		sent += f.part.read()
	}
	a.tracker.update(func(p *Progress) { p.Sent, p.Acknowledged, p.SegmentsDone = sent, a.acknowledged, a.segments })
}

// progressed reports whether the server has taken a segment from this process.
func (a *appending) progressed() bool { return a.acknowledged > a.inherited }
