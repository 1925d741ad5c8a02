package media

import (
	"context"
	"net/http/httptrace"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// DefaultConcurrency is how many segments are in flight at once at most, once the link has shown that it carries
	// them. X documents nothing about it. Three at a time have been sent for years by one client. Where a request takes
	// 50 ms, 256 MiB were measured to take 4 s with one in flight, 1.3 s with four and 0.7 s with eight, while the 1,875
	// segments that a user may send in 15 minutes are far away. A server that objects gets one at a time.
	DefaultConcurrency = 8
	// MaxConcurrency bounds what may be asked for, and what all uploads of a Client have in flight together: with 16 in
	// flight nothing was measured to be faster than with eight but for longer round trips, and an edge may take more for
	// an attack.
	MaxConcurrency = 16

	// firstWindow is what is in flight before anything is known of the link: two segments that pass in 16 s where it
	// carries no more than 64 kbit/s.
	firstWindow    = 128 << 10
	smallestWindow = 16 << 10
	// largestWindow is eight segments of the default size. A window as large as this says that the link is fast, and
	// that the number of segments alone bounds what is in flight.
	largestWindow = DefaultConcurrency * DefaultSegmentSize

	// longestHorizon is how long a segment may take. A connection that breaks costs half of that on average, which is
	// less than a tenth where one breaks every 30 s.
	longestHorizon  = 4 * time.Second
	shortestHorizon = time.Second

	// rest is how long there may be no request before what was learned of the link is forgotten: the machine may be on
	// another link by now, and to learn it anew takes one round trip.
	rest = 10 * time.Second
)

// pace is the congestion control of all uploads of a Client together. A window bounds the bytes in flight. It starts
// small and follows the rate that acknowledged segments have been seen to pass at, so that each takes about as long as
// the horizon; what fails on the way halves rate, window and horizon, and each segment that arrives gives the horizon a
// little back. Who may send next is the oldest upload with nothing in flight, then the oldest.
type pace struct {
	mu      sync.Mutex
	window  int64
	rate    float64 // bytes a second, 0 where unknown
	horizon time.Duration
	// latency is the shortest time in which a call without media was answered once it was sent, 0 where unknown.
	latency time.Duration

	requests  int
	inFlight  int64
	delivered int64
	slowed    time.Time
	// losses counts the failures less the arrivals.
	losses  int
	rested  time.Time
	waiting []*turn
	lanes   uint64
}

// lane is one upload as the pace knows it.
type lane struct {
	number uint64
	// most is how many requests the upload may have in flight, held how many it has.
	most, held int
}

// turn is one request that waits to be sent, and then the one that is in flight.
type turn struct {
	lane *lane
	// want returns how many bytes the request will have, given the window.
	want  func(window int64) int64
	ready chan struct{}

	bytes   int64
	granted time.Time
	// spare says that the window had room for more.
	spare bool
	// begun is when the first byte of the latest attempt was read, before what had been delivered by then.
	begun  time.Time
	before int64
}

// newLane returns the lane of an upload that begins now.
func (p *pace) newLane(most int) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lanes++
	return &lane{number: p.lanes, most: most}
}

// enter returns when a request of the lane may be sent.
func (p *pace) enter(ctx context.Context, l *lane, want func(window int64) int64) (*turn, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	t := &turn{lane: l, want: want, ready: make(chan struct{})}
	p.mu.Lock()
	if p.window == 0 || p.requests == 0 && time.Since(p.rested) > rest {
		p.window, p.rate, p.horizon, p.latency = firstWindow, 0, longestHorizon, 0
	}
	p.waiting = append(p.waiting, t)
	p.serve()
	p.mu.Unlock()
	select {
	case <-t.ready:
		return t, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.waiting, t); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	} else {
		p.free(t)
	}
	return nil, context.Cause(ctx)
}

