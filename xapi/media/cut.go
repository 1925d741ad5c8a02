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
	// probes is how many segments at the start may be smaller than an even cut into maxSegments would have them.
	probes = 16
)

// share returns how large a segment is best where a window bounds what is in flight: two of them fill a small window,
// eight a large one, and in between they are 256 KiB, so that what they cost beside their bytes does not matter.
func share(window int64) int64 {
	const middling = 256 << 10
	switch {
	case window < 2*middling:
		return max(window/2, smallestWindow)
	case window < DefaultConcurrency*middling:
		return middling
	}
	return min(window/DefaultConcurrency, DefaultSegmentSize)
}

// ceiling returns the size of the largest segment that the server is known to take, as far as anything is known.
func (u *upload) ceiling() int64 {
	most := u.edge.largest()
	if u.segmentSize == 0 && u.edge.base64.holds() {
		most = min(most, base64Segment)
	}
	return most
}

// fits reports whether segment index of size bytes, which failed, may be sent again as it is: remaining bytes of the
// source begin with it. To cut it anew has a price, see upload.mend, so that it must be far too large.
func (u *upload) fits(size, window, remaining int64, index int) bool {
	most := u.ceiling()
	if u.segmentSize == 0 {
		most = min(most, 4*window)
	}
	return size <= max(most, evenly(remaining, maxSegments-index))
}

// next returns the size of segment index, the first of those that the remaining bytes are to be cut into. Of indexes
// below sent, whatever was sent must be replaced.
func (u *upload) next(window, remaining int64, index, sent int) int64 {
	size, least := u.segmentSize, evenly(remaining, maxSegments-index)
	if size == 0 {
		size = share(window)
		if index < probes {
			least = 0
		}
	}
	size = max(min(size, u.ceiling()), least)
	if left := sent - index; left > 1 {
		size = min(size, max(remaining/int64(left), 1))
	} else if u.segmentSize == 0 && remaining-size < size/2 && remaining <= min(u.ceiling(), DefaultSegmentSize) {
		return remaining
	}
	return min(size, remaining)
}

// evenly returns the smallest size with which count segments make total bytes.
func evenly(total int64, count int) int64 {
	if count <= 1 {
		return total
	}
	return (total + int64(count) - 1) / int64(count)
}
