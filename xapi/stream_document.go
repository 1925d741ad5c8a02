package xapi

import (
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// documentKey appends to scratch what tells a document from others: the id of what it is about, or else all its bytes.
func documentKey[R any](scratch []byte, value *R, line []byte) []byte {
	id := ""
	switch result := any(value).(type) {
	case *gen.Result[gen.Post]:
		id = result.Data.ID
	case *gen.Result[gen.Like]:
		id = result.Data.ID
	case *gen.Result[gen.ActivityEvent]:
		// An event about a post has the post's id, and each subscription that it matches is sent it.
		if event := &result.Data; event.EventUUID != "" {
			scratch = append(append(append(scratch, event.EventUUID...), ' '), event.EventType...)
			if filter := event.Filter; filter != nil {
				for _, part := range []string{filter.UserID, string(filter.Direction), filter.Keyword} {
					scratch = append(append(scratch, ' '), part...)
				}
			}
			return scratch
		}
	}
	if id != "" {
		return append(scratch, id...)
	}
	return append(scratch, line...)
}

// documentMade returns when the object of a document was made, zero where that cannot be told.
func documentMade[R any](value *R) time.Time {
	switch result := any(value).(type) {
	case *gen.Result[gen.Post]:
		return madeAt(result.Data.ID)
	case *gen.Result[gen.Like]:
		if ms := result.Data.TimestampMS; ms > 0 {
			return time.UnixMilli(ms)
		}
		return result.Data.CreatedAt.Time
	}
	return time.Time{}
}

// madeAt returns when a post was made: its id has the milliseconds since 2010-11-04T01:42:54.657Z above 22 other bits.
func madeAt(id string) time.Time {
	const epoch, shift, firstOfKind = 1288834974657, 22, 1 << 40
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < firstOfKind {
		return time.Time{}
	}
	return time.UnixMilli(n>>shift + epoch)
}
