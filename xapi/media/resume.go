package media

import (
	"context"
	"fmt"
	"time"
)

// Resume goes on with an upload from its checkpoint, that of an *UploadError for one. What the server has of the source
// is read again; where it is not the same any more, or where the server does not know the upload, it starts afresh as
// WithCheckpoint says.
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
	if from == nil {
		return nil
	}
	reason, err := u.outdated(ctx, from, time.Now())
	if err != nil {
		return fmt.Errorf("media upload %q: comparing the source with the checkpoint: %w", u.content.name, err)
	}
	if reason != "" {
		u.begunAfresh(Restart{MediaID: from.MediaID, Reason: reason})
		return nil
	}
	u.ledger.change(func(c *Checkpoint) { *c = from.clone() })
	_, segments := from.Acknowledged()
	u.resumed, u.result.Resumed = true, segments
	return nil
}

// outdated returns why the upload cannot go on from a checkpoint, empty where it can.
func (u *upload) outdated(ctx context.Context, from *Checkpoint, now time.Time) (string, error) {
	const another = "the source is not the one that the checkpoint is of"
	if invalid := from.valid(); invalid != nil {
		return invalid.Error(), nil //nolint:nilerr // it is the reason
	}
	switch {
	case from.Bytes != u.content.size:
		return another, nil
	case from.MediaType != u.mediaType || from.Category != u.category:
		return fmt.Sprintf("the checkpoint is of %s as %q, asked for is %s as %q", from.MediaType, from.Category, u.mediaType, u.category), nil
	case !from.ExpiresAt.IsZero() && !now.Before(from.ExpiresAt):
		return fmt.Sprintf("the upload expired at %s", from.ExpiresAt.Format(time.RFC3339)), nil
	}
	offset := int64(0)
	for _, s := range from.Segments {
		if s.Sum != "" {
			sum, err := u.content.sum(ctx, offset, s.Bytes)
			if err != nil {
				return "", err
			}
			if sum != s.Sum {
				return another, nil
			}
		}
		offset += s.Bytes
	}
	return "", nil
}
