package media

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

var errCheckpoint = errors.New("the checkpoint could not be saved")

// judge turns what a segment met into what is to be done about it: nil where it is to be sent again.
func (a *appending) judge(f *flight, err error) error {
	again := func(after time.Duration) { a.holes[f.index], a.lost[f.index] = time.Now().Add(after), true }
	switch {
	case a.content.err() != nil:
		return a.content.err()
	case errors.Is(err, errCheckpoint):
		return err
	case refusesMultipart(err) && !f.base64:
		// All that are in flight at that moment are refused, and each comes by here.
		a.edge.base64.learn()
		again(0)
		return nil
	case tooLarge(err):
		state, _ := a.ledger.snapshot()
		least := evenly(state.Bytes, maxSegments)
		if f.size <= max(least, smallestSegment) {
			return fmt.Errorf("the server takes no segments of %d bytes, and %d smaller ones do not make the file: %w", f.size, maxSegments, err)
		}
		a.edge.shrink(f.size)
		again(0)
		return nil
	case a.resumed && !a.progressed() && unknownID(err):
		return forgotten(a.id, err)
	case status(err) == http.StatusBadRequest && !f.alone && a.lane.most > 1:
		// X documents no order of segments. A server that minds it takes them one after the other, and what is wrong for
		// another reason is refused again.
		a.alone = true
		again(0)
		return nil
	case passing(err):
		if status(err) != http.StatusTooManyRequests {
			a.pace.failed(f.turn)
		}
		pause, ended := a.trouble.met(f, err)
		if ended {
			return err
		}
		again(pause)
		return nil
	}
	return err
}
