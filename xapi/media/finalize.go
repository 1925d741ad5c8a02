package media

import (
	"context"
	"fmt"
	"net/http"
)

// finalize has the server put the segments together.
func (u *upload) finalize(ctx context.Context, concurrency int) (*Status, error) {
	if u.content.unchanged != nil {
		if err := u.content.unchanged(); err != nil {
			return nil, err
		}
	}
	u.tracker.phase(Finalizing)
	state, _ := u.ledger.snapshot()
	result, err := u.api.FinalizeMediaUpload(ctx, state.MediaID, u.call...)
	switch {
	case err == nil:
	case u.resumed && unknownID(err):
		// The earlier process may have died between the answer and the note of it.
		if status, asked := u.ask(ctx, state.MediaID, u.settings); asked == nil || isProcessingError(asked) {
			return status, asked
		}
		return nil, forgotten(state.MediaID, err)
	case status(err) == http.StatusBadRequest && says(err, "segment") && concurrency > 1:
		u.edge.ordered.Store(true)
		return nil, &again{reason: "the server lost segments that were sent at once: one after the other from here on", cause: err}
	default:
		return nil, err
	}
	a, err := read("finalizeMediaUpload", result, state.MediaID)
	if err != nil {
		return nil, err
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

// finalizedBefore returns what has become of an upload that an earlier process finalized. What needed no processing
// has no status to ask for.
func (u *upload) finalizedBefore(ctx context.Context, state Checkpoint) (*Status, error) {
	u.tracker.update(func(p *Progress) {
		p.Phase, p.Acknowledged, p.Segments, p.SegmentsDone = Finalizing, state.Bytes, len(state.Done), len(state.Done)
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
