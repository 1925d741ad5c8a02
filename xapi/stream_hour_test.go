package xapi_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

// incident is a thing that happens to the stream of an hour. It ends the connection that is open, or keeps new ones from
// being opened for as long as it lasts.
type incident struct {
	at    time.Duration
	kind  string
	lasts time.Duration
}

// cuts are the ways in which a connection ends.
var cuts = []string{
	"close", "reset", "half a line", "a line without its end", "stall", "disconnect in a list", "bare disconnect",
	"disconnect and silence", "nothing comes", "old disconnect",
}

// theHour has a hundred cuts and outages, then quiet minutes with heartbeats alone, and then an hour of 503.
func theHour() []incident {
	random := rand.New(rand.NewPCG(16, 2026))
	var all []incident
	outages := map[int]incident{
		7: {kind: "network", lasts: 12 * time.Second}, 15: {kind: "503", lasts: 40 * time.Second}, 23: {kind: "429", lasts: 150 * time.Second},
		37: {kind: "503", lasts: 7 * time.Minute}, 61: {kind: "network", lasts: 5 * time.Minute}, 77: {kind: "429", lasts: 6 * time.Minute},
		99: {kind: "503 and network", lasts: time.Minute},
	}
	at := time.Duration(0)
	for n := range 112 {
		at += 12*time.Second + time.Duration(random.IntN(20_000))*time.Millisecond
		all = append(all, incident{at: at, kind: cuts[n%len(cuts)]})
		if outage, ok := outages[n]; ok { // it begins with the cut
			outage.at = at
			all = append(all, outage)
			at += outage.lasts
		}
	}
	all = append(all, incident{at: 80 * time.Minute, kind: "reset"}, incident{at: 80 * time.Minute, kind: "503", lasts: time.Hour},
		incident{at: 150 * time.Minute, kind: "close"}, incident{at: 150 * time.Minute, kind: "403", lasts: time.Hour})
	slices.SortStableFunc(all, func(a, b incident) int { return int(a.at - b.at) })
	return all
}

// feed is what is posted in that time: two posts a second, none in the quiet minutes, each sent some seconds later.
type feed struct {
	start time.Time
	made  []time.Time
	due   []time.Time
	order []int // by due
}

func newFeed(start time.Time) *feed {
	random := rand.New(rand.NewPCG(1, 6))
	f := &feed{start: start}
	for at := time.Duration(0); at < 151*time.Minute; at += 500 * time.Millisecond {
		if at > 66*time.Minute && at < 76*time.Minute {
			continue // heartbeats only
		}
		f.order = append(f.order, len(f.made))
		f.made = append(f.made, start.Add(at))
		f.due = append(f.due, start.Add(at+time.Second+time.Duration(random.IntN(6000))*time.Millisecond))
	}
	slices.SortFunc(f.order, func(a, b int) int { return f.due[a].Compare(f.due[b]) })
	return f
}

func (f *feed) id(n int) string { return streamtest.ID(f.made[n], n%4096) }

// line is the document of a post, in either spelling, in either order, some of them long.
func (f *feed) line(n int) string {
	text := "post " + strconv.Itoa(n)
	if n%1000 == 999 {
		text += strings.Repeat("x", 1<<20)
	}
	edits, rules := "edit_history_post_ids", `"matching_rules":[{"id":"1","tag":"all"}]`
	if n%2 == 1 {
		edits = "edit_history_tweet_ids"
	}
	data := fmt.Sprintf(`"data":{"id":"%s","text":"%s","%s":["%s"]}`, f.id(n), text, edits, f.id(n))
	if n%3 == 0 {
		return "{" + rules + "," + data + "}"
	}
	return "{" + data + "," + rules + "}"
}

// attempt is what an attempt to connect came to.
type attempt struct {
	at, ended time.Time
	kind      string // of the refusal, or "" for a connection
	good      bool   // whether anything came over it
}

// hour is the server of that time.
type hour struct {
	*feed

	incidents []incident
	server    streamtest.Server

	mu       sync.Mutex
	sent     map[int]bool
	stalls   []time.Duration
	attempts []*attempt
	cuts     int
}

