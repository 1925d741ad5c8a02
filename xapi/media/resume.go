package media

import (
	"context"
	"fmt"
	"time"
)

// Resume goes on with an upload from its checkpoint, that of an *UploadError for one. The source must be the same;
// otherwise, or where the server does not know the upload any more, it starts afresh as WithCheckpoint says. The
// checkpoint of an *UploadError lacks the digest of the source, and is refused, where the upload was cancelled before
// that was known; WithCheckpoint makes it known before anything is sent, and so does Reader.
func (c *Client) Resume(ctx context.Context, source Source, from Checkpoint, opts ...Option) (*Result, error) {
	if err := from.valid(); err != nil {
		return nil, &InputError{Err: err}
	}
	return c.upload(ctx, source, &from, opts)
}

// recall fills the ledger from the checkpoint that there is, where it fits what is to be sent.
func (u *upload) recall(ctx context.Context) (err error) {
	from := u.from
	if from == nil && u.keeper != nil {
		if from, err = u.keeper.store.Load(ctx); err != nil {
			return err
		}
	}
	if from == nil && u.keeper == nil {
		return nil
	}
	if u.content.sha256, err = digest(ctx, u.content); err != nil {
		return fmt.Errorf("media upload %q: computing the digest: %w", u.content.name, err)
	}
	if from == nil {
		return nil
	}
	if reason := u.outdated(from, time.Now()); reason != "" {
		u.begunAfresh(Restart{MediaID: from.MediaID, Reason: reason})
		return nil
	}
	u.ledger.change(func(c *Checkpoint) { *c = from.clone() })
	u.resumed, u.result.Resumed = true, len(from.Done)
	return nil
}

// outdated returns why the upload cannot go on from a checkpoint, empty where it can.
func (u *upload) outdated(from *Checkpoint, now time.Time) string {
	switch {
	case from.valid() != nil:
		return from.valid().Error()
	case from.Bytes != u.content.size || from.SHA256 != u.content.sha256:
		return "the source is not the one that the checkpoint is of"
	case from.MediaType != u.mediaType || from.Category != u.category:
		return fmt.Sprintf("the checkpoint is of %s as %q, asked for is %s as %q", from.MediaType, from.Category, u.mediaType, u.category)
	case !from.ExpiresAt.IsZero() && !now.Before(from.ExpiresAt):
		return fmt.Sprintf("the upload expired at %s", from.ExpiresAt.Format(time.RFC3339))
	}
	return ""
}
