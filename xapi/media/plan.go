package media

const (
	// maxSegments is how many segments an upload may have: segment_index goes from 0 to 999.
	maxSegments = 1000
	// DefaultSegmentSize is as large as the edge is known to take: X documents at most 5 MB, bodies of 5 MB have been
	// refused with 413 and with 431, and X's own command line sends 4 MiB.
	DefaultSegmentSize = 4 << 20
	// base64Segment is the segment whose body in base64, four bytes for three, is as large as that.
	base64Segment = DefaultSegmentSize / 4 * 3
	// smallestSegment is where shrinking after a refusal ends.
	smallestSegment = 64 << 10
	// DefaultConcurrency is how many segments are in flight at once. X documents nothing about it. Three at a time have
	// been sent for years by one client. Where a request takes 50 ms, 256 MiB were measured to take 4 s with one in
	// flight, 1.3 s with four and 0.7 s with eight, while the 1,875 segments that a user may send in 15 minutes are far
	// away. A server that objects gets one at a time.
	DefaultConcurrency = 8
	// MaxConcurrency bounds what may be asked for: with 16 in flight nothing was measured to be faster than with eight
	// but for longer round trips, and an edge may take more for an attack.
	MaxConcurrency = 16

	// These bound what an interruption costs where a checkpoint is kept, since what is in flight is sent again: two
	// segments of a 400th of the source each, 512 KiB at least. Ten interruptions of 200 MB then cost 5 %. Smaller ones
	// would cost less each and use up the 1,875 segments of 15 minutes sooner.
	checkpointSegment     = 512 << 10
	checkpointShare       = 400
	checkpointConcurrency = 2
)

// plan is how a source is cut.
type plan struct {
	total, size int64
}

// count returns the number of segments.
func (p plan) count() int { return int((p.total + p.size - 1) / p.size) }

// segment returns where segment i begins and how long it is.
func (p plan) segment(i int) (offset, size int64) {
	offset = int64(i) * p.size
	return offset, min(p.size, p.total-offset)
}

// bytes returns how long the segments are together, each of which is listed once and in ascending order.
func (p plan) bytes(segments []int) int64 {
	sum := int64(len(segments)) * p.size
	if last := p.count() - 1; len(segments) > 0 && segments[len(segments)-1] == last {
		_, size := p.segment(last)
		sum -= p.size - size
	}
	return sum
}

// smallest returns the smallest size with which maxSegments suffice for total bytes.
func smallest(total int64) int64 {
	return (total + maxSegments - 1) / maxSegments
}

// cut returns the size and the number in flight for total bytes.
func (u *upload) cut() (plan, int) {
	total, size, concurrency := u.content.size, u.segmentSize, u.concurrency
	if size == 0 {
		size = int64(DefaultSegmentSize)
		if u.keeper != nil {
			size = min(max(total/checkpointShare, checkpointSegment), size)
		}
		if u.edge.base64.Load() {
			size = min(size, base64Segment)
		}
	}
	if concurrency == 0 {
		concurrency = DefaultConcurrency
		if u.keeper != nil {
			concurrency = checkpointConcurrency
		}
	}
	if limit := u.edge.limit.Load(); limit != 0 {
		size = min(size, limit)
	}
	if u.edge.ordered.Load() {
		concurrency = 1
	}
	return plan{total: total, size: max(size, smallest(total))}, concurrency
}