func (h *hour) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	now := time.Now()
	tried := &attempt{at: now, ended: now}
	h.mu.Lock()
	h.attempts = append(h.attempts, tried)
	count := len(h.attempts)
	h.mu.Unlock()
	answer := streamtest.Stream(func(c *streamtest.Conn) error {
		defer func() { h.mu.Lock(); tried.ended = time.Now(); h.mu.Unlock() }()
		return h.serve(c, tried, now, req.URL.Query().Get("backfill_minutes"))
	})
	for _, i := range h.incidents {
		if i.lasts == 0 || now.Before(h.start.Add(i.at)) || !now.Before(h.start.Add(i.at+i.lasts)) {
			continue
		}
		tried.kind = i.kind
		if i.kind == "503 and network" {
			tried.kind = []string{"503", "network"}[count%2]
		}
		switch tried.kind {
		case "network":
			answer = streamtest.Fail(syscall.ECONNREFUSED)
		case "503":
			answer = streamtest.Refuse(http.StatusServiceUnavailable, "")
		case "429":
			answer = streamtest.Refuse(http.StatusTooManyRequests, tooMany)
		case "403":
			answer = streamtest.Refuse(http.StatusForbidden, "")
		}
	}
	return answer(&h.server, req)
}

// serve sends posts until the next cut.
func (h *hour) serve(c *streamtest.Conn, tried *attempt, now time.Time, backfill string) error {
	cut := h.incidents[slices.IndexFunc(h.incidents, func(i incident) bool { return i.lasts == 0 && h.start.Add(i.at).After(now) })]
	ends := h.start.Add(cut.at)
	if cut.kind == "nothing comes" {
		h.mu.Lock()
		h.cuts++
		h.mu.Unlock()
		return c.Sleep(time.Until(ends))
	}
	good := func() { h.mu.Lock(); tried.good = true; h.mu.Unlock() }
	send := func(n int) {
		if c.Send(h.line(n)) {
			good()
			h.mu.Lock()
			h.sent[n] = true
			h.mu.Unlock()
		}
	}
	minutes, _ := strconv.Atoi(backfill)
	from := now.Add(-time.Duration(minutes) * time.Minute)
	for n := range h.made {
		if minutes > 0 && !h.made[n].Before(from) && !h.due[n].After(now) {
			send(n)
		}
	}
	next, _ := slices.BinarySearchFunc(h.order, now, func(n int, t time.Time) int {
		if h.due[n].After(t) {
			return 1
		}
		return -1
	})
	for {
		wake := time.Now().Add(15 * time.Second)
		due := next < len(h.order) && h.due[h.order[next]].Before(wake)
		if due {
			wake = h.due[h.order[next]]
		}
		if !wake.Before(ends) {
			break
		}
		if err := c.Sleep(time.Until(wake)); err != nil {
			return err
		}
		if !due {
			c.Beat()
			good()
			continue
		}
		n := h.order[next]
		if next++; n%5 == 0 {
			half := len(h.line(n)) / 2
			c.Write(h.line(n)[:half])
			_ = c.Sleep(10 * time.Millisecond)
			c.Write(h.line(n)[half:] + "\r\n")
			h.mu.Lock()
			h.sent[n] = true
			h.mu.Unlock()
		} else {
			send(n)
		}
		if n%50 == 0 {
			send(n) // X sends some twice
		}
	}
	_ = c.Sleep(time.Until(ends))
	return h.cut(c, cut.kind, h.order[min(next, len(h.order)-1)])
}

// cut ends a connection in its way, on which post n would have been next.
func (h *hour) cut(c *streamtest.Conn, kind string, n int) error {
	const disconnect = `{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"upstream",` +
		`"type":"https://api.x.com/2/problems/operational-disconnect"}`
	silence := func() error {
		since := time.Now()
		err := c.Sleep(time.Hour)
		h.mu.Lock()
		h.stalls = append(h.stalls, time.Since(since))
		h.mu.Unlock()
		return err
	}
	h.mu.Lock()
	h.cuts++
	h.mu.Unlock()
	switch kind {
	case "reset":
		return syscall.ECONNRESET
	case "half a line":
		c.Write(h.line(n)[:len(h.line(n))/2])
		return io.ErrUnexpectedEOF
	case "a line without its end":
		c.Write(h.line(n))
		h.mu.Lock()
		h.sent[n] = true
		h.mu.Unlock()
	case "stall":
		c.Beat()
		return silence()
	case "disconnect in a list":
		c.Send(`{"errors":[` + disconnect + `]}`)
	case "bare disconnect":
		c.Send(disconnect)
	case "disconnect and silence":
		c.Send(`{"errors":[` + disconnect + `]}`)
		_ = c.Sleep(time.Hour)
	case "old disconnect":
		c.Send(`{"disconnect":{"code":4,"stream_name":"search","reason":"shutdown"}}`)
	}
	return nil
}

