package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

// recording returns a handler that takes everything, and what it was given.
func recording(t *testing.T, secrets webhook.Secrets, opts ...webhook.Option) (*webhook.Handler, func() []*webhook.Event) {
	t.Helper()
	var mu sync.Mutex
	var given []*webhook.Event
	handler, err := webhook.New(secrets, func(_ context.Context, event *webhook.Event) error {
		mu.Lock()
		defer mu.Unlock()
		given = append(given, event)
		return nil
	}, opts...)
	require.NoError(t, err)
	return handler, func() []*webhook.Event {
		mu.Lock()
		defer mu.Unlock()
		return given
	}
}

// calling returns an X in front of a handler that calls take.
func calling(t *testing.T, take func(context.Context, *webhook.Event) error, opts ...webhook.Option) (*webhooktest.X, *webhook.Handler) {
	t.Helper()
	handler, err := webhook.New(bothSecrets, take, opts...)
	require.NoError(t, err)
	return webhooktest.New(t, handler, bothSecrets), handler
}

func send(x *webhooktest.X, body []byte) int { return x.Send(x.Request(body)).Code }

func TestWhatIsTakenIsAcknowledgedAndNotGivenAgain(t *testing.T) {
	handler, events := recording(t, bothSecrets)
	x := webhooktest.New(t, handler, bothSecrets)
	body := webhooktest.Activity("like.create", "2244994945", map[string]any{"id": "1"})
	for range 3 {
		x.Deliver(body)
	}
	require.Len(t, events(), 1)
	require.Equal(t, 1, events()[0].Attempt)
	require.JSONEq(t, string(body), string(events()[0].Raw()))
}

func TestWhatIsNotTakenIsSentAgain(t *testing.T) {
	var attempts []int
	x, _ := calling(t, func(_ context.Context, event *webhook.Event) error {
		attempts = append(attempts, event.Attempt)
		switch event.Attempt {
		case 1:
			return errors.New("the queue is away")
		case 2:
			panic("a bug")
		}
		return nil
	})
	body := webhooktest.Activity("like.create", "1", map[string]any{})
	require.Equal(t, http.StatusServiceUnavailable, send(x, body))
	require.Equal(t, http.StatusServiceUnavailable, send(x, body))
	require.Equal(t, http.StatusOK, send(x, body))
	require.Equal(t, http.StatusOK, send(x, body))
	require.Equal(t, []int{1, 2, 3}, attempts)
}

// TestOneEventThatFailsHoldsUpNoOther: only it is given when the delivery is sent again.
func TestOneEventThatFailsHoldsUpNoOther(t *testing.T) {
	given := map[string]int{}
	x, _ := calling(t, func(_ context.Context, event *webhook.Event) error {
		id := event.Payload.(*webhook.PostCreatedV1).Post.ID
		given[id]++
		if id == "2" && given[id] == 1 {
			return errors.New("not now")
		}
		return nil
	})
	post := func(id string) any { return map[string]string{"id_str": id} }
	body := webhooktest.Account("1", "tweet_create_events", post("1"), post("2"), post("3"))
	require.Equal(t, http.StatusServiceUnavailable, send(x, body))
	require.Equal(t, http.StatusOK, send(x, body))
	require.Equal(t, map[string]int{"1": 1, "2": 2, "3": 1}, given)
}

func TestASlowApplicationIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		hold := make(chan struct{})
		x, handler := calling(t, func(ctx context.Context, _ *webhook.Event) error {
			calls.Add(1)
			<-ctx.Done()
			<-hold // it does not keep to its context
			return nil
		})
		body := webhooktest.Activity("like.create", "1", map[string]any{})
		start := time.Now()
		require.Equal(t, http.StatusServiceUnavailable, send(x, body))
		require.Equal(t, 8*time.Second, time.Since(start))

		pass(time.Minute)
		require.Equal(t, http.StatusServiceUnavailable, send(x, body), "it is being taken still")
		close(hold)
		require.NoError(t, handler.Shutdown(t.Context()))
		require.EqualValues(t, 1, calls.Load())
	})
}

