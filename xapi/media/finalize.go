package media

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/xapi-go/xapi-go/xapi"
)

// finalize has the server put the segments together.
func (u *upload) finalize(ctx context.Context) (*Status, error) {
	if u.content.unchanged != nil {
		if err := u.content.unchanged(); err != nil {
			return nil, err
		}
	}
	u.tracker.phase(Finalizing)
	state, _ := u.ledger.snapshot()
	var result *xapi.FinalizeMediaUploadResult
	err := u.pace.call(ctx, u.lane, func(ctx context.Context) (err error) {
		result, err = u.api.FinalizeMediaUpload(ctx, state.MediaID, u.calls()...)
		return err
	})
	switch {
	case err == nil:
	case unknownID(err) && (u.resumed || repeated(err)):
		// The server may have carried it out, and the answer been lost: to an earlier attempt or an earlier process.
		if status, asked := u.ask(ctx, state.MediaID, u.settings); asked == nil || isProcessingError(asked) {
			return status, asked
		}
		if u.resumed {
			return nil, forgotten(state.MediaID, err)
		}
		return nil, err
	default:
		return nil, err
	}
	a, err := read("finalizeMediaUpload", result, state.MediaID)
	if err != nil {
		return nil, err
	}
	if a.Data.Size != 0 && a.Data.Size != u.content.size {
		return nil, errors.Join(fmt.Errorf("finalizeMediaUpload: %w: the server has %d bytes of the %d that were sent: upload again",
			ErrContract, a.Data.Size, u.content.size), u.keeper.forget(ctx))
	}
	change := u.ledger.change(func(c *Checkpoint) {
		c.Finalized, c.Processing = true, a.Data.Processing != nil
		if a.Data.MediaKey != "" {
			c.MediaKey = a.Data.MediaKey
		}
	})
	if err := u.keeper.commit(ctx, change); err != nil {
		return nil, fmt.Errorf("%w: %w", errCheckpoint, err)
	}
	return a.status()
}

// mend returns what is to be done where err is that the server has other segments than those that it acknowledged: nil
// is to send the missing ones and to finalize again.
func (u *upload) mend(err error) error {
	switch {
	case !doNotAddUp(err):
		return err
	case len(u.replaced) > 0:
		// What lay in a buffer on the way, of an attempt that was given up, may have arrived after what was to replace it.
		u.ledger.change(func(c *Checkpoint) {
			for i := range c.Segments {
				if u.replaced[i] {
					c.Segments[i].Sum = ""
				}
			}
		})
		u.replaced = nil
		return nil
	case u.resumed:
		return &again{reason: "the server has other segments than those that an earlier process had acknowledged", cause: err}
	case u.lane.most > 1:
		u.edge.ordered.learn()
		u.lane.most = 1
		return &again{reason: "the server lost segments that were sent at once: one after the other from here on", cause: err}
	}
	return err
}

// doNotAddUp recognises X's answer to a finalize of which it misses segments.
func doNotAddUp(err error) bool {
	return status(err) == http.StatusBadRequest && says(err, "Segments do not add up to provided total file size")
}

// repeated reports whether the call that failed was sent more than once.
func repeated(err error) bool {
	var answer *xapi.Error
	return errors.As(err, &answer) && answer.Attempts > 1
}

// finalizedBefore returns what has become of an upload that an earlier process finalized. What needed no processing
// has no status to ask for.
func (u *upload) finalizedBefore(ctx context.Context, state Checkpoint) (*Status, error) {
	u.tracker.update(func(p *Progress) {
		p.Phase, p.Acknowledged, p.SegmentsDone = Finalizing, state.Bytes, len(state.Segments)
	})
	if !state.Processing {
		return &Status{MediaID: state.MediaID, MediaKey: state.MediaKey, State: Succeeded, Percent: 100}, nil
	}
	s, err := u.ask(ctx, state.MediaID, u.settings)
	if unknownID(err) {
		return nil, forgotten(state.MediaID, err)
	}
	return s, err
}
