package media

import (
	"errors"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

const (
	// firstPause and longestPause bound the pause after a failure, which doubles with each further one.
	firstPause   = 200 * time.Millisecond
	longestPause = 20 * time.Second
	// enough is how much time an upload may lose in pauses and attempts in which nothing moved, since a segment last
	// arrived, before it is given up.
	enough = 3 * time.Minute
	// tolerated is how many refusals in a row have only that segment wait.
	tolerated = 2
)

// random spreads the pauses of uploads that failed together.
var random = transport.SystemClock().Random

// trouble is what has failed since a segment last arrived. The time in which bytes moved is not held against an upload,
// however often what carried them broke.
type trouble struct {
	// failures counts the failures; what was in flight together fails together and counts once.
	failures int
	latest   time.Time
	until    time.Time
	// lost is the time that came to nothing.
	lost time.Duration
	// link says that the latest failure was one of the network, which has everything wait.
	link bool
}

// met takes in that f failed with err. It returns how long to wait before f is sent again, and whether the upload is to
// be given up.
func (t *trouble) met(f *flight, err error) (pause time.Duration, ended bool) {
	now := time.Now()
	if f.turn.granted.After(t.latest) {
		t.failures++
		t.latest = now
		ceiling := min(firstPause<<min(t.failures-1, 16), longestPause)
		pause = ceiling/2 + time.Duration(random()*float64(ceiling/2))
		// Pauses of several segments that overlap are lost once.
		already := max(t.until.Sub(now), 0)
		t.until, t.link = now.Add(max(pause, already)), status(err) == 0
		t.lost += max(pause-already, 0) + stillness(f, err, now)
	}
	return max(t.until.Sub(now), 0), t.lost > enough
}

// stillness returns how long nothing moved in an attempt that failed with err.
func stillness(f *flight, err error, now time.Time) time.Duration {
	var idle *xapi.IdleTimeoutError
	switch {
	case errors.As(err, &idle):
		return idle.After
	case f.part.read() == 0:
		// More than that was a wait for a rate limit.
		return min(now.Sub(f.turn.granted), time.Minute)
	}
	return 0
}

// pause returns how long nothing new is to be sent.
func (t *trouble) pause(now time.Time) time.Duration {
	if t.failures <= tolerated && !t.link {
		return 0
	}
	return t.until.Sub(now)
}
