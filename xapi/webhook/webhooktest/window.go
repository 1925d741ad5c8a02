package webhooktest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// TestWindow holds a window to what webhook.Window asks for. Each call of open returns another user of the same store,
// as another process would be. The ids are new at each run. Advance moves the store's clock on by at least so much; it is
// nil for a window that ends with its process, whose claims do not run out.
func TestWindow(t *testing.T, open func(t *testing.T) webhook.Window, advance func(time.Duration)) {
	t.Helper()
	const lease, keep = 10 * time.Second, time.Hour
	one, two := open(t), open(t)
	claim := func(t *testing.T, window webhook.Window, id, owner string) int {
		t.Helper()
		attempt, err := window.Claim(t.Context(), id, owner, lease, keep)
		succeed(t, err)
		return attempt
	}
	commit := func(t *testing.T, window webhook.Window, id string) {
		t.Helper()
		succeed(t, window.Commit(t.Context(), id, keep))
	}
	id := func() string {
		return fmt.Sprintf("activity/post.create/%d/-%d/keyword/a+%%2F+b", time.Now().UnixNano(), serial.Add(1))
	}
	t.Run("what is committed is given to nobody", func(t *testing.T) {
		id := id()
		equal(t, 1, claim(t, one, id, "a"))
		commit(t, one, id)
		equal(t, webhook.Committed, claim(t, one, id, "a"))
		equal(t, webhook.Committed, claim(t, two, id, "b"))
	})
	t.Run("what is claimed is held against others, and renewed by its owner", func(t *testing.T) {
		id := id()
		equal(t, 1, claim(t, one, id, "a"))
		equal(t, webhook.Held, claim(t, two, id, "b"))
		equal(t, 1, claim(t, one, id, "a"))
	})
	t.Run("what is released is given again, as another attempt", func(t *testing.T) {
		id := id()
		equal(t, 1, claim(t, one, id, "a"))
		succeed(t, two.Release(t.Context(), id, "b")) // it is not theirs
		equal(t, webhook.Held, claim(t, two, id, "b"))
		succeed(t, one.Release(t.Context(), id, "a"))
		equal(t, 2, claim(t, two, id, "b"))
		succeed(t, one.Release(t.Context(), id, "a")) // it is not theirs any more
		equal(t, webhook.Held, claim(t, one, id, "a"))
	})
	t.Run("a commit counts whoever holds the claim", func(t *testing.T) {
		id := id()
		equal(t, 1, claim(t, one, id, "a"))
		commit(t, two, id)
		succeed(t, one.Release(t.Context(), id, "a"))
		equal(t, webhook.Committed, claim(t, one, id, "c"))
		unclaimed := id + "/"
		commit(t, one, unclaimed)
		equal(t, webhook.Committed, claim(t, two, unclaimed, "a"))
	})
	t.Run("of many claims at once, one is the first", func(t *testing.T) {
		id := id()
		var claiming sync.WaitGroup
		attempts := make(chan int, 32)
		for i := range cap(attempts) {
			window := []webhook.Window{one, two}[i%2]
			claiming.Go(func() {
				attempt, err := window.Claim(t.Context(), id, fmt.Sprint("owner ", i), lease, keep)
				if err != nil {
					t.Error(err)
				}
				attempts <- attempt
			})
		}
		claiming.Wait()
		got := map[int]int{}
		for range cap(attempts) {
			got[<-attempts]++
		}
		equal(t, 1, got[1])
		equal(t, cap(attempts)-1, got[webhook.Held])
	})
	if advance == nil {
		return
	}
	t.Run("a claim runs out with its lease, and is another attempt", func(t *testing.T) {
		id := id()
		equal(t, 1, claim(t, one, id, "killed"))
		advance(lease * 6 / 10)
		equal(t, 1, claim(t, one, id, "killed")) // renewed
		advance(lease * 6 / 10)
		equal(t, webhook.Held, claim(t, two, id, "b"))
		advance(lease)
		equal(t, 2, claim(t, two, id, "b"))
		equal(t, webhook.Held, claim(t, one, id, "killed"))
	})
	t.Run("what was not claimed for long is forgotten", func(t *testing.T) {
		id := id()
		equal(t, 1, claim(t, one, id, "a"))
		commit(t, one, id)
		advance(keep / 2)
		equal(t, webhook.Committed, claim(t, two, id, "b"))
		advance(keep * 2)
		equal(t, 1, claim(t, two, id, "b"))
	})
}

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, want, got int) {
	t.Helper()
	if got != want {
		t.Fatalf("the window answers %d in place of %d", got, want)
	}
}
