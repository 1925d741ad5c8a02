// Package ratetest holds stores to the contract of xapi.RateStore: one suite for all of them.
package ratetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

// Store is an empty store under test.
type Store struct {
	xapi.RateStore
	// Advance moves the store's clock on.
	Advance func(time.Duration)
}

const (
	quarter = 15 * time.Minute
	lease   = 30 * time.Second
)

var epoch = time.Unix(1_800_000_000, 0)

func key(user string, length time.Duration) xapi.RateKey {
	return xapi.RateKey{App: "app", User: user, Operation: "getUsersMe", Length: length}
}

// told is what an answer says of a window that is renewed in so long.
func told(k xapi.RateKey, limit, remaining int, resetsIn time.Duration) xapi.RateReading {
	return xapi.RateReading{RateKey: k, Limit: limit, Remaining: remaining, Reset: epoch.Add(resetsIn), RenewedIn: resetsIn}
}

// holder is a client that shares the store.
type holder struct {
	t       *testing.T
	store   xapi.RateStore
	name    string
	windows []xapi.RateKey
}

func (h holder) reserve(calls, open int, readings ...xapi.RateReading) int {
	h.t.Helper()
	return h.grant(calls, open, readings...).Calls
}

// giveBack settles: of the calls that are over, so many were not sent.
func (h holder) giveBack(open, unused int, readings ...xapi.RateReading) {
	h.t.Helper()
	grant, err := h.store.Reserve(h.t.Context(), xapi.RateRequest{
		Holder: h.name, Windows: h.windows, Readings: readings, Answered: len(readings) > 0, Open: open, Unused: unused, Lease: lease,
	})
	require.NoError(h.t, err)
	require.Zero(h.t, grant.Calls)
}

func (h holder) grant(calls, open int, readings ...xapi.RateReading) xapi.RateGrant {
	h.t.Helper()
	grant, err := h.store.Reserve(h.t.Context(), xapi.RateRequest{
		Holder: h.name, Windows: h.windows, Readings: readings, Answered: len(readings) > 0, Calls: calls, Open: open, Lease: lease,
	})
	require.NoError(h.t, err)
	return grant
}

