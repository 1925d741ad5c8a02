package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A budget bounds what the calls of a client may cost. What would be too much is not sent.
func ExampleWithBudget() {
	sandbox, err := xapitest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sandbox.Close() }()
	budget := xapi.NewBudget(2 * xapi.Dollar / 100)
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithAccessToken(sandbox.Token()), xapi.WithBudget(budget))
	if err != nil {
		fmt.Println(err)
		return
	}

	for _, text := range []string{"the first", "the second"} {
		_, err := client.CreatePosts(context.Background(), xapi.PostDraft{Text: text})
		var refused *xapi.BudgetError
		fmt.Println(text, errors.As(err, &refused))
	}
	fmt.Println("spent", budget.Spent())
	// Output:
	// the first false
	// the second true
	// spent 1 × post-create: $0.015
}

// What a call may cost is known before it is made.
func ExampleOperation_Estimate() {
	search, _ := xapi.FindOperation(xapi.OpSearchPostsRecent)
	query := url.Values{"max_results": {"100"}, "expansions": {"author_id"}}
	fmt.Println(search.Estimate(query, nil, xapi.DefaultPrices()))
	// Output: 100 × post, 100 × user: $1.50
}
