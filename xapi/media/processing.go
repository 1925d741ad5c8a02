package media

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// State is the state of processing. States beside these have been seen, "processing" and "uploading": they are passed
// on as they are, and mean not yet.
type State string

// The states of the spec. Media without processing is Succeeded at once.
const (
	Pending    State = "pending"
	InProgress State = "in_progress"
	Succeeded  State = "succeeded"
	Failed     State = "failed"
)

const (
	// DefaultProcessingDeadline bounds the wait for processing. The longest video, 140 s, is ready in a few minutes when
	// all is well; what takes half an hour has been seen to take for ever.
	DefaultProcessingDeadline = 30 * time.Minute
	// defaultCheck is the pause where the answer names none, longestCheck the longest that is believed.
	defaultCheck = 5 * time.Second
	longestCheck = time.Minute
	// outage is how long STATUS calls may fail for passing reasons before the wait is given up, and unknown how long they
	// may be told of no such upload: what one server has put together, another may not know for a moment.
	outage  = 5 * time.Minute
	unknown = 30 * time.Second
)

// Status is the state of an upload that has been finalized.
type Status struct {
	MediaID, MediaKey string
	State             State
	// Percent is how far processing is, 0 to 100. CheckAfter is when to ask again; zero where there is nothing to wait for.
	Percent    int
	CheckAfter time.Duration
	// ExpiresAt is when media that is in no post is dropped, zero where the server does not say.
	ExpiresAt time.Time
}

// Status asks once for the state of an upload. Media that X has given up is a *ProcessingError. For a picture, which
// needs no processing, X answers 400 as it does for an unknown id.
func (c *Client) Status(ctx context.Context, mediaID string, opts ...Option) (*Status, error) {
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	if !isID(mediaID) {
		return nil, inputError("media status: %q is not a media id of 1 to 19 digits", mediaID)
	}
	return c.ask(ctx, mediaID, s)
}

// Wait returns when X has processed the upload, as Upload does by itself. WithProcessingDeadline and WithProgress are
// the options that matter.
func (c *Client) Wait(ctx context.Context, mediaID string, opts ...Option) (*Status, error) {
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	if !isID(mediaID) {
		return nil, inputError("media status: %q is not a media id of 1 to 19 digits", mediaID)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	tracker := startTracker(s.progress, stop)
	defer tracker.close()
	status, err := c.ask(ctx, mediaID, s)
	switch {
	case err == nil:
	case passing(err) && ctx.Err() == nil:
		status = &Status{MediaID: mediaID, CheckAfter: defaultCheck}
	default:
		return nil, err
	}
	return c.wait(ctx, status, s, tracker)
}

func (c *Client) ask(ctx context.Context, mediaID string, s *settings) (*Status, error) {
	asked, err := params[xapi.GetMediaUploadStatusParams](map[string]any{"media_id": mediaID, "command": "STATUS"})
	if err != nil {
		return nil, err
	}
	result, err := c.api.GetMediaUploadStatus(ctx, asked, s.calls()...)
	if err != nil {
		return nil, err
	}
	a, err := read("getMediaUploadStatus", result, mediaID)
	if err != nil {
		return nil, err
	}
	return a.status()
}

// status returns what the answer says of processing. Where it says nothing, the media is ready.
func (a *answer) status() (*Status, error) {
	s := &Status{MediaID: a.Data.ID, MediaKey: a.Data.MediaKey, State: Succeeded, Percent: 100, ExpiresAt: a.expiry(time.Now())}
	p := a.Data.Processing
	if p == nil {
		return s, nil
	}
	// An error has stood beside in_progress at 99 %, for ever: it is final whatever the state.
	if p.Error != nil || p.State == Failed {
		failed := &ProcessingError{MediaID: a.Data.ID, State: p.State}
		if p.Error != nil {
			failed.Code, failed.Name, failed.Message = p.Error.Code, p.Error.Name, p.Error.Message
		}
		return nil, failed
	}
	if s.State = p.State; s.State == Succeeded {
		return s, nil
	}
	s.Percent = p.ProgressPercent
	s.CheckAfter = defaultCheck
	if p.CheckAfterSecs > 0 {
		s.CheckAfter = min(time.Duration(min(p.CheckAfterSecs, 3600))*time.Second, longestCheck)
	}
	return s, nil
}

// wait follows the status until it is final, the deadline has passed, or ctx ends.
func (c *Client) wait(ctx context.Context, status *Status, s *settings, tracker *tracker) (*Status, error) {
	deadline, failing := time.Now().Add(s.deadline), time.Time{}
	for status.State != Succeeded {
		tracker.update(func(p *Progress) { p.Phase, p.ProcessingPercent = Processing, status.Percent })
		left := time.Until(deadline)
		if left <= 0 {
			return nil, fmt.Errorf("media %s: %w after %v, state %q at %d %%: ask for its status later, or allow more time",
				status.MediaID, ErrStillProcessing, s.deadline, status.State, status.Percent)
		}
		if err := transport.Sleep(ctx, min(status.CheckAfter, left)); err != nil {
			return nil, err
		}
		next, err := c.ask(ctx, status.MediaID, s)
		now := time.Now()
		if failing.IsZero() {
			failing = now
		}
		switch {
		case err == nil:
			status, failing = next, time.Time{}
		case ctx.Err() != nil || errors.Is(err, ErrContract) || isProcessingError(err):
			return nil, err
		case passing(err) && now.Sub(failing) < outage, unknownID(err) && now.Sub(failing) < unknown:
			status.CheckAfter = defaultCheck
		default:
			return nil, err
		}
	}
	tracker.update(func(p *Progress) { p.ProcessingPercent = 100 })
	return status, nil
}

func isProcessingError(err error) bool {
	var failed *ProcessingError
	return errors.As(err, &failed)
}
