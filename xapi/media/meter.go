package media

import "sync"

// meter counts what has been sent of each segment, at its furthest, so that what is sent again does not count twice.
type meter struct {
	tracker  *tracker
	mu       sync.Mutex
	furthest []int64
	sent     int64
}

func newMeter(t *tracker, segments int) *meter {
	return &meter{tracker: t, furthest: make([]int64, segments)}
}

// at notes that the first n bytes of segment i have gone out.
func (m *meter) at(i int, n int64) {
	m.mu.Lock()
	if n > m.furthest[i] {
		m.sent += n - m.furthest[i]
		m.furthest[i] = n
	}
	sent := m.sent
	m.mu.Unlock()
	m.tracker.update(func(p *Progress) { p.Sent = sent })
}
