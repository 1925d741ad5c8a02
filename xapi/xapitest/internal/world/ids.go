package world

import (
	"strconv"
	"time"
)

// epoch is the millisecond that ids of the API count from.
const epoch = 1288834974657

// IDAt returns the lowest number that the id of something made at that time can have: ids tell the time, as those of the
// API do.
func IDAt(t time.Time) int64 { return max(0, t.UnixMilli()-epoch) << 22 }

// TimeOf returns when something of that id was made, zero for ids that do not tell the time.
func TimeOf(id string) time.Time {
	ms := Number(id) >> 22
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms + epoch)
}

// NewID returns an id that nothing has had yet, of something made at that time.
func (w *World) NewID(now time.Time) string { return strconv.FormatInt(w.NewNumber(now), 10) }

// NewNumber returns such an id as the number it is.
func (w *World) NewNumber(now time.Time) int64 {
	w.last = max(w.last+1, IDAt(now))
	return w.last
}

// next returns a number higher than all before: the order in which edges and entries were made.
func (w *World) next() int64 {
	w.seq++
	return w.seq
}

// Number returns an id as the number it is, 0 where it is none.
func Number(id string) int64 {
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}
