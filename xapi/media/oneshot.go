package media

import (
	"context"
	"net/http"
	"slices"

	"github.com/xapi-go/xapi-go/xapi"
)

// oneShotCategories are those that the one-shot upload takes.
var oneShotCategories = []Category{TweetImage, DMImage, Subtitles}

// fitsOneShot reports whether the source may go in one call in place of three. It is the faster way for whatever is one
// segment in any case; anything larger is better off where a failure costs a segment. A checkpoint is about segments.
// Videos and GIFs are not among the types that it takes. Media that is shared or has other owners goes in segments, the
// way that has been seen to work.
func (u *upload) fitsOneShot() bool {
	return u.oneShot && u.keeper == nil && u.from == nil && len(u.owners) == 0 && !u.shared && u.segmentSize == 0 &&
		!u.edge.noOneShot.holds() && !u.edge.base64.holds() &&
		slices.Contains(oneShotCategories, u.category) && kindOf(u.mediaType) != gif &&
		u.content.size <= min(DefaultSegmentSize, u.ceiling())
}

// sendOneShot uploads the source in one call. It returns nil and no error where the server has no such operation or
// does not take it this way, so that segments may. The type is not said: there are versions of the spec that have no
// field for it, and none that requires one.
func (u *upload) sendOneShot(ctx context.Context) (*Status, error) {
	u.tracker.phase(Uploading)
	size := u.content.size
	turn, err := u.pace.enter(ctx, u.lane, func(int64) int64 { return size })
	if err != nil {
		return nil, err
	}
	defer u.pace.leave(turn)
	whole := &part{content: u.content, size: size, begun: func() { u.pace.begin(turn) }}
	whole.moved = func() { u.tracker.update(func(p *Progress) { p.Sent = whole.read() }) }
	body, contentType, err := whole.multipartBody(field{"media_category", u.category})
	if err != nil {
		return nil, err
	}
	result, err := u.api.MediaUploadForm(ctx, contentType, body, u.calls(xapi.WithMaxAttempts(1))...)
	switch {
	case status(err) == http.StatusNotFound || status(err) == http.StatusMethodNotAllowed || status(err) == http.StatusNotImplemented:
		u.edge.noOneShot.learn()
		return nil, nil
	case refusesMultipart(err):
		u.edge.base64.learn()
		return nil, nil
	case tooLarge(err):
		u.edge.shrink(size)
		return nil, nil
	case passing(err) && u.content.err() == nil && ctx.Err() == nil:
		// What does not get through in one piece may in several, for which there is another rate limit too.
		u.pace.failed(turn)
		return nil, nil
	case err != nil:
		return nil, err
	}
	a, err := read("mediaUpload", result, "")
	if err != nil {
		return nil, err
	}
	sum, err := whole.sum(ctx)
	if err != nil {
		return nil, err
	}
	u.pace.arrived(turn)
	u.begin(a)
	u.ledger.change(func(c *Checkpoint) {
		c.Segments, c.Finalized, c.Processing = []Segment{{Bytes: size, Sum: sum}}, true, a.Data.Processing != nil
	})
	u.tracker.update(func(p *Progress) { p.SegmentsDone, p.Acknowledged = 1, size })
	return a.status()
}
