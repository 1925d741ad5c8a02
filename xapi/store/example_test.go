package store_test

import (
	"context"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi/store"
)

// One worker at a time reads a partition of a stream. The next one goes on where the last one came to.
func ExampleStore_Acquire() {
	ctx := context.Background()
	engine := new(store.Memory) // in a fleet, that of xapi/store/redis or xapi/store/sql
	fleet := store.New(engine)
	const partition, ttl = "sample/1", 10 * time.Second

	held, _ := fleet.Acquire(ctx, partition, "worker a", ttl)
	fmt.Println("a owns it:", held)
	fmt.Println("stored:", fleet.SetPosition(ctx, partition, "worker a", []byte("post 17")) == nil)
	held, _ = fleet.Acquire(ctx, partition, "worker b", ttl)
	fmt.Println("b owns it:", held)

	engine.Advance(ttl) // a has died, or was stopped, and renews its lease no more
	held, _ = fleet.Acquire(ctx, partition, "worker b", ttl)
	position, _ := fleet.Position(ctx, partition)
	fmt.Println("b owns it:", held, "and goes on after", string(position))
	fmt.Println(fleet.SetPosition(ctx, partition, "worker a", []byte("post 18")))
	// Output:
	// a owns it: true
	// stored: true
	// b owns it: false
	// b owns it: true and goes on after post 17
	// store the position of sample/1: the lease was lost
}

// What a fleet reads costs money. Its workers count together, and stop before they spend more than the month may cost.
func ExampleStore_Spend() {
	ctx := context.Background()
	fleet := store.New(new(store.Memory))
	const dollar = 1_000_000
	for _, cost := range []int64{6 * dollar, 3 * dollar, 2 * dollar} {
		spent, done, err := fleet.Spend(ctx, "2026-11", cost, 10*dollar, 40*24*time.Hour)
		fmt.Println(spent/dollar, done, err)
	}
	// Output:
	// 6 true <nil>
	// 9 true <nil>
	// 9 false <nil>
}
