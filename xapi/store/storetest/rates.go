package storetest

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/store"
)

// The window that a fleet of workers shares.
const (
	rateWorkers = 16
	rateLimit   = 300
)

// rateServer counts calls against one window.
type rateServer struct {
	mu      sync.Mutex
	taken   int
	refused int
	reset   time.Time
}

// call tells what is left after it.
func (s *rateServer) call() (remaining, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == rateLimit {
		s.refused++
		return 0, http.StatusTooManyRequests
	}
	s.taken++
	return rateLimit - s.taken, http.StatusOK
}

// counted counts how often a store is asked: early before the first answer has told what the window is, which takes as
// long as that answer does.
type counted struct {
	xapi.RateStore
	asked, early atomic.Int64
}

func (c *counted) Reserve(ctx context.Context, request xapi.RateRequest) (xapi.RateGrant, error) {
	grant, err := c.RateStore.Reserve(ctx, request)
	if err == nil && grant.Calls == 0 && len(grant.Known) == 0 {
		c.early.Add(1)
	} else {
		c.asked.Add(1)
	}
	return grant, err
}

// windowUsedUp has workers call as fast as they may, by the steps of a client: reserve, call, settle with the next
// reservation.
func windowUsedUp(t *testing.T, f Fixture) {
	rates := &counted{RateStore: store.New(f.Engine).Rates()}
	server := &rateServer{reset: time.Now().Add(15 * time.Minute)}
	key := xapi.RateKey{App: "app", User: "user", Operation: "getUsersMe", Length: 15 * time.Minute}
	var fleet sync.WaitGroup
	for worker := range rateWorkers {
		fleet.Go(func() {
			request := xapi.RateRequest{Holder: fmt.Sprint("worker ", worker), Windows: []xapi.RateKey{key}, Lease: 30 * time.Second}
			for {
				request.Calls = 100
				grant, err := rates.Reserve(t.Context(), request)
				if err != nil {
					t.Error(err)
					return
				}
				if grant.Calls == 0 && len(grant.Known) > 0 {
					return // all that is left is leased to others
				}
				for range grant.Calls {
					remaining, _ := server.call()
					request.Answered = true
					request.Readings = []xapi.RateReading{{
						RateKey: key, Limit: rateLimit, Remaining: remaining, Reset: server.reset, RenewedIn: time.Until(server.reset),
					}}
				}
				if grant.Calls == 0 { // the first call of the fleet is under way
					pause := time.NewTimer(10 * time.Millisecond)
					<-pause.C
				}
			}
		})
	}
	fleet.Wait()
	t.Logf("%d of %d calls taken, %d refused, the store asked %d times: %.2f a call; %d times too early", server.taken, rateLimit, server.refused,
		rates.asked.Load(), float64(rates.asked.Load())/rateLimit, rates.early.Load())
	require.Zero(t, server.refused, "none beyond the window")
	require.GreaterOrEqual(t, server.taken, rateLimit*99/100)
	require.LessOrEqual(t, rates.asked.Load(), int64(rateLimit/5))
}