// waits are those that X's schedules ask for between the attempts.
func (h *hour) waits() []time.Duration {
	var network, overloaded, limited int
	var out []time.Duration
	for _, tried := range h.attempts[:len(h.attempts)-1] {
		var wait time.Duration
		switch {
		case tried.kind == "503":
			overloaded++
			wait = min(5*time.Second*time.Duration(1<<(overloaded-1)), 320*time.Second)
		case tried.kind == "429":
			limited++
			wait = time.Minute * time.Duration(1<<(limited-1))
		case tried.kind == "network" || !tried.good:
			network++
			wait = min(250*time.Millisecond*time.Duration(network), 16*time.Second)
		default:
			network, overloaded, limited = 0, 0, 0
		}
		out = append(out, wait)
	}
	return out
}

// TestAnHourOfTrouble holds a stream against a server of its own making, which knows what it sent.
func TestAnHourOfTrouble(t *testing.T) {
	for _, decoders := range []int{1, 4} {
		t.Run(fmt.Sprint(decoders, " decoders"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hour{feed: newFeed(streamtest.Begin()), incidents: theHour(), sent: map[int]bool{}}
				given, notices := h.read(t, decoders)
				times := map[string]int{}
				for _, id := range given {
					times[id]++
				}
				var gaps []stream.Notice
				for _, notice := range notices {
					require.NotEqual(t, stream.Broken, notice.Kind, "%s", notice)
					if notice.Kind == stream.Gap {
						gaps = append(gaps, notice)
					}
				}
				missing := 0
				for n := range h.made {
					require.LessOrEqual(t, times[h.id(n)], 1, "post %d is given twice", n)
					switch {
					case times[h.id(n)] == 1:
					case h.sent[n]:
						require.Fail(t, "lost", "post %d was sent whole", n)
					case h.due[n].Before(h.start.Add(150 * time.Minute)):
						missing++
						require.True(t, slices.ContainsFunc(gaps, func(gap stream.Notice) bool {
							return !h.made[n].Before(gap.From) && !h.made[n].After(gap.To)
						}), "post %d, made at %s, is missing and no gap tells", n, h.made[n])
					}
				}
				require.GreaterOrEqual(t, h.cuts, 100)
				require.Greater(t, missing, 6000, "of an hour of 503 and of outages longer than 5 minutes")
				require.Greater(t, len(given), 8000)
				for _, gap := range gaps {
					require.True(t, slices.ContainsFunc(h.made, func(made time.Time) bool {
						return !made.Before(gap.From) && !made.After(gap.To) && times[h.id(slices.Index(h.made, made))] == 0
					}), "nothing is missing, and yet: %s", gap)
				}
				for i, want := range h.waits() {
					require.Equal(t, want, h.attempts[i+1].at.Sub(h.attempts[i].ended), "after attempt %d: %+v", i, *h.attempts[i])
				}
				for _, silence := range h.stalls {
					require.Equal(t, 21*time.Second, silence)
				}
			})
		})
	}
}

func (h *hour) read(t *testing.T, decoders int) (given []string, notices []stream.Notice) {
	t.Helper()
	client := streaming(t, nil, xapi.WithHTTPClient(&http.Client{Transport: h}))
	events := stream.New(client.StreamPosts, nil, stream.WithDecoders(decoders),
		stream.WithNotices(func(n stream.Notice) { notices = append(notices, n) }))
	for document, err := range events.Documents(t.Context()) {
		if err != nil {
			require.ErrorIs(t, err, xapi.ErrForbidden)
			break
		}
		require.NotEmpty(t, document.Value.Data.EditHistoryPostIDs)
		given = append(given, document.Value.Data.ID)
	}
	return given, notices
}
