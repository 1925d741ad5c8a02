// Package cost tells what a piece of work costs, for the programs beside it.
package cost

import (
	"fmt"
	"runtime"
	"time"
)

// A Cost is of one piece of work, but for the heap, which is that of the whole program.
type Cost struct{ Nanoseconds, Allocations, Bytes, Heap float64 }

// Begun is work under way.
type Begun struct {
	at   time.Time
	used runtime.MemStats
}

// Begin begins to count. The environment keeps the collector off, so that pools keep what they have.
func Begin() *Begun {
	begun := &Begun{}
	runtime.ReadMemStats(&begun.used)
	begun.at = time.Now()
	return begun
}

// End returns what one of so many pieces of work has cost.
func (b *Begun) End(pieces int) Cost {
	took := time.Since(b.at)
	var used runtime.MemStats
	runtime.ReadMemStats(&used)
	each := float64(pieces)
	return Cost{
		Nanoseconds: float64(took.Nanoseconds()) / each,
		Allocations: float64(used.Mallocs-b.used.Mallocs) / each,
		Bytes:       float64(used.TotalAlloc-b.used.TotalAlloc) / each,
	}
}

// Heap returns what the program keeps in memory.
func Heap() Cost {
	runtime.GC()
	var used runtime.MemStats
	runtime.ReadMemStats(&used)
	return Cost{Heap: float64(used.HeapInuse + used.StackInuse)}
}

// Print writes a cost as JSON for the program that measures.
func (c Cost) Print() {
	fmt.Printf("{\"Nanoseconds\": %g, \"Allocations\": %g, \"Bytes\": %g, \"Heap\": %g}\n", c.Nanoseconds, c.Allocations, c.Bytes, c.Heap)
}