// TestWhatIsTakenLateIsNotGivenAgain: it was not acknowledged, and is when it is sent again.
func TestWhatIsTakenLateIsNotGivenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		x, _ := calling(t, func(context.Context, *webhook.Event) error {
			calls.Add(1)
			pass(9 * time.Second)
			return nil
		})
		body := webhooktest.Activity("like.create", "1", map[string]any{})
		require.Equal(t, http.StatusServiceUnavailable, send(x, body))
		pass(time.Second)
		synctest.Wait()
		require.Equal(t, http.StatusOK, send(x, body))
		require.EqualValues(t, 1, calls.Load())
	})
}

// prompt is a window that does nothing for a context that has ended.
type prompt struct{ *webhook.MemoryWindow }

func (w prompt) Release(ctx context.Context, id, owner string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.MemoryWindow.Release(ctx, id, owner)
}

// TestWhatFailsLateCanBeClaimedAtOnce: the window is told although the deadline is over.
func TestWhatFailsLateCanBeClaimedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := calling(t, func(ctx context.Context, event *webhook.Event) error {
			if event.Attempt == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}, webhook.WithWindow(prompt{webhook.NewMemoryWindow(10)}))
		body := webhooktest.Activity("like.create", "1", map[string]any{})
		require.Equal(t, http.StatusServiceUnavailable, send(x, body))
		synctest.Wait()
		require.Equal(t, http.StatusOK, send(x, body))
	})
}

// TestXHangingUpStopsNothing: the event is known when it is sent again.
func TestXHangingUpStopsNothing(t *testing.T) {
	handler, events := recording(t, bothSecrets)
	x := webhooktest.New(t, handler, bothSecrets)
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	body := webhooktest.Activity("like.create", "1", map[string]any{})
	x.Send(x.Request(body).WithContext(gone))
	require.Len(t, events(), 1)
	x.Deliver(body)
	require.Len(t, events(), 1)
}

// TestASlowApplicationLosesNothing has 500 deliveries at once, sent again as X does while they are not acknowledged, to
// an application that takes one after the other.
func TestASlowApplicationLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken := map[string]int{}
		x, handler := calling(t, func(_ context.Context, event *webhook.Event) error {
			pass(100 * time.Millisecond)
			taken[event.ID]++
			return nil
		}, webhook.WithConcurrency(1), webhook.WithQueue(50))
		var sending sync.WaitGroup
		var full atomic.Int64
		for range 500 {
			body := webhooktest.Activity("like.create", "1", map[string]any{})
			sending.Go(func() {
				for send(x, body) != http.StatusOK {
					full.Add(1)
					pass(time.Second)
				}
			})
		}
		sending.Wait()
		require.NoError(t, handler.Shutdown(t.Context()))
		require.Len(t, taken, 500)
		for _, times := range taken {
			require.Equal(t, 1, times)
		}
		require.Positive(t, full.Load())
	})
}

func TestTheQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		var running atomic.Int64
		x, _ := calling(t, func(context.Context, *webhook.Event) error {
			running.Add(1)
			<-hold
			return nil
		}, webhook.WithConcurrency(2), webhook.WithQueue(3))
		answers := make(chan int, 5)
		for range 5 {
			body := webhooktest.Activity("like.create", "1", map[string]any{})
			go func() { answers <- send(x, body) }()
		}
		synctest.Wait()
		require.EqualValues(t, 2, running.Load())
		start := time.Now()
		require.Equal(t, http.StatusServiceUnavailable, send(x, webhooktest.Activity("like.create", "1", map[string]any{})))
		require.Zero(t, time.Since(start), "it is told at once")
		x.Challenge() // which the queue has nothing to do with
		close(hold)
		for range 5 {
			require.Equal(t, http.StatusOK, <-answers)
		}
	})
}

func TestShutdownWaitsForWhatIsBeingTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		x, handler := calling(t, func(context.Context, *webhook.Event) error { <-hold; return nil })
		first := webhooktest.Activity("like.create", "1", map[string]any{})
		answer := make(chan int)
		go func() { answer <- send(x, first) }()
		synctest.Wait()

		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, handler.Shutdown(impatient), context.DeadlineExceeded)
		require.Equal(t, http.StatusServiceUnavailable, send(x, webhooktest.Activity("like.create", "1", nil)))

		ended := make(chan error)
		go func() { ended <- handler.Shutdown(t.Context()) }()
		synctest.Wait()
		close(hold)
		require.Equal(t, http.StatusOK, <-answer)
		require.NoError(t, <-ended)
		require.NoError(t, handler.Shutdown(t.Context()), "it can be called again")
	})
}

