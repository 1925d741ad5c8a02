// Command onecall makes calls as a program would, and prints what they cost as JSON:
//
//	onecall none|first|many|five plain|validated
//	onecall calls plain|validated N
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// cost is of one call, but for the heap, which is that of the whole program.
type cost struct{ Nanoseconds, Allocations, Bytes, Heap float64 }

func main() {
	work, validation := os.Args[1], os.Args[2]
	options := []xapi.ClientOption{xapi.WithBearerToken("t"), xapi.WithHTTPClient(&http.Client{Transport: answering{}})}
	if validation == "plain" {
		options = append(options, xapi.WithValidation(xapi.Off, xapi.Off))
	}
	client, err := xapi.New(options...)
	check(err)
	var measured cost
	switch work {
	case "first":
		measured = measure(1, client, search)
	case "many":
		repeat(100, client, search)
		measured = measure(1000, client, search)
	case "calls":
		calls, err := strconv.Atoi(os.Args[3])
		check(err)
		repeat(calls, client, search)
	case "five":
		five(client)
		runtime.GC()
		var used runtime.MemStats
		runtime.ReadMemStats(&used)
		measured.Heap = float64(used.HeapInuse + used.StackInuse)
	}
	runtime.KeepAlive(client)
	check(json.NewEncoder(os.Stdout).Encode(measured))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func search(ctx context.Context, client *xapi.Client) error {
	_, err := client.SearchPostsRecent(ctx, &xapi.SearchPostsRecentParams{Query: "cats"})
	return err
}

func repeat(times int, client *xapi.Client, call func(context.Context, *xapi.Client) error) {
	for range times {
		check(call(context.Background(), client))
	}
}

// measure returns what one of so many calls costs. Nothing is collected meanwhile, so that pools keep what they have.
func measure(times int, client *xapi.Client, call func(context.Context, *xapi.Client) error) cost {
	debug.SetGCPercent(-1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begun := time.Now()
	repeat(times, client, call)
	took := time.Since(begun)
	runtime.ReadMemStats(&after)
	each := float64(times)
	return cost{
		Nanoseconds: float64(took.Nanoseconds()) / each,
		Allocations: float64(after.Mallocs-before.Mallocs) / each,
		Bytes:       float64(after.TotalAlloc-before.TotalAlloc) / each,
	}
}

func five(client *xapi.Client) {
	ctx := context.Background()
	_, err := client.SearchPostsRecent(ctx, &xapi.SearchPostsRecentParams{Query: "cats"})
	check(err)
	_, err = client.GetUsersPosts(ctx, "1", nil)
	check(err)
	_, err = client.GetUsersMentions(ctx, "1", nil)
	check(err)
	_, err = client.GetPostsQuotedPosts(ctx, "1", nil)
	check(err)
	_, err = client.GetListsPosts(ctx, "1", nil)
	check(err)
}
