package transport

import (
	"sync/atomic"
	"time"
)

const (
	// slowest is the rate, in bytes a second, down to which a request over a link of unknown speed is taken to be moving.
	// Several at once share the link.
	slowest = 8 << 10
	// inBuffers bounds what of one request can lie in buffers on the way, those of the operating system and of proxies,
	// which tell nobody when it leaves them.
	inBuffers = 16 << 20
	// telling is the least size of a body whose answer tells the pace: with less, the round trip is most of it.
	telling = 64 << 10
	// margin is how much slower than it was seen to be a link may become.
	margin = 4
)

// pace is the rate at which large bodies were seen to arrive: in bytes a second for one request among those that were
// sent at once, 0 where nothing is known. It is what a link that has become silent is judged by.
type pace struct{ seen atomic.Int64 }

// allowance is the time that n bytes of a request may need to leave the buffers.
func (p *pace) allowance(n int64) time.Duration {
	return time.Duration(min(n, inBuffers)) * time.Second / time.Duration(max(p.seen.Load()/margin, slowest))
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
	p.seen.Store(rate)
}

// forget is for when the pace did not hold.
func (p *pace) forget() { p.seen.Store(0) }