// brokenWindow fails where it is told to.
type brokenWindow struct {
	*webhook.MemoryWindow
	claim, commit error
}

func (w brokenWindow) Claim(ctx context.Context, id, owner string, lease, keep time.Duration) (int, error) {
	if w.claim != nil {
		return 0, w.claim
	}
	return w.MemoryWindow.Claim(ctx, id, owner, lease, keep)
}

func (w brokenWindow) Commit(ctx context.Context, id string, keep time.Duration) error {
	if w.commit != nil {
		return w.commit
	}
	return w.MemoryWindow.Commit(ctx, id, keep)
}

// TestWithoutItsWindowNothingIsGiven: else the same event would be given by each process.
func TestWithoutItsWindowNothingIsGiven(t *testing.T) {
	away := errors.New("no connection")
	handler, events := recording(t, bothSecrets, webhook.WithWindow(brokenWindow{claim: away}))
	require.Equal(t, http.StatusServiceUnavailable, send(webhooktest.New(t, handler, bothSecrets), webhooktest.Activity("like.create", "1", nil)))
	require.Empty(t, events())
}

// TestWhatWasTakenIsAcknowledgedThoughTheWindowIsAway: X need not send again what the application has.
func TestWhatWasTakenIsAcknowledgedThoughTheWindowIsAway(t *testing.T) {
	var log bytes.Buffer
	window := brokenWindow{MemoryWindow: webhook.NewMemoryWindow(10), commit: errors.New("no connection")}
	handler, events := recording(t, bothSecrets, webhook.WithWindow(window), webhook.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	x := webhooktest.New(t, handler, bothSecrets)
	body := webhooktest.Activity("like.create", "1", nil)
	require.Equal(t, http.StatusOK, send(x, body))
	require.Contains(t, log.String(), "no connection")
	require.Equal(t, http.StatusServiceUnavailable, send(x, body), "it may be under way")
	require.Len(t, events(), 1)
}

// claims counts the claims of each owner.
type claims struct {
	*webhook.MemoryWindow
	mu     sync.Mutex
	counts map[string]int
}

func (w *claims) Claim(ctx context.Context, id, owner string, lease, keep time.Duration) (int, error) {
	w.mu.Lock()
	w.counts[owner]++
	w.mu.Unlock()
	return w.MemoryWindow.Claim(ctx, id, owner, lease, keep)
}

func TestClaimsAreRenewedWhileTheFunctionRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		window := &claims{MemoryWindow: webhook.NewMemoryWindow(10), counts: map[string]int{}}
		x, handler := calling(t, func(context.Context, *webhook.Event) error {
			pass(61 * time.Second)
			return nil
		}, webhook.WithWindow(window), webhook.WithLease(30*time.Second))
		require.Equal(t, http.StatusServiceUnavailable, send(x, webhooktest.Activity("like.create", "1", nil)))
		require.NoError(t, handler.Shutdown(t.Context()))
		require.Len(t, window.counts, 1)
		for _, times := range window.counts {
			require.Equal(t, 1+6, times, "every third of a lease")
		}
	})
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	take := func(context.Context, *webhook.Event) error { return nil }
	for _, opt := range []webhook.Option{
		webhook.WithConcurrency(0), webhook.WithQueue(-1), webhook.WithMaxBody(0), webhook.WithKeep(0), webhook.WithLease(-1),
		webhook.WithDeadline(0), webhook.WithDeadline(11 * time.Second),
	} {
		_, err := webhook.New(bothSecrets, take, opt)
		require.ErrorContains(t, err, "webhook: ")
	}
	_, err := webhook.New(bothSecrets, nil)
	require.ErrorContains(t, err, "no function")
	_, err = webhook.New(bothSecrets, take, nil, webhook.WithWindow(nil), webhook.WithLogger(nil))
	require.NoError(t, err)
}

// pass lets the bubble's time pass.
func pass(d time.Duration) { <-time.After(d) }
