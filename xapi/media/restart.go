package media

import "fmt"

// Restart is an upload begun afresh, under a new media id.
type Restart struct {
	// MediaID is the id that was given up.
	MediaID string
	// Reason says why.
	Reason string
}

// again asks for a fresh upload, or for other segments under the same id.
type again struct {
	reason string
	keepID bool
	cause  error
}

func (a *again) Error() string { return a.reason }
func (a *again) Unwrap() error { return a.cause }

// forgotten asks for a fresh upload in place of one that the server does not know.
func forgotten(id string, err error) error {
	return &again{reason: fmt.Sprintf("the server does not know upload %s any more", id), cause: err}
}

// judge turns what a segment met into what is to be done about it.
func (a *appending) judge(err error) error {
	switch {
	case a.content.err() != nil:
		return a.content.err()
	case tooLarge(err) && a.plan.size <= max(smallest(a.plan.total), smallestSegment):
		return fmt.Errorf("the server takes no segments of %d bytes, and %d smaller ones do not make the file: %w", a.plan.size, maxSegments, err)
	case tooLarge(err):
		a.edge.shrink(a.plan.size)
		return &again{reason: fmt.Sprintf("the server refused segments of %d bytes with %d: smaller ones from here on", a.plan.size, status(err)), cause: err}
	case a.resumed && !a.progressed() && unknownID(err):
		return forgotten(a.id, err)
	case a.workers > 1 && objectsToOrder(err):
		a.edge.ordered.Store(true)
		return &again{reason: "the server wants the segments in order: one after the other from here on", cause: err}
	}
	return err
}

// progressed reports whether the server has taken a segment from this process.
func (a *appending) progressed() bool {
	state, _ := a.ledger.snapshot()
	return len(state.Done) > a.inherited
}

// acknowledged reports whether the server has any segment.
func (a *appending) acknowledged() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.acked
}

// restart forgets the upload under way, or the cut of it.
func (u *upload) restart(a *again) {
	state, _ := u.ledger.snapshot()
	if a.keepID {
		u.ledger.change(func(c *Checkpoint) { c.SegmentSize, c.Done = 0, []int{} })
		return
	}
	u.ledger.change(func(c *Checkpoint) { *c = Checkpoint{} })
	u.begunAfresh(Restart{MediaID: state.MediaID, Reason: a.reason})
}

// begunAfresh tells that the upload starts from the beginning.
func (u *upload) begunAfresh(r Restart) {
	u.resumed, u.result.Resumed = false, 0
	u.result.Restarts = append(u.result.Restarts, r)
	if u.restarted != nil {
		u.restarted(r)
	}
}
