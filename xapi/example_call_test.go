package xapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// A program that learns at run time which operation to call names it, and its arguments.
func ExampleClient_Call() {
	server := exampleServer(200, `{"data":{"id":"12","name":"Ada","username":"ada"}}`, nil)
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithBearerToken("the-token"))
	if err != nil {
		fmt.Println(err)
		return
	}

	var answer struct{ Data xapi.User }
	err = client.Call(context.Background(), "getUsersByUsername", map[string]string{"username": "ada"}, nil, &answer)
	fmt.Println(answer.Data.Name, err)
	err = client.Call(context.Background(), "getUserByUsername", nil, nil, &answer)
	fmt.Println(err)
	// Output:
	// Ada <nil>
	// there is no operation "getUserByUsername": Operations lists all; Client.Do sends what none of them does
}

// What X has and no contract knows yet goes the same way as every call, with its retries, limits and credentials.
func ExampleClient_Do() {
	server := exampleServer(200, `{"data":{"answer":42}}`, nil)
	defer server.Close()
	client, err := xapi.New(xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"))
	if err != nil {
		fmt.Println(err)
		return
	}

	var answer json.RawMessage
	err = client.Do(context.Background(), xapi.Request{Path: "/2/brand/new", Query: url.Values{"of": {"today"}}}, &answer)
	fmt.Println(string(answer), err)
	// Output: {"data":{"answer":42}} <nil>
}

// A client for work that may take its time: it rides out any window of 15 minutes, and tells what it waits for.
func ExampleWithRateLimitWait() {
	server := exampleServer(200, `{"data":{"id":"12","name":"Ada","username":"ada"}}`, nil)
	defer server.Close()
	client, err := xapi.New(
		xapi.WithBaseURL(server.URL), xapi.WithAccessToken("the-token"),
		xapi.WithMaxAttempts(8), xapi.WithMaxElapsed(10*time.Minute),
		xapi.WithRateLimitWait(15*time.Minute+10*time.Second),
		xapi.WithWaitFunc(func(operation string, until time.Time) { fmt.Println(operation, "waits until", until) }),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	me, err := client.GetUsersMe(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(me.Data.Username)
	// Output: ada
}
