package streamtest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Feed serves a stream over a network, by the machine's clock: a post is made every so often, and sent at once. It has a
// backfill.
type Feed struct {
	start time.Time
	every time.Duration
}

// NewFeed returns a feed whose first post is made now, and others every so many milliseconds.
func NewFeed(every time.Duration) *Feed { return &Feed{time.Now().Truncate(time.Millisecond), every} }

// Made returns how many posts have been made.
func (f *Feed) Made() int { return f.number(time.Now()) }

// number is that of the first post that is made at a time or later.
func (f *Feed) number(at time.Time) int {
	return max(0, int((at.Sub(f.start)+f.every-1)/f.every))
}

func (f *Feed) made(n int) time.Time { return f.start.Add(time.Duration(n) * f.every) }

// Number is that of the post that has the id.
func (f *Feed) Number(id string) int {
	n, _ := strconv.ParseInt(id, 10, 64)
	return f.number(time.UnixMilli(n>>22 + epoch))
}

// ServeHTTP sends posts until the client goes.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	minutes, _ := strconv.Atoi(r.URL.Query().Get("backfill_minutes"))
	next := f.number(time.Now().Add(-time.Duration(minutes) * time.Minute))
	flush := http.NewResponseController(w)
	_ = flush.Flush()
	for ; ; next++ {
		if wait := time.Until(f.made(next)); wait > 0 {
			_ = flush.Flush()
			select {
			case <-time.After(wait):
			case <-r.Context().Done():
				return
			}
		}
		if _, err := io.WriteString(w, Post(ID(f.made(next), 0))+"\r\n"); err != nil {
			return
		}
	}
}
