package media

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Result is an upload that X has.
type Result struct {
	// MediaID is what posts and metadata refer to. MediaKey is what lookup and analytics ask for; a server may not tell it.
	MediaID, MediaKey string
	// MediaType and Category are those that were found out or asked for.
	MediaType string
	Category  Category
	// Bytes is the size of the source, Segments how many pieces it was sent in. SHA256 is its digest in hexadecimal, where
	// it was asked for by WithDigest.
	Bytes    int64
	SHA256   string
	Segments int
	// State is Succeeded when the media can be used, and another only with WithoutWaiting.
	State State
	// ExpiresAt is when X drops media that is in no post by then, zero where it does not say.
	ExpiresAt time.Time
	// Resumed is how many of the segments an earlier attempt had sent.
	Resumed int
	// Restarts are the times that the upload was begun afresh.
	Restarts []Restart
}

// Upload sends the source and returns when X has processed it. Cancelling ctx stops it at once, or within a quarter of a
// second where a checkpoint is kept; nothing of it stays behind in this process but the checkpoint. Input that cannot
// work is an *InputError; a failure after the server gave an id is an *UploadError.
func (c *Client) Upload(ctx context.Context, source Source, opts ...Option) (*Result, error) {
	return c.upload(ctx, source, nil, opts)
}

// upload is one call of Upload or Resume.
type upload struct {
	*Client
	*settings
	content   *content
	mediaType string
	category  Category
	// from is the checkpoint to go on from, nil for a fresh upload. resumed says that the ledger came from one.
	from    *Checkpoint
	resumed bool
	ledger  *ledger
	keeper  *keeper
	digest  *digesting
	tracker *tracker
	lane    *lane
	// replaced are the segments that were sent before with other bytes.
	replaced map[int]bool
	result   Result
}

func (c *Client) upload(ctx context.Context, source Source, from *Checkpoint, opts []Option) (_ *Result, err error) {
	s, err := c.settings(opts)
	if err != nil {
		return nil, err
	}
	if source.open == nil {
		return nil, inputError("media upload: the source is empty: make it by File, Bytes, ReaderAt or Reader")
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	u := &upload{Client: c, settings: s, from: from, ledger: &ledger{}, tracker: startTracker(s.progress, stop)}
	defer u.tracker.close()
	if u.content, err = source.open(ctx, u.classify); err != nil {
		return nil, err
	}
	defer u.content.close()
	u.tracker.update(func(p *Progress) { p.Total = u.content.size })
	if s.checkpoint != nil {
		if u.keeper, err = keep(ctx, s.checkpoint, u.ledger, u.content); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, u.keeper.close()) }()
	}
	u.lane = c.pace.newLane(u.most())
	return u.run(ctx)
}

// classify finds out what the source is, and whether X takes it. It returns how many bytes X takes of such media.
func (u *upload) classify(name string, head []byte) (limit int64, err error) {
	if len(head) == 0 {
		return 0, inputError("media source %q is empty: nothing to upload", name)
	}
	if u.mediaType, err = identify(name, head, u.settings.mediaType); err != nil {
		return 0, err
	}
	if u.category, err = categorize(u.mediaType, u.use, u.settings.category); err != nil {
		return 0, err
	}
	return u.limits.largest(u.category), nil
}

// most returns how many segments may be in flight at once.
func (u *upload) most() int {
	switch {
	case u.edge.ordered.holds():
		return 1
	case u.concurrency != 0:
		return u.concurrency
	}
	return DefaultConcurrency
}

// run is the whole way of an upload.
func (u *upload) run(ctx context.Context) (*Result, error) {
	if err := u.recall(ctx); err != nil {
		return nil, err
	}
	u.digest = startDigest(ctx, u.content, u.wantsDigest)
	defer u.digest.abandon()
	status, err := u.deliver(ctx)
	if err == nil {
		err = u.complete(ctx, status)
	}
	if err != nil {
		return nil, u.failed(ctx, err)
	}
	u.tracker.phase(Complete)
	return &u.result, nil
}

// deliver gets the bytes to the server and returns what it says of them at the end.
func (u *upload) deliver(ctx context.Context) (*Status, error) {
	if u.fitsOneShot() {
		if status, err := u.sendOneShot(ctx); status != nil || err != nil {
			return status, err
		}
	}
	for {
		status, err := u.transfer(ctx)
		var restart *again
		if !errors.As(err, &restart) {
			return status, err
		}
		u.restart(restart)
	}
}

// transfer sends the upload in segments, from where the ledger says.
func (u *upload) transfer(ctx context.Context) (*Status, error) {
	switch state, _ := u.ledger.snapshot(); {
	case state.Finalized:
		return u.finalizedBefore(ctx, state)
	case state.MediaID == "":
		if err := u.initialize(ctx); err != nil {
			return nil, err
		}
	}
	for {
		if err := u.append(ctx); err != nil {
			return nil, err
		}
		status, err := u.finalize(ctx)
		if err == nil {
			return status, nil
		}
		if err = u.mend(err); err != nil {
			return nil, err
		}
	}
}

// complete waits for the processing, sets the metadata and fills in the result.
func (u *upload) complete(ctx context.Context, status *Status) (err error) {
	if u.waits {
		if status, err = u.wait(ctx, status, u.settings, u.tracker); err != nil {
			return err
		}
	}
	if u.metadata != nil {
		u.tracker.phase(Describing)
		if _, err = u.SetMetadata(ctx, status.MediaID, *u.metadata, WithCallOptions(u.callOptions...)); err != nil {
			return err
		}
	}
	if u.result.SHA256, err = u.digest.wait(); err != nil {
		return fmt.Errorf("computing the digest: %w", err)
	}
	state, _ := u.ledger.snapshot()
	u.result.Segments = len(state.Segments)
	u.result.MediaID, u.result.MediaKey = status.MediaID, status.MediaKey
	if u.result.MediaKey == "" {
		u.result.MediaKey = state.MediaKey
	}
	u.result.MediaType, u.result.Category, u.result.Bytes = u.mediaType, u.category, u.content.size
	u.result.State, u.result.ExpiresAt = status.State, status.ExpiresAt
	return u.keeper.forget(ctx)
}

// failed returns err with what is needed to go on.
func (u *upload) failed(ctx context.Context, err error) error {
	state, _ := u.ledger.snapshot()
	if state.MediaID == "" {
		return fmt.Errorf("media upload %q: %w", u.content.name, err)
	}
	if isProcessingError(err) {
		err = errors.Join(err, u.keeper.forget(ctx))
	}
	acknowledged, _ := state.Acknowledged()
	return &UploadError{MediaID: state.MediaID, Acknowledged: acknowledged, Total: state.Bytes, Checkpoint: state, Err: err}
}
