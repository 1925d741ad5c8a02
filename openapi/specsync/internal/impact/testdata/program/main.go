// Package main calls the API as a user's program does.
package main

import (
	"context"
	"fmt"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/thread"
)

func main() {
	ctx := context.Background()
	client, err := xapi.New(xapi.WithBearerToken("token"))
	if err != nil {
		panic(err)
	}
	list, err := client.CreateLists(ctx, xapi.ListDraft{
		Name: "Friends",
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(list.Data.ID)
	found, err := client.SearchPostsRecent(ctx, &xapi.SearchPostsRecentParams{
		Query:      "coffee",
		PostFields: []xapi.PostField{xapi.PostFieldLang},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(found.Data[0].Text)
	fmt.Println(found.Data[0].PublicMetrics.LikeCount)
	if err := client.Call(ctx, "unlikePost", map[string]string{"id": "1", "tweet_id": "2"}, nil, nil); err != nil {
		panic(err)
	}
	fmt.Println(thread.New(xapi.PostDraft{Text: "one"}).Publish(ctx, client))
}
