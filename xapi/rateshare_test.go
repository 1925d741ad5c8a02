package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// window is a server that allows limit calls in each 15 minutes, of all who call, and takes its time.
type window struct {
	limit int
	takes func(n int) time.Duration

	mu     sync.Mutex
	reset  time.Time
	used   int
	served int
	beyond int
}

func (w *window) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	if now := time.Now(); !now.Before(w.reset) {
		w.reset, w.used = now.Add(15*time.Minute), 0
	}
	status, body := http.StatusOK, `{"data":{"id":"2244994945","name":"X","username":"x"}}`
	if w.used < w.limit {
		w.used++
		w.served++
	} else {
		w.beyond++
		status, body = http.StatusTooManyRequests, `{"title":"Too Many Requests"}`
	}
	resp := answer(req, status, body, "X-Rate-Limit-Limit", strconv.Itoa(w.limit),
		"X-Rate-Limit-Remaining", strconv.Itoa(w.limit-w.used), "X-Rate-Limit-Reset", strconv.FormatInt(w.reset.Unix(), 10))
	takes := time.Duration(0)
	if w.takes != nil {
		takes = w.takes(w.served)
	}
	w.mu.Unlock()
	if takes > 0 {
		<-time.After(takes)
	}
	return resp, nil
}

// remote is a store at some distance, which counts how often it is asked and may be away.
type remote struct {
	xapi.MemoryRateStore
	mu    sync.Mutex
	asked int
	away  error
}

func (r *remote) Reserve(ctx context.Context, request xapi.RateRequest) (xapi.RateGrant, error) {
	r.mu.Lock()
	r.asked++
	away := r.away
	r.mu.Unlock()
	<-time.After(time.Millisecond)
	if away != nil {
		return xapi.RateGrant{}, away
	}
	return r.MemoryRateStore.Reserve(ctx, request)
}

// trips returns how often the store was asked.
func (r *remote) trips() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

func (r *remote) goAway(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = err
}

func worker(t *testing.T, server http.RoundTripper, store xapi.RateStore, opts ...xapi.ClientOption) *xapi.Client {
	t.Helper()
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithHTTPClient(&http.Client{Transport: server}), xapi.WithAccessToken("token-of-a-user"), xapi.WithRateLimitWait(0),
		xapi.WithRateStore(store, xapi.RateShare{App: "app", User: "user"}),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// quick, uneven and slow are how long a server takes.
func quick(int) time.Duration { return time.Millisecond }

func uneven(n int) time.Duration { return time.Duration(1+n*n%97) * time.Millisecond }

func slow(int) time.Duration { return 400 * time.Millisecond }

func TestAFleetUsesAWindowUpAndGoesNotBeyond(t *testing.T) {
	for name, takes := range map[string]func(int) time.Duration{"quick": quick, "uneven": uneven, "slow": slow} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, store := &window{limit: 300, takes: takes}, new(remote)
				var fleet sync.WaitGroup
				for range 16 {
					client := worker(t, server, store)
					fleet.Go(func() {
						for {
							_, err := client.GetUsersMe(t.Context(), nil)
							var limited *xapi.RateLimitError
							if errors.As(err, &limited) {
								require.Nil(t, limited.Err, "not sent")
								require.Equal(t, "15 minutes", limited.Window)
								return
							}
							require.NoError(t, err)
						}
					})
				}
				fleet.Wait()
				t.Logf("%d served, %d beyond, the store asked %d times: %.3f a call", server.served, server.beyond, store.trips(), float64(store.trips())/300)
				require.Zero(t, server.beyond)
				require.GreaterOrEqual(t, server.served, 297)
				require.LessOrEqual(t, store.trips(), 60)
			})
		})
	}
}

// TestAFleetGivesBackToThoseWhoWait has each worker make the same number of calls, so that most of them stop with calls
// of their last lease unused.
func TestAFleetGivesBackToThoseWhoWait(t *testing.T) {
	for _, each := range []int{17, 18} {
		synctest.Test(t, func(t *testing.T) {
			server, store := &window{limit: 300, takes: uneven}, new(remote)
			var fleet sync.WaitGroup
			start := time.Now()
			for range 16 {
				client := worker(t, server, store, xapi.WithRateLimitWait(16*time.Minute))
				fleet.Go(func() {
					for range each {
						_, err := client.GetUsersMe(t.Context(), nil)
						require.NoError(t, err)
					}
				})
			}
			fleet.Wait()
			took := time.Since(start)
			<-time.After(time.Minute) // in which what is left is given back
			require.Equal(t, 16*each, server.served)
			require.Zero(t, server.beyond)
			require.Less(t, took, time.Minute)
		})
	}
}

func TestAFleetWaitsForTheNextWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, store := &window{limit: 40, takes: uneven}, new(remote)
		var fleet sync.WaitGroup
		start := time.Now()
		for range 16 {
			client := worker(t, server, store, xapi.WithRateLimitWait(16*time.Minute))
			fleet.Go(func() {
				for range 5 {
					_, err := client.GetUsersMe(t.Context(), nil)
					require.NoError(t, err)
				}
			})
		}
		fleet.Wait()
		require.Equal(t, 80, server.served)
		require.Zero(t, server.beyond)
		require.InDelta(t, 15*time.Minute, time.Since(start), float64(time.Minute))
		require.Less(t, store.trips(), 16*30, "who waits does not ask all the time")
	})
}

func TestTheFirstCallOfAFleetGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, store := &window{limit: 1, takes: slow}, new(remote)
		var fleet sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for i := range 16 {
			client := worker(t, server, store)
			if i%2 == 0 {
				fleet.Go(func() { _, _ = client.GetUsersMe(t.Context(), nil) })
			}
			fleet.Go(func() {
				if _, err := client.GetUsersMe(t.Context(), nil); err == nil {
					mu.Lock()
					made++
					mu.Unlock()
				}
			})
		}
		fleet.Wait()
		require.Equal(t, 1, server.served)
		require.Zero(t, server.beyond)
	})
}

func TestAFirstCallThatHangsHoldsTheFleetForTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, store := &window{limit: 300, takes: func(n int) time.Duration {
			if n == 1 {
				return time.Hour
			}
			return 0
		}}, new(remote)
		var fleet sync.WaitGroup
		fleet.Go(func() { _, _ = worker(t, server, store, xapi.WithIdleTimeout(0)).GetUsersMe(t.Context(), nil) })
		<-time.After(time.Second)
		start := time.Now()
		_, err := worker(t, server, store).GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.LessOrEqual(t, time.Since(start), 3*time.Second)
		fleet.Wait()
	})
}

func TestAnIdleClientGivesBackWhatItDoesNotUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, store := &window{limit: 300, takes: quick}, new(remote)
		lazy, busy := worker(t, server, store), worker(t, server, store)
		_, err := lazy.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		_, err = lazy.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		<-time.After(3 * time.Second)
		n := 0
		for {
			if _, err = busy.GetUsersMe(t.Context(), nil); err != nil {
				break
			}
			n++
		}
		require.Equal(t, 298, n)
		require.Zero(t, server.beyond)

		asked := store.trips()
		<-time.After(16 * time.Minute)
		for range 100 { // one call in ten seconds: a trip each, and nothing to give back
			_, err = lazy.GetUsersMe(t.Context(), nil)
			require.NoError(t, err)
			<-time.After(10 * time.Second)
		}
		require.LessOrEqual(t, store.trips()-asked, 105)
	})
}

func TestEachTakesItsShareWhileTheStoreIsAway(t *testing.T) {
	for name, away := range map[string]time.Duration{"from the start": 0, "in the middle": 2 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, store := &window{limit: 320, takes: slow}, new(remote)
				if away > 0 {
					time.AfterFunc(away, func() { store.goAway(errors.New("no route to the store")) })
				} else {
					store.goAway(errors.New("no route to the store"))
				}
				start := time.Now()
				var fleet sync.WaitGroup
				for range 16 {
					client := worker(t, server, store)
					fleet.Go(func() {
						for time.Since(start) < 5*time.Minute {
							_, _ = client.GetUsersMe(t.Context(), nil)
							<-time.After(100 * time.Millisecond)
						}
					})
				}
				fleet.Wait()
				require.Zero(t, server.beyond)
				require.GreaterOrEqual(t, server.served, 160, "and calls are made")
				require.LessOrEqual(t, store.trips(), 16*70, "a store that is away is left alone")

				store.goAway(nil)
				<-time.After(16 * time.Minute)
				server.served = 0
				for range 16 {
					client := worker(t, server, store)
					fleet.Go(func() {
						for {
							if _, err := client.GetUsersMe(t.Context(), nil); err != nil {
								return
							}
						}
					})
				}
				fleet.Wait()
				require.Zero(t, server.beyond)
				require.GreaterOrEqual(t, server.served, 317)
			})
		})
	}
}

func TestAStoreThatHangsCostsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &window{limit: 300}
		client := worker(t, server, hanging{})
		start := time.Now()
		for range 10 {
			_, err := client.GetUsersMe(t.Context(), nil)
			require.NoError(t, err)
		}
		require.Equal(t, time.Second, time.Since(start))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		<-time.After(10 * time.Second)
		_, err := client.GetUsersMe(ctx, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

type hanging struct{}

func (hanging) Reserve(ctx context.Context, _ xapi.RateRequest) (xapi.RateGrant, error) {
	<-ctx.Done()
	return xapi.RateGrant{}, ctx.Err()
}

// keyed notes the windows that are reserved.
type keyed struct {
	remote
	keys map[string]bool
}

func (k *keyed) Reserve(ctx context.Context, request xapi.RateRequest) (xapi.RateGrant, error) {
	k.mu.Lock()
	for _, key := range request.Windows {
		k.keys[fmt.Sprintf("%s/%s/%s/%s", key.App, key.User, key.Operation, key.Length)] = true
	}
	k.mu.Unlock()
	return k.remote.Reserve(ctx, request)
}

func TestACallCountsAgainstItsUserAndItsApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, store := &window{limit: 300}, &keyed{keys: map[string]bool{}}
		client, err := xapi.New(xapi.WithHTTPClient(&http.Client{Transport: server}), xapi.WithAccessToken("token-of-a-user"),
			xapi.WithBearerToken("token-of-the-app"), xapi.WithRateStore(store, xapi.RateShare{App: "app", User: "ada"}))
		require.NoError(t, err)
		_, err = client.GetUsersMe(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, map[string]bool{
			"app/ada/getUsersMe/15m0s": true, "app/ada/getUsersMe/24h0m0s": true, "app//getUsersMe/24h0m0s": true,
		}, store.keys)
		require.Equal(t, 299, client.RateLimit("getUsersMe").FifteenMinutes.Remaining)

		clear(store.keys)
		client, err = xapi.New(xapi.WithHTTPClient(&http.Client{Transport: server}),
			xapi.WithBearerToken("token-of-the-app"), xapi.WithRateStore(store, xapi.RateShare{App: "app"}))
		require.NoError(t, err)
		_, _ = client.GetMediaByMediaKey(t.Context(), "3_1", nil)
		require.Equal(t, map[string]bool{"app//getMediaByMediaKey/15m0s": true, "app//getMediaByMediaKey/24h0m0s": true}, store.keys)
		require.Equal(t, 298, client.RateLimit("getMediaByMediaKey").FifteenMinutes.Remaining)
	})
}

func TestARateShareHasToNameWhoCalls(t *testing.T) {
	store := new(xapi.MemoryRateStore)
	user, app := xapi.WithAccessToken("token-of-a-user"), xapi.WithBearerToken("token-of-the-app")
	for want, opts := range map[string][]xapi.ClientOption{
		"the store is nil":       {user, xapi.WithRateStore(nil, xapi.RateShare{App: "app", User: "ada"})},
		"the share names no app": {user, xapi.WithRateStore(store, xapi.RateShare{User: "ada"})},
		"the share names none":   {user, xapi.WithRateStore(store, xapi.RateShare{App: "app"})},
		"the share names a user": {app, xapi.WithRateStore(store, xapi.RateShare{App: "app", User: "ada"})},
		"-1 workers":             {user, xapi.WithRateStore(store, xapi.RateShare{App: "app", User: "ada", Workers: -1})},
		"at most 256 bytes each": {user, xapi.WithRateStore(store, xapi.RateShare{App: "app", User: strings.Repeat("a", 257)})},
	} {
		_, err := xapi.New(opts...)
		require.ErrorContains(t, err, want)
	}
}

func TestWorkersThatDieTakeNoMoreThanTheirLeases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, store := &window{limit: 300, takes: quick}, new(remote)
		for range 5 { // each dies after three calls, with the rest of its lease
			ctx, kill := context.WithCancel(t.Context())
			dying := worker(t, server, mortal{store, ctx})
			for range 3 {
				_, err := dying.GetUsersMe(ctx, nil)
				require.NoError(t, err)
			}
			kill()
		}
		<-time.After(time.Minute)
		survivor := worker(t, server, store)
		for {
			if _, err := survivor.GetUsersMe(t.Context(), nil); err != nil {
				break
			}
		}
		require.Zero(t, server.beyond)
		require.GreaterOrEqual(t, server.served, 297, "what the dead held is free once a later call was answered")
	})
}

// mortal is the way to a store from a process that may be dead.
type mortal struct {
	xapi.RateStore
	alive context.Context //nolint:containedctx // it is the process's life
}

func (m mortal) Reserve(ctx context.Context, request xapi.RateRequest) (xapi.RateGrant, error) {
	if m.alive.Err() != nil {
		return xapi.RateGrant{}, m.alive.Err()
	}
	return m.RateStore.Reserve(ctx, request)
}
