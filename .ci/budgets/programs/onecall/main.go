// Command onecall makes calls as a program would, and prints what they cost:
//
//	onecall none|first|many|five plain|validated
//	onecall calls plain|validated N
package main

import (
	"context"
	"net/http"
	"os"
	"runtime"
	"strconv"

	"github.com/xapi-go/xapi-go/.ci/budgets/programs/cost"
	"github.com/xapi-go/xapi-go/xapi"
)

func main() {
	work, validation := os.Args[1], os.Args[2]
	options := []xapi.ClientOption{xapi.WithBearerToken("t"), xapi.WithHTTPClient(&http.Client{Transport: answering{}})}
	if validation == "plain" {
		options = append(options, xapi.WithValidation(xapi.Off, xapi.Off))
	}
	client, err := xapi.New(options...)
	check(err)
	var measured cost.Cost
	switch work {
	case "first":
		begun := cost.Begin()
		search(client, 1)
		measured = begun.End(1)
	case "many":
		search(client, 100)
		begun := cost.Begin()
		search(client, 1000)
		measured = begun.End(1000)
	case "calls":
		calls, err := strconv.Atoi(os.Args[3])
		check(err)
		search(client, calls)
	case "five":
		five(client)
		measured = cost.Heap()
	}
	runtime.KeepAlive(client)
	measured.Print()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func search(client *xapi.Client, times int) {
	for range times {
		_, err := client.SearchPostsRecent(context.Background(), &xapi.SearchPostsRecentParams{Query: "cats"})
		check(err)
	}
}

func five(client *xapi.Client) {
	ctx := context.Background()
	search(client, 1)
	_, err := client.GetUsersPosts(ctx, "1", nil)
	check(err)
	_, err = client.GetUsersMentions(ctx, "1", nil)
	check(err)
	_, err = client.GetPostsQuotedPosts(ctx, "1", nil)
	check(err)
	_, err = client.GetListsPosts(ctx, "1", nil)
	check(err)
}