// Run holds the stores that empty makes to the contract.
func Run(t *testing.T, empty func(*testing.T) Store) {
	window := key("user", quarter)
	start := func(t *testing.T) (Store, func(name string) holder) {
		store := empty(t)
		return store, func(name string) holder {
			return holder{t: t, store: store, name: name, windows: []xapi.RateKey{window}}
		}
	}

	t.Run("the first call of a fleet goes alone", func(t *testing.T) {
		store, client := start(t)
		require.Equal(t, 1, client("a").reserve(10, 0))
		require.Equal(t, 0, client("b").reserve(10, 0))
		store.Advance(lease)
		require.Equal(t, 1, client("b").reserve(10, 0), "its holder has died")
		require.Equal(t, 10, client("b").reserve(10, 0, told(window, 300, 299, quarter)))
		require.Equal(t, 7, client("a").reserve(7, 0))
	})

	t.Run("an answer without windows sets no limit", func(t *testing.T) {
		store, client := start(t)
		require.Equal(t, 1, client("a").reserve(10, 0))
		grant, err := store.Reserve(t.Context(), xapi.RateRequest{
			Holder: "a", Windows: client("a").windows, Answered: true, Calls: 5000, Lease: lease,
		})
		require.NoError(t, err)
		require.Equal(t, 5000, grant.Calls)
		require.Empty(t, grant.Known)
		require.Equal(t, 70, client("b").reserve(70, 0))
	})

	t.Run("a lease is a twentieth of the limit, and at least one call", func(t *testing.T) {
		_, client := start(t)
		require.Equal(t, 15, client("a").reserve(100, 0, told(window, 300, 299, quarter)))
		require.Equal(t, 3, client("b").reserve(3, 0))
		require.Equal(t, 1, client("c").reserve(100, 0, told(window, 19, 19, 2*quarter)))
	})

	t.Run("all leases together stay within what is left", func(t *testing.T) {
		_, client := start(t)
		require.Equal(t, 15, client("a").reserve(15, 0, told(window, 300, 20, quarter)))
		require.Equal(t, 5, client("b").reserve(15, 0))
		require.Equal(t, 0, client("c").reserve(15, 0))
		require.Equal(t, 0, client("b").reserve(15, 5), "what is open counts")
		require.Equal(t, 0, client("a").reserve(2, 13), "two calls are over, and no answer told of them")
		client("a").giveBack(0, 3, told(window, 300, 10, quarter))
		require.Equal(t, 3, client("c").reserve(15, 0), "a has used 12")
		require.Equal(t, 0, client("d").reserve(15, 0))
	})

	t.Run("settling again changes nothing", func(t *testing.T) {
		_, client := start(t)
		reading := told(window, 300, 20, quarter)
		require.Equal(t, 15, client("a").reserve(15, 0, reading))
		for range 3 {
			client("a").giveBack(4, 11, reading)
		}
		require.Equal(t, 15, client("b").reserve(15, 0, reading))
		require.Equal(t, 1, client("c").reserve(15, 0, reading))
	})

	t.Run("what was used and is told of counts once", func(t *testing.T) {
		_, client := start(t)
		require.Equal(t, 15, client("a").reserve(15, 0, told(window, 300, 60, quarter)))
		for i := range 3 {
			require.Equal(t, 15, client(fmt.Sprint("b", i)).reserve(15, 0))
		}
		client("z").giveBack(0, 0, told(window, 300, 5, quarter))
		require.Equal(t, 0, client("z").reserve(15, 0), "all 60 are leased, and 55 of them used")
		client("b0").giveBack(0, 5, told(window, 300, 5, quarter))
		require.Equal(t, 5, client("z").reserve(15, 0), "and 5 given back, though others have not settled")
	})

	t.Run("calls of others are noticed", func(t *testing.T) {
		_, client := start(t)
		require.Equal(t, 15, client("a").reserve(15, 0, told(window, 300, 100, quarter)))
		client("a").giveBack(0, 0, told(window, 300, 25, quarter))
		require.Equal(t, 15, client("b").reserve(15, 0), "60 of the 75 were no calls of the fleet")
		require.Equal(t, 10, client("c").reserve(15, 0))
		require.Equal(t, 0, client("d").reserve(15, 0))
	})

	t.Run("a lease lives on into the next window", func(t *testing.T) {
		store, client := start(t)
		require.Equal(t, 15, client("a").reserve(15, 0, told(window, 300, 15, 10*time.Second)))
		store.Advance(10 * time.Second)
		for i := range 19 {
			require.Equal(t, 15, client(fmt.Sprint(i)).reserve(15, 0))
		}
		require.Equal(t, 0, client("z").reserve(15, 0), "a may send its 15 yet")
		require.Equal(t, 0, client("0").reserve(0, 0, told(window, 300, 270, quarter)))
		require.Equal(t, 15, client("a").reserve(15, 0), "it has sent them: before, as is shown by what is left")
		require.Equal(t, 0, client("z").reserve(15, 0))
	})

	t.Run("within a window the lower count holds, whichever comes last", func(t *testing.T) {
		_, client := start(t)
		client("a").reserve(0, 0, told(window, 300, 10, quarter))
		for _, late := range []time.Duration{0, time.Second, -time.Second, 2 * time.Second, -2 * time.Second} {
			client("a").reserve(0, 0, told(window, 300, 200, quarter+late))
		}
		client("a").reserve(0, 0, told(window, 300, 200, quarter-3*time.Second))
		grant := client("b").grant(15, 0)
		require.Equal(t, 10, grant.Calls)
		require.Len(t, grant.Known, 1)
		known := grant.Known[0]
		require.Equal(t, []any{window, 300, 10, epoch.Add(quarter).Unix()}, []any{known.RateKey, known.Limit, known.Remaining, known.Reset.Unix()})
		require.InDelta(t, quarter, known.RenewedIn, float64(time.Second))
	})

	t.Run("a later reset is another window", func(t *testing.T) {
		_, client := start(t)
		client("a").reserve(0, 0, told(window, 300, 0, quarter))
		require.Equal(t, 0, client("b").reserve(15, 0))
		client("a").reserve(0, 0, told(window, 300, 299, quarter+3*time.Second))
		require.Equal(t, 15, client("b").reserve(15, 0))
	})

	t.Run("a refusal is believed", func(t *testing.T) {
		store, client := start(t)
		client("a").reserve(0, 0, told(window, 300, 200, quarter))
		refused := told(window, 300, 0, 10*time.Minute)
		refused.Refused = true
		require.Equal(t, 0, client("a").reserve(15, 0, refused))
		require.Equal(t, 0, client("b").reserve(15, 0))
		store.Advance(10 * time.Minute)
		require.Equal(t, 15, client("b").reserve(15, 0))
	})

	t.Run("a window past its end has its limit again", func(t *testing.T) {
		store, client := start(t)
		client("a").reserve(15, 0, told(window, 60, 0, time.Minute))
		require.Equal(t, 0, client("b").reserve(15, 0))
		store.Advance(time.Minute)
		grant := client("b").grant(50, 0)
		require.Equal(t, 3, grant.Calls)
		require.Empty(t, grant.Known)
		for name := range 19 {
			require.Equal(t, 3, client(fmt.Sprint(name)).reserve(3, 0))
		}
		require.Equal(t, 0, client("z").reserve(3, 0))
		require.Equal(t, 0, client("z").reserve(3, 0, told(window, 60, 59, quarter+time.Minute)), "59 less 60 that are leased")
		client("0").giveBack(0, 2)
		require.Equal(t, 2, client("z").reserve(3, 0))
	})

	t.Run("every window of a call has to agree", func(t *testing.T) {
		store, client := start(t)
		day, app := key("user", 24*time.Hour), key("", 24*time.Hour)
		a, b := client("a"), client("b")
		a.windows = []xapi.RateKey{window, day, app}
		b.windows = []xapi.RateKey{key("other", quarter), key("other", 24*time.Hour), app}
		require.Equal(t, 4, a.reserve(15, 0, told(window, 300, 299, quarter), told(app, 100, 4, time.Hour)))
		require.Equal(t, 0, b.reserve(15, 0), "the app's window is all leased")
		a.giveBack(1, 3)
		require.Equal(t, 3, b.reserve(15, 0))
		store.Advance(quarter)
		require.Equal(t, 0, a.reserve(15, 1), "the shorter window is renewed, the longer is not")
	})

	t.Run("a lease that ran out counts until a later call is answered", func(t *testing.T) {
		store, client := start(t)
		require.Equal(t, 15, client("dead").reserve(15, 0, told(window, 300, 20, quarter)))
		store.Advance(lease + time.Second)
		require.Equal(t, 5, client("a").reserve(15, 0))
		reading := told(window, 300, 15, quarter)
		reading.Age = 2 * time.Second
		require.Equal(t, 0, client("a").reserve(15, 0, reading), "15 are left, and who knows what became of 15")
		require.Equal(t, 0, client("a").reserve(15, 0))
		reading.Age = time.Second / 2
		require.Equal(t, 15, client("a").reserve(15, 0, reading))
	})

	t.Run("one atomic step", func(t *testing.T) {
		_, client := start(t)
		client("a").reserve(0, 0, told(window, 300, 299, quarter))
		var (
			mu  sync.Mutex
			sum int
			all sync.WaitGroup
		)
		for worker := range 64 {
			h := client(fmt.Sprint("worker ", worker))
			all.Go(func() {
				granted, err := h.store.Reserve(t.Context(), xapi.RateRequest{Holder: h.name, Windows: h.windows, Calls: 7, Lease: lease})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					sum += granted.Calls
				}
			})
		}
		all.Wait()
		require.Equal(t, 299, sum)
	})
}
