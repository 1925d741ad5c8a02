package transport

import (
	"sync/atomic"
	"time"
)

const (
	// slowest is the rate, in bytes a second, down to which a link of unknown speed is taken to be moving, all requests
	// over it together, and slowestShare the same for one of them.
	slowest, slowestShare = 64 << 10, 8 << 10
	// inBuffers bounds what can lie in buffers on the way, those of the operating system and of proxies, which tell nobody
	// when it leaves them.
	inBuffers = 64 << 20
	// telling is the least size of a body whose answer tells the pace: with less, the round trip is most of it.
	telling = 64 << 10
	// margin is how much slower than it was seen to be a link may become.
	margin = 4
)

// pace is what a link that has become silent is judged by, from one silence to the next.
type pace struct {
	// seen is the rate at which large bodies were seen to arrive, in bytes a second for one request among those that were
	// sent at once, 0 where nothing is known.
	seen atomic.Int64
	// underWay is how many bytes of all requests went out and are not answered.
	underWay atomic.Int64
}

// allowance is the time that n bytes of a request may need to leave the buffers.
func (p *pace) allowance(n int64) time.Duration {
	rate := int64(slowest)
	if seen := p.seen.Load(); seen > 0 {
		rate = max(seen/margin, slowestShare)
	} else if n > 0 {
		n = p.underWay.Load()
	}
	return time.Duration(min(n, inBuffers)) * time.Second / time.Duration(rate)
}

// arrived notes that a body of n bytes was answered so long after its first byte had been read. The pace follows what is
// slower at once, and what is faster by and by.
func (p *pace) arrived(n int64, took time.Duration) {
	if n < telling || took <= 0 {
		return
	}
	rate := int64(float64(n) / took.Seconds())
	if seen := p.seen.Load(); seen > 0 && rate > seen {
		rate = seen + (rate-seen)/8
	}
	p.seen.Store(max(rate, 1))
}
