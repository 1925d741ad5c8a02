package media

import (
	"context"
	"net/http"
	"slices"
)

// oneShotCategories are those that the one-shot upload takes.
var oneShotCategories = []Category{TweetImage, DMImage, Subtitles}

// fitsOneShot reports whether the source may go in one call in place of three. It is the faster way for whatever is one
// segment in any case; anything larger is better off where a failure costs a segment. A checkpoint is about segments.
// Moving pictures are not among the types, and what is shared or owned by others goes the way that is better known.
func (u *upload) fitsOneShot() bool {
	plan, _ := u.cut()
	return u.oneShot && u.keeper == nil && u.from == nil && len(u.owners) == 0 && !u.shared && u.segmentSize == 0 &&
		!u.edge.noOneShot.Load() && !u.edge.base64.Load() &&
		slices.Contains(oneShotCategories, u.category) && kindOf(u.mediaType) != gif && plan.count() == 1
}

// sendOneShot uploads the source in one call. It returns nil and no error where the server has no such operation or
// does not take it this way, so that segments may.
func (u *upload) sendOneShot(ctx context.Context) (*Status, error) {
	u.tracker.update(func(p *Progress) { p.Phase, p.Segments = Uploading, 1 })
	meter := newMeter(u.tracker, 1)
	whole := part{content: u.content, size: u.content.size, sent: func(n int64) { meter.at(0, n) }}
	body, contentType, err := whole.multipartBody(field{"media_category", u.category}, field{"media_type", u.mediaType})
	if err != nil {
		return nil, err
	}
	result, err := u.api.MediaUploadForm(ctx, contentType, body, u.call...)
	switch {
	case status(err) == http.StatusNotFound || status(err) == http.StatusMethodNotAllowed || status(err) == http.StatusNotImplemented:
		u.edge.noOneShot.Store(true)
		return nil, nil
	case refusesMultipart(err):
		u.edge.base64.Store(true)
		return nil, nil
	case tooLarge(err):
		u.edge.shrink(u.content.size)
		return nil, nil
	case err != nil:
		return nil, err
	}
	a, err := read("mediaUpload", result, "")
	if err != nil {
		return nil, err
	}
	u.begin(a, u.content.size)
	u.ledger.change(func(c *Checkpoint) { c.Done, c.Finalized, c.Processing = []int{0}, true, a.Data.Processing != nil })
	u.tracker.update(func(p *Progress) { p.SegmentsDone, p.Acknowledged = 1, u.content.size })
	return a.status()
}