// serve lets those go whose turn it is.
func (p *pace) serve() {
	for {
		next := -1
		for i, t := range p.waiting {
			if t.lane.held < t.lane.most && (next < 0 || t.lane.before(p.waiting[next].lane)) {
				next = i
			}
		}
		if next < 0 || !p.admits(p.waiting[next]) {
			return
		}
		t := p.waiting[next]
		p.waiting = slices.Delete(p.waiting, next, next+1)
		t.bytes, t.granted = t.want(p.window), time.Now()
		p.requests++
		p.inFlight += t.bytes
		t.lane.held++
		t.spare = p.requests < t.lane.most && p.inFlight+t.bytes <= p.window
		close(t.ready)
	}
}

// before reports whether l comes before other.
func (l *lane) before(other *lane) bool {
	if idle := l.held == 0; idle != (other.held == 0) {
		return idle
	}
	return l.number < other.number
}

func (p *pace) admits(t *turn) bool {
	if p.requests >= max(DefaultConcurrency, t.lane.most) {
		return false
	}
	// A second request goes beside the first whatever its size, so that one that hangs does not hold up everything,
	// unless the second may be the reason why the first breaks.
	beside := p.requests < 2 && p.losses < 2
	return p.inFlight == 0 || beside || p.window >= largestWindow || p.inFlight+t.want(p.window) <= p.window
}

// size returns the window.
func (p *pace) size() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.window
}

// resize says that the request of t has another size than it asked for.
func (p *pace) resize(t *turn, bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight += bytes - t.bytes
	t.bytes = bytes
}

// begin notes that an attempt to send t has begun.
func (p *pace) begin(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.begun, t.before = time.Now(), p.delivered
}

// answered notes that a call without media took d.
func (p *pace) answered(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.latency == 0 || d < p.latency {
		p.latency = d
	}
}

// arrived notes that the server has acknowledged t.
func (p *pace) arrived(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered += t.bytes
	p.losses = max(p.losses-1, 0)
	if t.begun.IsZero() {
		return
	}
	// The rate of the link is what all segments together carried in that time. The time in which the server makes its
	// answer is left out, as far as it is known.
	took := time.Since(t.begun)
	carrying := max(took-p.latency, took/8, time.Millisecond)
	rate := float64(p.delivered-t.before) / carrying.Seconds()
	switch {
	case p.rate == 0:
		p.rate = rate
	case rate > p.rate || took > p.horizon || !t.spare:
		p.rate = (p.rate + rate) / 2
	}
	p.horizon = min(p.horizon+longestHorizon/40, longestHorizon)
	p.window = int64(min(max(p.rate*p.horizon.Seconds(), smallestWindow), largestWindow))
	p.serve()
}

// failed notes that t was lost on the way. What was in flight together is lost together, and counts once.
func (p *pace) failed(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !t.granted.After(p.slowed) {
		return
	}
	p.slowed = time.Now()
	p.losses++
	scale := 0.5
	if age := p.slowed.Sub(t.begun); !t.begun.IsZero() && age > p.horizon {
		// It was under way for longer than it should have been: the link is slower than it was taken to be.
		scale *= p.horizon.Seconds() / age.Seconds()
	}
	p.window = max(int64(float64(p.window)*scale), smallestWindow)
	p.rate *= scale
	p.horizon = max(p.horizon/2, shortestHorizon)
}

// leave says that t is over.
func (p *pace) leave(t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free(t)
}

func (p *pace) free(t *turn) {
	p.requests--
	p.inFlight -= t.bytes
	t.lane.held--
	if p.requests == 0 {
		p.rested = time.Now()
	}
	p.serve()
}

// call makes one call without media in the lane's turn.
func (p *pace) call(ctx context.Context, l *lane, f func(context.Context) error) error {
	t, err := p.enter(ctx, l, func(int64) int64 { return 0 })
	if err != nil {
		return err
	}
	defer p.leave(t)
	var sent atomic.Pointer[time.Time]
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { now := time.Now(); sent.Store(&now) }}
	if err = f(httptrace.WithClientTrace(ctx, trace)); err == nil && sent.Load() != nil {
		p.answered(time.Since(*sent.Load()))
	}
	return err
}
