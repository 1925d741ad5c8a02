package media

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Phase is what an upload is doing.
type Phase int

// The phases, in their order.
const (
	Preparing Phase = iota
	Uploading
	Finalizing
	Processing
	Describing
	Complete
)

// String returns the phase as a word.
func (p Phase) String() string {
	return [...]string{"preparing", "uploading", "finalizing", "processing", "describing", "complete"}[p]
}

// Progress is how far an upload has come. Nothing in it ever goes backwards, whatever is sent again.
type Progress struct {
	Phase Phase
	// Sent is how many bytes of the source have gone out, each counted once. Acknowledged is how many of them the server
	// has confirmed, those of an earlier process included. Total is the size of the source.
	Sent, Acknowledged, Total int64
	// SegmentsDone is how many segments are confirmed.
	SegmentsDone int
	// ProcessingPercent is X's figure, 0 to 100.
	ProcessingPercent int
}

// tracker hands the latest progress to the caller. A nil tracker tracks nothing.
type tracker struct {
	report func(Progress)
	// broken is told where report panics.
	broken func(error)
	mu     sync.Mutex
	latest Progress
	closed bool
	wake   chan struct{}
	done   chan struct{}
}

// startTracker has report called until the tracker is closed. Where it panics, that is told to broken in place of the
// progress from then on: the panic of another goroutine could be caught by nobody.
func startTracker(report func(Progress), broken func(error)) *tracker {
	if report == nil {
		return nil
	}
	t := &tracker{report: report, broken: broken, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go t.deliver()
	return t
}

// update applies f to the latest progress, and undoes what would go backwards.
func (t *tracker) update(f func(*Progress)) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	next := t.latest
	f(&next)
	t.latest = Progress{
		Phase:             max(next.Phase, t.latest.Phase),
		Sent:              max(next.Sent, t.latest.Sent, next.Acknowledged),
		Acknowledged:      max(next.Acknowledged, t.latest.Acknowledged),
		Total:             next.Total,
		SegmentsDone:      max(next.SegmentsDone, t.latest.SegmentsDone),
		ProcessingPercent: min(max(next.ProcessingPercent, t.latest.ProcessingPercent), 100),
	}
	t.signal()
}

func (t *tracker) phase(phase Phase) { t.update(func(p *Progress) { p.Phase = phase }) }

func (t *tracker) signal() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// deliver reports until the tracker is closed and the last state is out.
func (t *tracker) deliver() {
	defer close(t.done)
	defer func() {
		if p := recover(); p != nil {
			t.broken(fmt.Errorf("the progress function panicked: %v\n%s", p, debug.Stack()))
		}
	}()
	var last *Progress
	for range t.wake {
		t.mu.Lock()
		now, closed := t.latest, t.closed
		t.mu.Unlock()
		if last == nil || now != *last {
			t.report(now)
			last = &now
		}
		if closed {
			return
		}
	}
}

// lastReport bounds how long the end of an upload waits for a report that does not return.
const lastReport = 250 * time.Millisecond

// close has the last state reported.
func (t *tracker) close() {
	if t == nil {
		return
	}
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.signal()
	timer := time.NewTimer(lastReport)
	defer timer.Stop()
	select {
	case <-t.done:
	case <-timer.C:
	}
}
